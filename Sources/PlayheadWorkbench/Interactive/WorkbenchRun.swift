import Terminal
import Workbench

/// What the workbench is shown on: a terminal, or a picture.
protocol Stage: AnyObject {
    /// Puts text on the clipboard, and says how; nil where there is no way.
    func copy(_ text: String) -> String?
    func apply(_ theme: Theme)
    func redraw()
    /// Gives the screen back until the program is continued; what happened then.
    func suspend() -> [Input]
}

/// A workbench that runs: its questions are asked, its waits end, and what it asks of its stage is done.
final class WorkbenchRun {
    private(set) var workbench: Workbench
    /// Whether the person has left.
    private(set) var isOver = false
    /// Whether the program was told to end, so that there is no time for anything.
    private(set) var isTerminated = false
    private let answering: AnsweringThread
    private unowned let stage: any Stage
    private let now: () -> ContinuousClock.Instant
    private var waits: [(due: ContinuousClock.Instant, request: Request)] = []

    init(
        _ session: Session, size: Size, answering: AnsweringThread, stage: any Stage,
        now: @escaping () -> ContinuousClock.Instant = { .now }
    ) {
        workbench = Workbench(session: session, size: size)
        self.answering = answering
        self.stage = stage
        self.now = now
    }

    func start() { carryOut(workbench.start()) }

    func handle(_ input: Input) {
        if input == .terminate { isTerminated = true }
        if input != .woken { carryOut(workbench.handle(.input(input))) }
    }

    /// Takes what was answered and what is due; throws when the store could not be opened after all.
    func catchUp() throws {
        for message in answering.outbox.takeAll() { carryOut(workbench.handle(message)) }
        if let failure = answering.outbox.failure { throw OpeningFailure(sentence: failure) }
        let now = now()
        let over = waits.filter { $0.due <= now }
        waits.removeAll { $0.due <= now }
        for wait in over { tell(wait.request, .elapsed) }
    }

    /// How long nothing will be due; nil for ever.
    var millisecondsToNextWait: Int? {
        waits.map(\.due).min().map { max(0, Int(($0 - now()) / .milliseconds(1)) + 1) }
    }

    /// Whether everything that was asked is answered.
    var isQuiet: Bool { answering.outbox.isQuiet }

    /// Whether what is shown waits for nothing but scans in the background.
    var isSettled: Bool { answering.outbox.isSettled }

    func end() { answering.end() }

    private func carryOut(_ effects: [Effect]) {
        for effect in effects { carryOut(effect) }
    }

    private func carryOut(_ effect: Effect) {
        switch effect {
        case .ask(let request, .wait(let milliseconds)): waits.append((now() + .milliseconds(milliseconds), request))
        case .ask(let request, let question):
            answering.outbox.expectAnswer(to: request)
            answering.inbox.post { $0.questions.append((request, question)) }
        case .cancel(let request):
            waits.removeAll { $0.request == request }
            answering.inbox.post { $0.cancelled.insert(request) }
        case .follow: break  // Every change is told at once, because it costs nothing.
        case .copy(let request, let text):
            tell(request, stage.copy(text).map(Answer.done) ?? .failed("nothing here takes what is copied"))
        case .useTheme(let request, let name): tell(request, useTheme(name))
        case .reveal(let reveals): answering.inbox.post { $0.revealsSecrets = reveals }
        case .step(let request, let wish):
            answering.outbox.expectAnswer(to: request)
            answering.inbox.post { $0.wishes.append(wish) }
        case .lookAtDrains(let looks): answering.inbox.post { $0.looksAtDrains = looks }
        case .stepDrain(let wish):
            answering.outbox.drainGoesOn()
            answering.inbox.post { $0.wishes.append(wish) }
        case .redraw: stage.redraw()
        case .suspend: for input in stage.suspend() { handle(input) }
        case .quit: isOver = true
        }
    }

    private func tell(_ request: Request, _ answer: Answer) {
        carryOut(workbench.handle(.answer(request, answer)))
    }

    private func useTheme(_ name: String) -> Answer {
        guard let theme = Theme.shipped(name) else {
            return .failed("there is no theme \(name); there are \(Theme.shippedNames.joined(separator: ", "))")
        }
        stage.apply(theme)
        return .done("theme \(name)")
    }
}

/// A store could not be opened after it was waited for; the sentence says why.
struct OpeningFailure: Error, CustomStringConvertible {
    let sentence: String
    var description: String { sentence }
}

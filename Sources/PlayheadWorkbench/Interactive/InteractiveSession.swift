import EventSourcing
import Inspection
import SQLiteStorage
import Terminal
import Workbench

/// The workbench on a real terminal: inputs and answers go in, frames and questions come out.
final class InteractiveSession {
    private let terminal: TerminalSession
    private let answering: AnsweringThread
    private var workbench: Workbench
    private var waits: [(due: ContinuousClock.Instant, request: Request)] = []
    private var shown: Frame?
    private var isOver = false
    private var shortensGlyphs: Bool

    /// Opens a store and shows it until the person leaves.
    ///
    /// Throws `StoreError` when the store can't be opened, and `TerminalError` when there is no screen to show it on.
    static func run(_ choice: StoreChoice, options: ScreenOptions, domains: [Domain], demo: SampleSource?) throws {
        let answering = AnsweringThread()
        let outbox = answering.outbox
        let changed: @Sendable () -> Void = { outbox.tell(.storeChanged) }
        // A store that can't be opened is said without a screen; one that is held is waited for on it.
        try answering.start(domains: domains) { try choice.open(demo: demo, changed: changed) }
        let session = try InteractiveSession(choice.session, options: options, answering: answering)
        defer { session.terminal.close() }
        let watching = choice.path.flatMap { StoreWatching($0, changed: changed) }
        defer { watching?.stop() }
        try session.loop()
    }

    private init(_ session: Session, options: ScreenOptions, answering: AnsweringThread) throws(TerminalError) {
        let theme = Theme.shipped(session.themeName) ?? .standard
        terminal = try TerminalSession(theme: theme, colorOption: options.color)
        workbench = Workbench(session: session, size: terminal.surface.size)
        shortensGlyphs = options.ascii
        self.answering = answering
        let waker = terminal.waker
        answering.outbox.onArrival { waker.wake() }
    }

    private func loop() throws {
        carryOut(workbench.start())
        while !isOver {
            draw()
            let outbox = answering.outbox
            let inputs = terminal.next(timeout: millisecondsToNextWait()) { outbox.isQuiet }
            for input in inputs where input != .woken { carryOut(workbench.handle(.input(input))) }
            for message in outbox.takeAll() { carryOut(workbench.handle(message)) }
            if let failure = outbox.failure { throw OpeningFailure(sentence: failure) }
            endWaits()
        }
        answering.inbox.post { $0.isClosed = true }
    }

    private func draw() {
        let glyphs = shortensGlyphs ? Glyphs.ascii : terminal.surface.glyphs
        let frame = workbench.view(glyphs: glyphs)
        if frame == shown { return }
        terminal.surface.draw(frame)
        shown = frame
    }
}

// MARK: - Effects

extension InteractiveSession {
    private func carryOut(_ effects: [Effect]) {
        for effect in effects { carryOut(effect) }
    }

    private func carryOut(_ effect: Effect) {
        let outbox = answering.outbox
        switch effect {
        case .ask(let request, .wait(let milliseconds)):
            waits.append((.now + .milliseconds(milliseconds), request))
        case .ask(let request, let question):
            outbox.expectAnswer()
            answering.inbox.post { $0.questions.append((request, question)) }
        case .cancel(let request):
            waits.removeAll { $0.request == request }
            answering.inbox.post { $0.cancelled.insert(request) }
        case .follow: break
        case .copy(let request, let text):
            tell(request, terminal.copy(text) ? .done("copied by the terminal") : .failed("nothing could be copied"))
        case .useTheme(let request, let name): tell(request, useTheme(name))
        case .reveal(let reveals): answering.inbox.post { $0.revealsSecrets = reveals }
        case .redraw:
            terminal.surface.redraw()
            shown = nil
        case .suspend: carryOut(terminal.suspend().flatMap { workbench.handle(.input($0)) })
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
        terminal.surface.apply(theme)
        shown = nil
        return .done("theme \(name)")
    }

    private func millisecondsToNextWait() -> Int? {
        guard let due = waits.map(\.due).min() else { return nil }
        return max(0, Int((due - .now) / .milliseconds(1)) + 1)
    }

    private func endWaits() {
        let now = ContinuousClock.now
        let over = waits.filter { $0.due <= now }
        waits.removeAll { $0.due <= now }
        for wait in over { tell(wait.request, .elapsed) }
    }
}

/// How the screen is drawn.
struct ScreenOptions: Sendable {
    /// The value of `--color`.
    var color: String?
    /// Whether only ASCII is drawn.
    var ascii = false
}

/// A store could not be opened after it was waited for; the sentence says why.
struct OpeningFailure: Error, CustomStringConvertible {
    let sentence: String
    var description: String { sentence }
}

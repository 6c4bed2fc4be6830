import Actors
import Inspection
import Workbench

/// What the answering thread is to do, from whichever thread asks.
final class Inbox: Sendable {
    /// What came since the last look.
    struct Mail {
        var questions: [(request: Request, question: Question)] = []
        var cancelled: Set<Request> = []
        var revealsSecrets: Bool?
        /// Whether drains are looked at from now on.
        var looksAtDrains: Bool?
        /// What a person wants of the command or the drain that waits at a stage.
        var wishes: [StepWish] = []
        var isClosed = false
        var isEmpty: Bool {
            questions.isEmpty && cancelled.isEmpty && revealsSecrets == nil && looksAtDrains == nil && wishes.isEmpty
                && !isClosed
        }
    }

    private let mail = Locked(Mail())
    private let bell = Wakeup()

    func post(_ change: (inout Mail) -> Void) {
        mail.withLock { change(&$0) }
        bell.ring()
    }

    /// Takes what is there; waits for something, for at most so long where that is given.
    func take(wait: Wait) -> Mail {
        while true {
            let taken = mail.withLock { mail in
                defer { mail = Mail(isClosed: mail.isClosed) }
                return mail
            }
            if !taken.isEmpty { return taken }
            switch wait {
            case .no: return taken
            case .atMost(let milliseconds): if !bell.wait(milliseconds: milliseconds) { return taken }
            case .forEver: bell.wait()
            }
        }
    }

    /// Waits a while, and answers whether the program ends meanwhile; what comes meanwhile is kept.
    func isClosed(within milliseconds: Int) -> Bool {
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        while true {
            if mail.withLock({ $0.isClosed }) { return true }
            let left = end - ContinuousClock.now
            if left <= .zero { return false }
            _ = bell.wait(milliseconds: Int(left / .milliseconds(1)) + 1)
        }
    }

    enum Wait {
        case no
        case atMost(milliseconds: Int)
        case forEver
    }
}

/// What the main loop is to know, from whichever thread tells.
///
/// It counts what was asked and is not answered, so that the loop knows when nothing is under way.
final class Outbox: Sendable {
    private struct State {
        var messages: [Message] = []
        /// Kept apart, because there may be very many.
        var warnings = Warnings()
        var open = 0
        /// Those of `open` that the screen waits for.
        var openInFront = 0
        /// Whether a drain that is looked at is on its way to its next stage, or to its end.
        var isDraining = false
        /// How many commands there are whose consequences are not at their end.
        var followed = 0
        var failure: String?

        mutating func count(_ request: Request, _ change: Int) {
            open += change
            if request.purpose != .findings, request.purpose != .search { openInFront += change }
        }
    }

    private let state = Locked(State())
    private let wake = Locked<(@Sendable () -> Void)?>(nil)

    /// Called, from any thread, whenever something was put in.
    func onArrival(_ body: @escaping @Sendable () -> Void) { wake.withLock { $0 = body } }

    /// Something was asked; an answer will come.
    func expectAnswer(to request: Request) { state.withLock { $0.count(request, 1) } }

    func answer(_ request: Request, _ answer: Answer) {
        state.withLock { state in
            state.messages.append(.answer(request, answer))
            state.count(request, -1)
        }
        ring()
    }

    /// A command has come to a stage and waits for a person; its answer is expected again when it goes on.
    func pause(_ request: Request, at stage: CommitStage) {
        state.withLock { state in
            state.messages.append(.progress(request, .stage(stage)))
            state.count(request, -1)
            // None goes on before the command does.
            state.isDraining = false
        }
        ring()
    }

    /// A drain that is looked at is on its way: its news is expected.
    func drainGoesOn() { state.withLock { $0.isDraining = true } }

    /// Nothing is expected of a drain any more.
    func drainRests() {
        state.withLock { $0.isDraining = false }
        ring()
    }

    /// A drain waits for a person, or has settled.
    func tell(_ news: DrainNews) {
        state.withLock { state in
            state.messages.append(.drain(news))
            // What was done a moment ago may be correlated only behind what was to be done before.
            if case .settled = news { state.isDraining = state.followed > 0 } else { state.isDraining = false }
        }
        ring()
    }

    /// A command is answered, and what it leads to begins: stages of drains are expected until it ends.
    func beginFollowing() {
        state.withLock { state in
            state.followed += 1
            state.isDraining = true
        }
    }

    /// What a command has led to is at its end.
    func endFollowing() {
        state.withLock { state in
            state.followed -= 1
            if state.followed == 0 { state.isDraining = false }
        }
        ring()
    }

    /// What was asked was cancelled, so no answer will come.
    func forget(_ request: Request) {
        state.withLock { $0.count(request, -1) }
        ring()
    }

    func tell(_ message: Message) {
        state.withLock { $0.messages.append(message) }
        ring()
    }

    /// The store can't be opened after all; the sentence says why, and the program ends with it.
    func fail(_ sentence: String) {
        state.withLock { $0.failure = sentence }
        ring()
    }

    func takeAll() -> [Message] {
        state.withLock { state in
            defer { (state.messages, state.warnings) = ([], Warnings()) }
            return state.warnings.isEmpty ? state.messages : state.messages + [.warned(state.warnings)]
        }
    }

    var failure: String? { state.withLock { $0.failure } }

    /// Whether everything that was asked is answered, and everything that was answered is taken.
    var isQuiet: Bool {
        state.withLock { $0.open == 0 && !$0.isDraining && $0.messages.isEmpty && $0.warnings.isEmpty }
    }

    /// Whether nothing is under way but scans in the background, which the screen fills in when they come.
    var isSettled: Bool { state.withLock { $0.openInFront == 0 && $0.messages.isEmpty } }

    private func ring() { wake.withLock { $0 }?() }
}

extension Outbox: LogSink {
    func record(_ entry: LogEntry) {
        guard let warning = Warning(entry) else { return }
        let isFirst = state.withLock { state in
            defer { state.warnings.add(warning) }
            return state.warnings.isEmpty
        }
        if isFirst { ring() }
    }
}

import Actors

/// What an actor under test saw, in order, readable from outside.
final class Recorder<Element: Sendable>: Sendable {
    private let stored = Locked<[Element]>([])

    var values: [Element] { stored.withLock { $0 } }

    func add(_ element: Element) {
        stored.withLock { $0.append(element) }
    }
}

/// An error with a name.
struct Failure: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Keeps what is logged.
struct RecordingLog: LogSink {
    let entries = Recorder<LogEntry>()

    func record(_ entry: LogEntry) {
        entries.add(entry)
    }
}

/// A stepped system and its scheduler.
struct Stage {
    let scheduler: StepScheduler
    let system: ActorSystem
    let log = RecordingLog()

    init(startingAt start: Timestamp = .epoch) {
        scheduler = StepScheduler(startingAt: start)
        system = ActorSystem(name: "test", scheduler: scheduler, log: log)
    }

    /// What was given up, as `message: reason`.
    var deadLetters: [String] {
        system.deadLetters.recent.map { "\($0.message): \($0.reason)" }
    }
}

/// A counter's messages.
enum CounterMessage: Sendable {
    case increment
    case fail(String)
    case read(replyTo: ActorRef<Int>)
}

/// Counts; fails when told to.
func counter(_ count: Int = 0) -> Behavior<CounterMessage> {
    .receive { _, message in
        switch message {
        case .increment:
            return counter(count + 1)
        case .fail(let cause):
            throw Failure(cause)
        case .read(let replyTo):
            replyTo.tell(count)
            return .same
        }
    }
}

/// Records each message it gets.
func recording<Message: Sendable>(into recorder: Recorder<Message>) -> Behavior<Message> {
    .receive { _, message in
        recorder.add(message)
        return .same
    }
}

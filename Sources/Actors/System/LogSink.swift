/// Where the runtime and the actors write what a person may want to know.
///
/// Nothing is printed unless a sink prints it. A sink is called on the task of whoever logs, so it must be quick.
public protocol LogSink: Sendable {
    /// Takes one entry.
    func record(_ entry: LogEntry)
}

/// How much an entry matters.
public enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    /// For whoever looks for an error in the program.
    case debug
    /// A normal event in an actor's life.
    case information
    /// Something went wrong, and was dealt with.
    case warning
    /// Something failed.
    case error

    public static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// One thing that was logged.
public struct LogEntry: Sendable {
    /// When, by the system's clock.
    public let time: Timestamp
    /// How much it matters.
    public let level: LogLevel
    /// The actor it is about; nil when it is about the system.
    public let actor: ActorPath?
    /// What happened, as a sentence.
    public let message: String
    /// The facts of it, in the order they were given.
    public let fields: KeyValuePairs<String, String>

    /// An entry with all its parts.
    public init(
        time: Timestamp, level: LogLevel, actor: ActorPath?, message: String, fields: KeyValuePairs<String, String>
    ) {
        self.time = time
        self.level = level
        self.actor = actor
        self.message = message
        self.fields = fields
    }
}

/// A sink that keeps nothing.
public struct SilentLog: LogSink {
    /// A sink that keeps nothing.
    public init() {}

    public func record(_ entry: LogEntry) {}
}

/// A log with the actor's path and the system's clock filled in.
public struct ActorLog: Sendable {
    let sink: any LogSink
    let clock: any ActorClock
    let path: ActorPath?

    /// Writes one entry.
    public func callAsFunction(_ level: LogLevel, _ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        sink.record(LogEntry(time: clock.now, level: level, actor: path, message: message, fields: fields))
    }
}

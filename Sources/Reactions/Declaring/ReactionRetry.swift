public import EventSourcing

/// How often a reaction is tried, and what becomes of its stream in the end.
public struct ReactionRetry: Hashable, Sendable {
    /// How many times it is tried again: one more call than that is made in all.
    public var maxRetries: Int
    /// How long it waits before it is tried again.
    public var backoff: Backoff
    /// Whether its stream is blocked after the last try; otherwise the event is passed over.
    public var blockOnError: Bool

    /// Describes retries; below 0 is an error when the application is built.
    public init(maxRetries: Int = 3, backoff: Backoff = .none, blockOnError: Bool = true) {
        self.maxRetries = maxRetries
        self.backoff = backoff
        self.blockOnError = blockOnError
    }
}

/// How long something waits before it is tried again.
public enum Backoff: Hashable, Sendable {
    /// Not at all.
    case none
    /// The same time always.
    case fixed(Duration)
    /// The base times the number of tries so far, and never longer than the cap.
    case linear(base: Duration, cap: Duration)
    /// The base, and twice as long after each further try, never longer than the cap.
    case exponential(base: Duration, cap: Duration)

    /// How long to wait behind so many failed tries, from 1.
    public func delay(afterTries tries: Int) -> Duration {
        let tries = max(1, tries)
        switch self {
        case .none: return .zero
        case .fixed(let delay): return delay
        case .linear(let base, let cap): return base >= cap / tries ? cap : base * tries
        case .exponential(let base, let cap):
            var delay = base
            for _ in 1..<tries where delay < cap { delay *= 2 }
            return min(delay, cap)
        }
    }

    var isPossible: Bool {
        switch self {
        case .none: true
        case .fixed(let delay): delay >= .zero
        case .linear(let base, let cap), .exponential(let base, let cap): base >= .zero && cap >= base
        }
    }
}

/// A reaction says with this that trying again would be of no use: its stream is blocked at once.
public struct NonRetryableError: Error, CustomStringConvertible {
    /// Why.
    public var reason: String

    /// Describes why.
    public init(_ reason: String) { self.reason = reason }

    /// The reason.
    public var description: String { reason }
}

/// A reaction says with this that an event is to be handled later: its stream waits until then, and that is no failure.
public struct Defer: Error, Hashable, CustomStringConvertible {
    /// When it is handled again: UTC, microseconds.
    public var until: Timestamp

    /// Describes a deferral.
    public init(until: Timestamp) { self.until = until }

    /// A sentence with the moment.
    public var description: String { "it waits until \(until)" }
}

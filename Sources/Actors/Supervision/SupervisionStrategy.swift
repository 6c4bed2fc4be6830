/// What becomes of an actor that failed.
public enum SupervisionDirective: Sendable, Equatable {
    /// Begin again from the behavior it was spawned with; messages and stash are kept, children and timers are stopped.
    case restart
    /// Go on with the next message as if nothing had happened.
    case resume
    /// Stop.
    case stop
    /// Stop, and tell the parent with `ChildFailed`.
    case escalate
}

/// Decides what becomes of an actor that failed.
public struct SupervisionStrategy: Sendable {
    /// Whom a decision is for.
    enum Scope: Sendable {
        case failedActor
        case failedActorAndSiblings
    }

    /// How long to wait before a restart: longer after each, until an actor has been well for a while.
    public struct BackOff: Sendable, Equatable {
        /// Before the first restart.
        public let initial: Duration
        /// The longest wait.
        public let maximum: Duration

        /// How long an actor must run without a failure for the next wait to be `initial` again; nil: as long as the
        /// strategy's window.
        public let quietPeriod: Duration?

        /// Waits `initial`, then twice as long each time, at most `maximum`.
        public init(initial: Duration, maximum: Duration, resettingAfter quietPeriod: Duration? = nil) {
            self.initial = initial
            self.maximum = maximum
            self.quietPeriod = quietPeriod
        }

        /// The wait before the restart with this number, counted from 1.
        package func delay(beforeRestart number: Int) -> Duration {
            guard initial > .zero else { return .zero }
            var delay = initial
            var left = number - 1
            while left > 0, delay < maximum {
                delay += delay
                left -= 1
            }
            return min(delay, maximum)
        }
    }

    let decide: @Sendable (any Error) -> SupervisionDirective
    let maximum: Int
    let window: Duration
    let backOff: BackOff?
    private(set) var scope = Scope.failedActor

    private init(
        maximum: Int = 10, window: Duration = .seconds(60), backOff: BackOff? = nil,
        decide: @escaping @Sendable (any Error) -> SupervisionDirective
    ) {
        self.decide = decide
        self.maximum = maximum
        self.window = window
        self.backOff = backOff
    }

    /// Restarts at once, at most 10 times within a minute.
    public static var restart: SupervisionStrategy { SupervisionStrategy { _ in .restart } }

    /// Goes on with the next message; an actor whose setup failed has nothing to go on with and stops.
    public static var resume: SupervisionStrategy { SupervisionStrategy { _ in .resume } }

    /// Stops; what an actor without a strategy does.
    public static var stop: SupervisionStrategy { SupervisionStrategy { _ in .stop } }

    /// Stops, and the parent gets `ChildFailed`.
    public static var escalate: SupervisionStrategy { SupervisionStrategy { _ in .escalate } }

    /// Restarts at most so many times within a window, then stops.
    ///
    /// - Parameters:
    ///   - maximum: restarts within the window; below 1 the first failure stops.
    ///   - window: also how long an actor must be well for the back-off to begin anew, unless that says otherwise.
    ///   - backOff: how long to wait before each restart; nil restarts at once.
    public static func restart(
        atMost maximum: Int, within window: Duration, backOff: BackOff? = nil
    ) -> SupervisionStrategy {
        SupervisionStrategy(maximum: maximum, window: window, backOff: backOff) { _ in .restart }
    }

    /// Decides by the error.
    ///
    /// - Parameters:
    ///   - maximum: restarts within the window; one more failure stops instead.
    ///   - window: see `restart(atMost:within:backOff:)`.
    ///   - backOff: how long to wait before each restart; nil restarts at once.
    ///   - decide: says for each error what becomes of the actor.
    public static func deciding(
        atMost maximum: Int = 10, within window: Duration = .seconds(60), backOff: BackOff? = nil,
        _ decide: @escaping @Sendable (any Error) -> SupervisionDirective
    ) -> SupervisionStrategy {
        SupervisionStrategy(maximum: maximum, window: window, backOff: backOff, decide: decide)
    }

    /// A copy whose restarts and stops are for the failed actor and for all its living siblings (all-for-one).
    ///
    /// For actors that are of no use without each other. The siblings are restarted, after the same wait, or stopped
    /// whatever their own strategies say; a restart counts as one of theirs. A failure that is resumed concerns the
    /// failed actor only; one that is escalated stops the siblings too, and the parent is told once.
    public func allForOne() -> SupervisionStrategy {
        var copy = self
        copy.scope = .failedActorAndSiblings
        return copy
    }
}

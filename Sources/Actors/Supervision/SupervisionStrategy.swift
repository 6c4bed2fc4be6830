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
    /// How long to wait before a restart: longer after each, until an actor has been well for a while.
    public struct BackOff: Sendable, Equatable {
        /// Before the first restart.
        public let initial: Duration
        /// The longest wait.
        public let maximum: Duration

        /// Waits `initial`, then twice as long each time, at most `maximum`.
        public init(initial: Duration, maximum: Duration) {
            self.initial = initial
            self.maximum = maximum
        }

        /// The wait before the restart with this number, counted from 1.
        func delay(beforeRestart number: Int) -> Duration {
            var delay = initial
            for _ in 1..<max(1, number) where delay < maximum {
                delay += delay
            }
            return min(delay, maximum)
        }
    }

    let decide: @Sendable (any Error) -> SupervisionDirective
    let maximum: Int
    let window: Duration
    let backOff: BackOff?

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
    ///   - window: also how long an actor must be well for the back-off to begin anew.
    ///   - backOff: how long to wait before each restart; nil restarts at once.
    public static func restart(
        atMost maximum: Int, within window: Duration, backOff: BackOff? = nil
    ) -> SupervisionStrategy {
        SupervisionStrategy(maximum: maximum, window: window, backOff: backOff) { _ in .restart }
    }

    /// Decides by the error.
    public static func deciding(
        _ decide: @escaping @Sendable (any Error) -> SupervisionDirective
    ) -> SupervisionStrategy {
        SupervisionStrategy(decide: decide)
    }
}

/// How an application works.
public struct ApplicationSettings: Sendable {
    /// How many streams and events a lane takes at once.
    public struct Limits: Hashable, Sendable {
        /// How many streams are claimed at once, at most.
        public var streams: Int
        /// How many events of a stream are handled under one claim, at most.
        public var events: Int

        /// Says how many.
        public init(streams: Int = 10, events: Int = 10) {
            self.streams = streams
            self.events = events
        }
    }

    /// Whether reactions happen by themselves; otherwise only where `correlate`, `drain` or `settle` is called.
    public var isSelfDriving: Bool
    /// How many streams and events a lane takes at once, for those that are not in `lanes`.
    public var limits: Limits
    /// The same for single lanes, by their names.
    public var lanes: [String: Limits]
    /// For how long a claim is nobody else's; it is renewed while its handlers run.
    ///
    /// Of those that share a store none may be more than `Subscription.termsAhead` times another's.
    public var lease: Duration
    /// How often an action is decided again where others write, before that is an error.
    public var conflictRetries: Int
    /// How often a store is asked that does not tell of changes.
    public var poll: Duration
    /// How long the application sleeps at the most, so that a clock that was put on is noticed.
    public var longestSleep: Duration
    /// How many failures of the store in a row keep it from being asked for a while.
    public var breakerFailures: Int
    /// For how long.
    public var breakerPause: Duration

    /// Describes how an application works; see the properties for what each says.
    ///
    /// Throws `ApplicationSettingsError` for limits or failures below 1, retries below 0, and times that are too short.
    public init(
        isSelfDriving: Bool = true, limits: Limits = Limits(), lanes: [String: Limits] = [:],
        lease: Duration = .seconds(10), conflictRetries: Int = 3,
        poll: Duration = .seconds(1), longestSleep: Duration = .seconds(60), breakerFailures: Int = 5,
        breakerPause: Duration = .seconds(30)
    ) throws(ApplicationSettingsError) {
        for limits in [limits] + lanes.values where limits.streams < 1 || limits.events < 1 {
            throw .limits(limits)
        }
        guard conflictRetries >= 0 else { throw .conflictRetries(conflictRetries) }
        guard breakerFailures >= 1 else { throw .breakerFailures(breakerFailures) }
        for (name, duration) in [
            ("lease", lease), ("poll", poll), ("longestSleep", longestSleep),
            ("breakerPause", breakerPause),
        ] where duration < .milliseconds(1) {
            throw .tooShort(name, duration)
        }
        self.isSelfDriving = isSelfDriving
        self.limits = limits
        self.lanes = lanes
        self.lease = lease
        self.conflictRetries = conflictRetries
        self.poll = poll
        self.longestSleep = longestSleep
        self.breakerFailures = breakerFailures
        self.breakerPause = breakerPause
    }

    func limits(of lane: String) -> Limits { lanes[lane] ?? limits }
}

/// Settings that an application can't have.
public enum ApplicationSettingsError: Error, Hashable, CustomStringConvertible {
    /// Fewer than one stream, or than one event.
    case limits(ApplicationSettings.Limits)
    /// Fewer than none.
    case conflictRetries(Int)
    /// Fewer than one.
    case breakerFailures(Int)
    /// A time below a millisecond, by its name.
    case tooShort(String, Duration)

    /// A sentence that says what would be right.
    public var description: String {
        switch self {
        case .limits(let limits):
            "a lane takes 1 stream and 1 event or more, and not \(limits.streams) and \(limits.events)"
        case .conflictRetries(let count): "an action is decided again 0 times or more, and not \(count) times"
        case .breakerFailures(let count): "a store is left alone behind 1 failure or more, and not \(count)"
        case .tooShort(let name, let duration): "\(name) is 1 ms or more, and not \(duration)"
        }
    }
}

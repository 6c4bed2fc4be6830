public import EventSourcing

/// A reaction that is being declared: to which events, and what makes it special.
///
///     On(Account.Deposited.self, "audit deposits")
///         .to { event in .stream(try Audit.id(event.stream.entityID)) }
///         .do { event, stream, app in try await app.do(LogEntry(amount: event.amount), on: stream, reactingTo: event) }
///
/// Without a target it is the event's own stream.
public struct On<Payload: Sendable>: Sendable {
    private let name: String
    private var target = TargetRule.own
    private var source: StreamPattern?
    private var retry = ReactionRetry()
    private var lane = Subscription.defaultLane
    private var priority: Int64 = 0
    private var delay = Duration.zero

    /// Begins a reaction.
    ///
    /// - Parameters:
    ///   - payload: the type of the events, one that an aggregate of the application emits, or that it hears.
    ///   - name: what it is called; no other one of the application may have it.
    public init(_ payload: Payload.Type, _ name: String) { self.name = name }

    /// One stream for all events.
    public func to(_ target: PersistenceID) -> Self { with { $0.target = .one(target) } }

    /// A target that is computed of the event, or none; it must be a pure function, which is called again whenever it is asked.
    public func to(_ target: @escaping @Sendable (ReactionEvent<Payload>) throws -> Target?) -> Self {
        with { on in
            on.target = .computed { event in try event.typed(Payload.self).flatMap { try target($0) } }
        }
    }

    /// Only events of these streams.
    public func from(_ source: StreamPattern) -> Self { with { $0.source = source } }

    /// How often it is tried, and what becomes of its stream in the end.
    public func retry(_ retry: ReactionRetry) -> Self { with { $0.retry = retry } }

    /// The drain that handles its targets, so that it does not hold up others, nor they it.
    public func lane(_ lane: String) -> Self { with { $0.lane = lane } }

    /// Which of the targets that lag behind go first: those of the higher priority.
    public func priority(_ priority: Int64) -> Self { with { $0.priority = priority } }

    /// An event is handled no earlier than so long after it happened; those behind it wait with it.
    public func deferred(by delay: Duration) -> Self { with { $0.delay = delay } }

    /// What is done with one event after the other, at least once each, in the order of the events of its target.
    ///
    /// What the closure does through the application, `reactingTo` the event, is done once, however often it is called.
    public func `do`(
        _ handle: @escaping @Sendable (ReactionEvent<Payload>, PersistenceID, Application) async throws -> Void
    ) -> Reaction {
        reaction(
            .each { event, target, application in
                guard let event = event.typed(Payload.self) else { return }
                try await handle(event, target, application)
            })
    }

    /// What is done with a whole window of events at once: those of its target that follow one another and that no other
    /// reaction is for, in their order.
    ///
    /// Where it fails, all of the window come again.
    public func window(
        _ handle: @escaping @Sendable ([ReactionEvent<Payload>], PersistenceID, Application) async throws -> Void
    ) -> Reaction {
        reaction(
            .window { events, target, application in
                try await handle(events.compactMap { $0.typed(Payload.self) }, target, application)
            })
    }

    /// What is done in the process that commits an event, behind its commit and before the action is answered.
    ///
    /// It is done once at most: what fails is logged, and never tried again.
    public func void(_ handle: @escaping @Sendable (ReactionEvent<Payload>) async throws -> Void) -> Reaction {
        reaction(
            .void { event in
                guard let event = event.typed(Payload.self) else { return }
                try await handle(event)
            })
    }

    private func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }

    private func reaction(_ handler: Reaction.Handler) -> Reaction {
        Reaction(
            name: name, payload: ObjectIdentifier(Payload.self), payloadName: String(describing: Payload.self),
            fits: { $0 is Payload }, target: target, source: source, retry: retry, lane: lane, priority: priority,
            delay: delay,
            handler: handler)
    }
}

/// A reaction: what is done about events of one type.
public struct Reaction: Sendable {
    enum Handler: Sendable {
        case each(@Sendable (HeardEvent, PersistenceID, Application) async throws -> Void)
        case window(@Sendable ([HeardEvent], PersistenceID, Application) async throws -> Void)
        case void(@Sendable (HeardEvent) async throws -> Void)
    }

    /// What it is called.
    public let name: String
    let payload: ObjectIdentifier
    let payloadName: String
    /// Whether a payload is of its type.
    let fits: @Sendable (any Sendable) -> Bool
    let target: TargetRule
    let source: StreamPattern?
    let retry: ReactionRetry
    let lane: String
    let priority: Int64
    let delay: Duration
    let handler: Handler

    /// Whether it is drained, and not called by whoever commits.
    var isDrained: Bool { if case .void = handler { false } else { true } }
}

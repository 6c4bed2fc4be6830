import Actors
public import EventSourcing

/// What an application keeps its events, its subscriptions and its leases in.
public typealias ReactionStore = EventStore & LeaseStore & SubscriptionStore

/// Aggregates, actions and reactions on one store: whatever is done is guarded, and what is to happen because of it happens by
/// itself, in the order of each stream, at least once, whichever of any number of processes does it.
///
///     let bank = try Application("bank", on: store) {
///         Account.self
///         Audit.self
///         On(Account.Deposited.self, "audit deposits")
///             .to { event in .stream(try Audit.id(event.stream.entityID)) }
///             .do { event, stream, app in
///                 try await app.do(LogEntry(amount: event.amount), on: stream, reactingTo: event)
///             }
///     }
///     try await bank.do(Deposit(amount: 5), on: Account.id("a-1"))
///     …
///     await bank.shutdown()
public final class Application: Sendable {
    /// What it is called: its subscriptions stand under this name, so that several processes share them.
    public let name: String
    let definition: ApplicationDefinition
    let store: any ReactionStore
    let system: ActorSystem
    let clock: any ActorClock
    let settings: ApplicationSettings
    let cache: any StateCache
    let lifecycleHub = LifecycleHub()
    /// Whether the system ends with the application.
    private let ownsSystem: Bool
    let driving = Driving()
    private let isShutDown = Locked(false)
    private let end = WorkEnd()
    let projectionFailures = ProjectionFailures()
    /// Who goes through what it does; nil for nobody.
    let steps: (any ApplicationSteps)?
    /// What aggregates are read from and written to.
    let entityStores: (events: any EventStore, snapshots: (any SnapshotStore)?)

    /// Builds an application, and lets it begin to drive itself.
    ///
    /// Throws `ApplicationDefinitionError` for a mistake in what it declares.
    ///
    /// - Parameters:
    ///   - name: what it is called in the store, from 1 to `Subscription.longestName` bytes.
    ///   - store: keeps everything; snapshots too, where it can.
    ///   - system: where it lives; nil for a system of its own, which ends with it.
    ///   - settings: how it works; nil for the usual ones.
    ///   - cache: keeps states; nil for the last 1,000 in memory.
    ///   - clock: what due times and leases are compared with; nil for the system's own.
    ///   - parts: what it declares.
    public init(
        _ name: String = "application", on store: any ReactionStore = InMemoryStore(), in system: ActorSystem? = nil,
        settings: ApplicationSettings? = nil, cache: (any StateCache)? = nil, clock: (any ActorClock)? = nil,
        @ApplicationBuilder parts: () -> [ApplicationPart]
    ) throws {
        definition = try ApplicationDefinition(name, parts())
        if let projection = definition.projections.first?.projection.name, !(store is any ProjectionStore) {
            throw ApplicationDefinitionError.projectionStore(projection, store: String(describing: type(of: store)))
        }
        self.name = name
        self.store = store
        self.system = system ?? ActorSystem(name: name)
        self.clock = clock ?? self.system.clock
        self.settings = try settings ?? ApplicationSettings()
        self.cache = cache ?? LeastRecentlyUsedCache()
        ownsSystem = system == nil
        steps = Self.steppedBy
        entityStores = steps?.entityStores(over: store) ?? (store, store as? any SnapshotStore)
        driving.begin(Driver(self), in: self.system)
        if self.settings.isSelfDriving, !definition.projections.isEmpty {
            driving.begin(ProjectionDriver(self), in: self.system)
        }
    }

    /// Forgets which events concern which targets: what was handled may have to be handled again, and is looked for in the log.
    func forgetWork() { driving.driver?.index.clear() }

    // MARK: - Reactions

    /// Correlates what is new, has reactions called until nothing moves, and has projections follow; answers what that came to.
    ///
    /// On an idle application it runs at once; of the calls that come while it runs, all are served by one more run. It waits
    /// for reactions that run, and not for those that are due later. Throws `StoreError` where the store does not answer,
    /// `WaitsForItselfError` within a reaction, and `CancellationError` where the application shuts down meanwhile or its task
    /// is cancelled; what was begun goes on then.
    @discardableResult
    public func settle() async throws -> SettledTotals {
        let totals = try await run(correlating: true, draining: true)
        if !definition.projections.isEmpty { try await advanceProjections() }
        return totals
    }

    /// Correlates what is new, and calls no reaction; throws as `settle`.
    @discardableResult
    public func correlate() async throws -> SettledTotals { try await run(correlating: true, draining: false) }

    /// Has the reactions called to what was correlated before; throws as `settle`.
    @discardableResult
    public func drain() async throws -> SettledTotals { try await run(correlating: false, draining: true) }

    private func run(correlating correlates: Bool, draining drains: Bool) async throws -> SettledTotals {
        try ReactionScope.requireOutside(of: self)
        steps?.isWaited(for: 1, of: name)
        defer { steps?.isWaited(for: -1, of: name) }
        return try await driving.run(correlating: correlates, draining: drains)
    }

    /// The reactions that run in this process now, the oldest first.
    public var running: [RunningReaction] { driving.driver?.inHand.running ?? [] }

    /// Cancels what runs for a target in this process; answers whether anything did.
    func cancelRunning(_ target: PersistenceID) -> Bool { driving.driver?.inHand.cancel(target).isEmpty == false }

    /// Finishes what is in hand, gives back all leases, and lets go of everything; a second call waits for the first.
    ///
    /// What drives it ends first, then its listeners, its cache, and its system where that is its own. The store is whoever's
    /// made it, and stays.
    ///
    /// Reactions that still run behind the grace are cancelled; one that does not end behind as long again is left behind, and
    /// what it writes from then on is refused.
    public func shutdown(grace: Duration = .seconds(5)) async {
        let isFirst = isShutDown.withLock { isShutDown in
            defer { isShutDown = true }
            return !isShutDown
        }
        guard isFirst else { return await withUnsafeContinuation { _ = end.wait($0) } }
        await driving.stop(grace: grace)
        lifecycleHub.end()
        do {
            try await cache.dispose()
        } catch {
            system.log(.warning, "The cache could not be let go of.", ["application": name, "error": "\(error)"])
        }
        if ownsSystem { await system.shutdown() }
        end.come()
    }

    /// What happens, as it happens, for one more listener, who is told from the moment on at which its iterator is made.
    ///
    /// - Parameter capacity: how many events are kept for it until it takes them; more are dropped and counted.
    public func lifecycle(keeping capacity: Int = 1_000) -> LifecycleEvents {
        LifecycleEvents(hub: lifecycleHub, capacity: capacity)
    }

    func warn(
        _ message: String, reaction: String? = nil, of stream: PersistenceID? = nil, at position: Int64? = nil,
        because cause: any Error
    ) {
        system.log(
            .warning, message,
            [
                "application": name, "reaction": reaction ?? "", "stream": stream.map { "\($0)" } ?? "",
                "position": position.map { "\($0)" } ?? "", "error": "\(cause)",
            ])
        lifecycleHub.tell(
            .error(
                ApplicationFailure(
                    message: message, reaction: reaction, stream: stream, position: position, cause: cause)))
    }
}

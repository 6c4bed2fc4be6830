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
        self.name = name
        self.store = store
        self.system = system ?? ActorSystem(name: name)
        self.clock = clock ?? self.system.clock
        self.settings = try settings ?? ApplicationSettings()
        self.cache = cache ?? LeastRecentlyUsedCache()
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

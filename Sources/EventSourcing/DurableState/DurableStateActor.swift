/// An entity with a durable state, written as a type of its own.
///
///     struct WalletActor: DurableStateActor {
///         let persistenceID: PersistenceID
///         let emptyState = Wallet()
///
///         func handle(
///             _ context: CommandContext<WalletCommand>, _ command: WalletCommand, _ wallet: Wallet
///         ) throws -> DurableEffect<Wallet> { .persist(wallet.adding(command.amount)) }
///     }
///
///     let ref = system.spawn(WalletActor(persistenceID: id).durableState.withDurableStateStore(store).behavior)
///
/// It behaves as the `DurableStateBehavior` that it describes.
public protocol DurableStateActor: Sendable {
    /// What it is told.
    associatedtype Command: Sendable
    /// What it keeps.
    associatedtype State: Sendable

    /// The entity.
    var persistenceID: PersistenceID { get }

    /// The state before the first write, and behind a deletion.
    var emptyState: State { get }

    /// How the state is stored; a `Codable` state is stored as JSON under the name of its Swift type unless this says else.
    var codec: SnapshotCodec<State> { get }

    /// Decides what a command does; it must not change anything itself, because it may be tried again on a fresh state.
    func handle(
        _ context: CommandContext<Command>, _ command: Command, _ state: State
    ) throws -> DurableEffect<State>
}

extension DurableStateActor {
    /// The entity as a value, for the modifiers that give it its store and the rest.
    public var durableState: DurableStateBehavior<Command, State> {
        DurableStateBehavior(
            id: persistenceID, emptyState: emptyState, codec: codec,
            commandHandler: { try handle($0, $1, $2) })
    }
}

extension DurableStateActor where State: Codable {
    /// JSON, under the name of the Swift type.
    public var codec: SnapshotCodec<State> { .json() }
}

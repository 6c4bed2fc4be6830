public import Actors

/// An entity that persists its state as a whole: a command handler decides what the next state is.
///
///     let wallet = try DurableStateBehavior<WalletCommand, Wallet>(
///         id: PersistenceID("Wallet", "wallet-1"), emptyState: Wallet(),
///         commandHandler: { context, command, wallet in .persist(wallet.adding(command.amount)) }
///     ).withDurableStateStore(store)
///     let ref = system.spawn(wallet.behavior, name: "wallet-1")
///
/// It is a value; every modifier returns a copy.
public struct DurableStateBehavior<Command: Sendable, State: Sendable>: Sendable {
    /// Decides what a command does; it must not change anything itself, because it may be tried again on a fresh state.
    public typealias CommandHandler = @Sendable (CommandContext<Command>, Command, State) throws -> DurableEffect<State>

    /// The entity.
    public let id: PersistenceID
    /// The state before the first write, and behind a deletion.
    public let emptyState: State
    package let codec: SnapshotCodec<State>
    private(set) var commandHandler: CommandHandler
    private(set) var store: (any DurableStateStore)?
    private(set) var writer: WriterID?
    private(set) var retries = 0
    private(set) var locking = LockingStrategy.optimistic
    private(set) var stashCapacity: Int?
    private(set) var supervision: SupervisionStrategy?

    /// Describes an entity whose state is encoded by a codec.
    public init(
        id: PersistenceID, emptyState: State, codec: SnapshotCodec<State>, commandHandler: @escaping CommandHandler
    ) {
        self.id = id
        self.emptyState = emptyState
        self.codec = codec
        self.commandHandler = commandHandler
    }
}

extension DurableStateBehavior where State: Codable {
    /// Describes an entity whose state is stored as JSON, under the name of its Swift type.
    ///
    /// A state that is to survive the renaming of its type is given a codec with a logical name:
    /// `init(id:emptyState:codec:commandHandler:)` with `.json("Wallet")`.
    public init(id: PersistenceID, emptyState: State, commandHandler: @escaping CommandHandler) {
        self.init(id: id, emptyState: emptyState, codec: .json(), commandHandler: commandHandler)
    }
}

// MARK: - Modifiers

extension DurableStateBehavior {
    private func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }

    /// Keeps the state here.
    public func withDurableStateStore(_ store: any DurableStateStore) -> Self { with { $0.store = store } }

    /// Writes as this writer; without it, as the actor system's own.
    public func withWriter(_ writer: WriterID) -> Self { with { $0.writer = writer } }

    /// After a conflict, decides the command again on the fresh state, at most so many times.
    public func withRetries(_ count: Int) -> Self { with { $0.retries = max(0, count) } }

    /// Deals with others that write the same state in this way; without it optimistically.
    public func withLocking(_ strategy: LockingStrategy) -> Self { with { $0.locking = strategy } }

    /// Stashes at most so many commands, where 1,000 are usual; below 0 counts as 0.
    public func withStashCapacity(_ count: Int) -> Self { with { $0.stashCapacity = max(0, count) } }

    /// Decides what becomes of the entity when its handler throws or it can't be recovered.
    public func supervised(by strategy: SupervisionStrategy) -> Self { with { $0.supervision = strategy } }

    /// Decides by another handler, which may ask the one that was there.
    package func withCommandHandler(_ make: (@escaping CommandHandler) -> CommandHandler) -> Self {
        with { $0.commandHandler = make($0.commandHandler) }
    }
}

/// An entity with a durable state was started without something it needs.
public enum DurableStateBehaviorError: Error, Hashable, CustomStringConvertible {
    case missingDurableStateStore(PersistenceID)

    /// A sentence that names the modifier to call.
    public var description: String {
        switch self {
        case .missingDurableStateStore(let id):
            "\(id) has no durable state store; give it one with withDurableStateStore(_:)"
        }
    }
}

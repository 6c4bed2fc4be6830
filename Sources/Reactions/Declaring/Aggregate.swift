public import EventSourcing

/// The state of one kind of stream, with the events that fold into it and the actions that may be done to it.
///
///     struct Account: Aggregate {
///         static let entityType = "Account"
///         var balance = 0
///
///         static var parts: [AggregatePart<Account>] {
///             Emits(Deposited.self) { account, deposited in account.balance += deposited.amount }
///             Accepts(Deposit.self) { deposit, account in [Deposited(amount: deposit.amount)] }
///             Invariant("is not overdrawn") { account in account.balance >= 0 }
///         }
///     }
public protocol Aggregate: Sendable {
    /// The first part of its streams' names: `Account` in `Account|a-1`.
    static var entityType: String { get }

    /// The state before the first event.
    init()

    /// Its events with their folds, its actions, and its invariants.
    @AggregateBuilder<Self> static var parts: [AggregatePart<Self>] { get }

    /// When snapshots of it are taken; never, unless it says so.
    static var snapshots: AggregateSnapshots<Self> { get }
}

extension Aggregate {
    public static var snapshots: AggregateSnapshots<Self> { .never }

    /// Names a stream of this kind; throws `PersistenceIDError` for an id that no stream can have.
    public static func id(_ entityID: String) throws(PersistenceIDError) -> PersistenceID {
        try PersistenceID(entityType, entityID)
    }
}

/// When snapshots of an aggregate are taken, how they are written, and what is deleted behind them.
public struct AggregateSnapshots<State: Sendable>: Sendable {
    let codec: SnapshotCodec<State>?
    /// How many events lie between two of them; nil for none at all.
    let interval: Int64?
    let retention: RetentionPolicy

    private init(codec: SnapshotCodec<State>?, interval: Int64?, retention: RetentionPolicy) {
        self.codec = codec
        self.interval = interval
        self.retention = retention
    }

    /// None are taken, and none are read.
    public static var never: Self { Self(codec: nil, interval: nil, retention: .keepAll) }

    /// One whenever a multiple of `interval` was reached or crossed; below 1 is an error when the application is built.
    public static func every(
        _ interval: Int64, as codec: SnapshotCodec<State>, keeping retention: RetentionPolicy = .keepAll
    ) -> Self {
        Self(codec: codec, interval: interval, retention: retention)
    }
}

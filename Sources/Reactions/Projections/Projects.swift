public import EventSourcing

/// Declares a projection: rows that are folded from events, in a version.
///
///     Projects("balances", of: Balance.self) {
///         Folding(Account.Deposited.self) { event, rows in
///             try rows.change(event.stream.entityID, from: Balance()) { balance in balance.total += event.amount }
///         }
///     }
///
/// Rows and the position up to which events are in them are written together, so that every event is folded once, whichever
/// of any number of processes does it. A version above the one that is read is built beside it, and takes its place when it
/// has caught up; the rows of the former one stay as they were until `dropProjection`, or `dropsFormer`, removes them.
public struct Projects<Row: Codable & Sendable>: Sendable {
    let declaration: ProjectionDeclaration

    /// Declares a projection.
    ///
    /// - Parameters:
    ///   - name: what it is called in the store, from 1 to `Projection.longestName` bytes.
    ///   - row: the type of its rows.
    ///   - version: raise it with every change of the folds or of the rows; from 1.
    ///   - window: how many events are folded at most before rows and position are written, from 1.
    ///   - rowsInMemory: how many rows are kept at most from one window to the next, while there is more to read.
    ///   - readsOrigins: whether the folds look at correlation and command ids, which are nil otherwise.
    ///   - dropsFormer: whether lower versions are removed as soon as this one has taken their place.
    ///   - backoff: how long it waits before it tries an event again that can't be folded.
    ///   - folds: what each type of event makes of the rows.
    public init(
        _ name: String, of row: Row.Type = Row.self, version: Int = 1, window: Int = 1_000, rowsInMemory: Int = 10_000,
        readsOrigins: Bool = false, dropsFormer: Bool = false,
        backoff: Backoff = .exponential(base: .milliseconds(100), cap: .seconds(30)),
        @ProjectionBuilder<Row> folds: () -> [Folding<Row>]
    ) {
        declaration = ProjectionDeclaration(
            projection: Projection(name, version: version), window: window, rowsInMemory: rowsInMemory,
            readsOrigins: readsOrigins, dropsFormer: dropsFormer, backoff: backoff, rowType: ObjectIdentifier(Row.self),
            encode: { row, codec in
                // No fold of it puts any other.
                guard let row = row as? Row else { return [] }
                return try codec.encode(row)
            },
            decode: { bytes, codec in try codec.decode(Row.self, from: bytes) }, folds: folds().map(\.declaration))
    }
}

/// What one type of event makes of the rows of a projection.
public struct Folding<Row: Codable & Sendable>: Sendable {
    let declaration: FoldDeclaration

    @usableFromInline
    init(_ declaration: FoldDeclaration) { self.declaration = declaration }

    /// Declares a fold.
    ///
    /// - Parameters:
    ///   - payload: the type of the events, one that an aggregate of the application emits, or that it hears.
    ///   - fold: changes rows, and must do nothing else: it is called again wherever a row had to be read first, and at every
    ///     rebuild. It must let pass what the rows throw.
    @inlinable
    public init<Payload: Sendable>(
        _ payload: Payload.Type,
        fold: @escaping @Sendable (ReactionEvent<Payload>, inout ProjectionRows<Row>) throws -> Void
    ) {
        self.init(
            FoldDeclaration(payload: ObjectIdentifier(Payload.self), payloadName: String(describing: Payload.self)) {
                event, payload, kept in
                guard let payload = payload as? Payload else { return }
                var rows = ProjectionRows<Row>(KeptRows())
                swap(&rows.kept, &kept)
                defer { swap(&rows.kept, &kept) }
                try fold(ReactionEvent(event, payload), &rows)
            })
    }
}

/// A fold, its types forgotten.
@usableFromInline
struct FoldDeclaration: Sendable {
    let payload: ObjectIdentifier
    let payloadName: String
    let fold: @Sendable (FoldedEvent, any Sendable, inout KeptRows) throws -> Void

    @usableFromInline
    init(
        payload: ObjectIdentifier, payloadName: String,
        fold: @escaping @Sendable (FoldedEvent, any Sendable, inout KeptRows) throws -> Void
    ) {
        self.payload = payload
        self.payloadName = payloadName
        self.fold = fold
    }
}

/// Reads the folds of a projection.
@resultBuilder
public enum ProjectionBuilder<Row: Codable & Sendable> {
    /// Takes a fold.
    public static func buildExpression(_ folding: Folding<Row>) -> [Folding<Row>] { [folding] }

    /// Takes folds in their order.
    public static func buildBlock(_ foldings: [Folding<Row>]...) -> [Folding<Row>] { foldings.flatMap(\.self) }

    /// Takes the folds of an `if`, or none.
    public static func buildOptional(_ foldings: [Folding<Row>]?) -> [Folding<Row>] { foldings ?? [] }

    /// Takes the folds of an `if` that has an `else`.
    public static func buildEither(first foldings: [Folding<Row>]) -> [Folding<Row>] { foldings }

    /// Takes the folds of an `else`.
    public static func buildEither(second foldings: [Folding<Row>]) -> [Folding<Row>] { foldings }

    /// Takes the folds of a loop.
    public static func buildArray(_ foldings: [[Folding<Row>]]) -> [Folding<Row>] { foldings.flatMap(\.self) }
}

/// An event on its way into rows, without its payload.
@usableFromInline
struct FoldedEvent: Sendable {
    @usableFromInline let stream: PersistenceID
    @usableFromInline let sequenceNumber: Int64
    @usableFromInline let position: Int64
    @usableFromInline let type: String
    @usableFromInline let timestamp: Timestamp
    @usableFromInline let correlationID: ULID?
    @usableFromInline let commandID: ULID?

    init(_ event: borrowing StoredEvent) {
        stream = event.persistenceID
        sequenceNumber = event.sequenceNumber
        position = event.position
        type = event.type
        timestamp = event.timestamp
        correlationID = event.correlationID
        commandID = event.commandID
    }
}

extension ReactionEvent {
    /// An event that is folded: nothing is done because of it.
    @inlinable
    init(_ event: FoldedEvent, _ payload: Payload) {
        self.init(
            stream: event.stream, sequenceNumber: event.sequenceNumber, position: event.position, type: event.type,
            timestamp: event.timestamp, payload: payload, correlationID: event.correlationID,
            commandID: event.commandID, call: nil)
    }
}

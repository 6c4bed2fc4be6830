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
    ///   - window: how many events are folded at most before rows and position are written, from 1; fewer where their payloads
    ///     come to more than 8 MiB.
    ///   - rowsInMemory: how many rows are kept at most from one window to the next, while there is more to read.
    ///   - dropsFormer: whether lower versions are removed as soon as this one has taken their place.
    ///   - backoff: how long it waits before it tries an event again that can't be folded.
    ///   - folds: what each type of event makes of the rows.
    public init(
        _ name: String, of row: Row.Type = Row.self, version: Int = 1, window: Int = 1_000, rowsInMemory: Int = 10_000,
        dropsFormer: Bool = false,
        backoff: Backoff = .exponential(base: .milliseconds(100), cap: .seconds(30)),
        @ProjectionBuilder<Row> folds: () -> [Folding<Row>]
    ) {
        declaration = ProjectionDeclaration(
            projection: Projection(name, version: version), window: window, rowsInMemory: rowsInMemory,
            dropsFormer: dropsFormer, backoff: backoff, rowType: ObjectIdentifier(Row.self),
            rows: { FoldedRows<Row>(isWhole: $0) },
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
                decoder in
                // Sound: what hears a payload has a decoder for its type.
                let decoder = unsafeDowncast(decoder, to: PayloadDecoder<Payload>.self)
                return { event, version, bytes, kept in
                    guard let payload = try decoder.decode(event.type, version, bytes) else { return }
                    var rows = ProjectionRows<Row>(kept)
                    try fold(ReactionEvent(event, payload), &rows)
                }
            })
    }
}

/// A fold, its types forgotten.
@usableFromInline
struct FoldDeclaration: Sendable {
    /// Reads an event's payload of a version and folds it into rows; nothing for an event that is not meant.
    @usableFromInline
    typealias Step = @Sendable (FoldedEvent, _ version: Int, UnsafeRawBufferPointer, KeptRows) throws -> Void

    let payload: ObjectIdentifier
    let payloadName: String
    /// The fold of events that a `PayloadDecoder` of the payload's type reads.
    let step: @Sendable (any AnyObject & Sendable) -> Step

    @usableFromInline
    init(
        payload: ObjectIdentifier, payloadName: String, step: @escaping @Sendable (any AnyObject & Sendable) -> Step
    ) {
        self.payload = payload
        self.payloadName = payloadName
        self.step = step
    }
}

/// Reads the payloads of one type.
///
/// An object, whose type a fold knows: payloads that come as `any Sendable` are moved there and back, which takes as long as
/// folding them.
@usableFromInline
final class PayloadDecoder<Payload: Sendable>: Sendable {
    /// The payload of an event by its stored name, version and bytes; nil for one that is not meant.
    @usableFromInline let decode: @Sendable (String, Int, UnsafeRawBufferPointer) throws -> Payload?

    init(_ decode: @escaping @Sendable (String, Int, UnsafeRawBufferPointer) throws -> Payload?) {
        self.decode = decode
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

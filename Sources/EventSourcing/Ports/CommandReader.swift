package import Actors

/// A store that is looked at, and can tell which commands were handled in it.
package protocol CommandReader {
    /// The command with this id, nil where none was handled or it was forgotten; throws `StoreError`.
    func handledCommand(_ id: ULID) throws -> HandledCommand?
}

/// A command that was handled, and where.
package struct HandledCommand: Hashable, Sendable {
    package var record: CommandRecord
    /// When what came of it was written.
    package var time: Timestamp
    /// The stream of its events; nil where it wrote a durable state, or what belongs to no stream.
    package var stream: PersistenceID?
    /// The number that the stream had behind it.
    package var sequenceNumber: Int64

    package init(_ record: CommandRecord, time: Timestamp, stream: PersistenceID? = nil, sequenceNumber: Int64 = 0) {
        self.record = record
        self.time = time
        self.stream = stream
        self.sequenceNumber = sequenceNumber
    }
}

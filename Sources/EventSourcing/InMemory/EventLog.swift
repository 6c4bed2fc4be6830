import Actors

/// All events of a store in memory in the order of their positions, in chunks that never move.
///
/// A deleted event leaves a hole, so no position is ever used again; a chunk that is all holes gives its memory back.
struct EventLog: Sendable {
    /// An event without what its place in the log says.
    struct Row: Sendable {
        /// The stream's place in the table of streams.
        var stream: Int
        var sequenceNumber: Int64
        var type: String
        var schemaVersion: Int
        var timestamp: Timestamp
        var writer: WriterID
        var epoch: Int64
        var correlationID: ULID?
        var causationID: ULID?
        var commandID: ULID?
        var payload: [UInt8]
        /// The user's values as the JSON text of an object; empty where there are none.
        var metadata: [UInt8]
    }

    private struct Chunk: Sendable {
        var rows: [Row?] = []
        var live = 0
    }

    // Few enough that starting a chunk is never felt, many enough that the list of chunks stays short.
    private static let chunkSize = 1024

    /// The position below the log's first.
    let start: Int64
    private var chunks: [Chunk] = []
    private(set) var count = 0
    private(set) var liveCount: Int64 = 0

    /// An empty log whose first event gets the position after `start`.
    init(after start: Int64) { self.start = start }

    /// The highest position ever given.
    var lastPosition: Int64 { start + Int64(count) }

    /// Puts an event at the end and answers its position.
    mutating func append(_ row: Row) -> Int64 {
        if count % Self.chunkSize == 0 {
            var chunk = Chunk()
            chunk.rows.reserveCapacity(Self.chunkSize)
            chunks.append(chunk)
        }
        chunks[chunks.count - 1].rows.append(row)
        chunks[chunks.count - 1].live += 1
        count += 1
        liveCount += 1
        return lastPosition
    }

    /// The event at a position; nil for a hole and outside the log.
    subscript(position: Int64) -> Row? {
        guard position > start, position <= lastPosition else { return nil }
        let index = Int(position - start - 1)
        let chunk = chunks[index / Self.chunkSize]
        return chunk.rows.isEmpty ? nil : chunk.rows[index % Self.chunkSize]
    }

    /// Makes a hole at a position.
    mutating func remove(at position: Int64) {
        guard self[position] != nil else { return }
        let index = Int(position - start - 1)
        let place = index / Self.chunkSize
        chunks[place].rows[index % Self.chunkSize] = nil
        chunks[place].live -= 1
        liveCount -= 1
        let isFull = chunks[place].rows.count == Self.chunkSize
        if isFull, chunks[place].live == 0 { chunks[place].rows = [] }
    }
}

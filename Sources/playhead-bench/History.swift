import Actors
import EventSourcing
import SQLiteStorage

/// Store files with a history of readings, made in one go.
enum History {
    static let writer = WriterID(ULIDGenerator().next(at: Timestamp(microseconds: 0)))

    /// Makes a file in which each stream has so many readings and, where asked for, a snapshot so far before its end.
    static func make(_ path: String, streams: [PersistenceID], length: Int, snapshotBeforeEnd: Int? = nil) throws {
        let registry = try Reading.registry()
        try SQLiteStore.build(path) { builder in
            for id in streams {
                for first in stride(from: 1, through: length, by: 10_000) {
                    try builder.add(
                        (first...min(length, first + 9_999)).map { try event($0, of: id, encodedBy: registry) })
                }
                if let snapshotBeforeEnd {
                    try builder.add(try snapshot(of: id, at: length - snapshotBeforeEnd))
                }
            }
        }
    }

    /// Makes a file as it comes to be in use: event after event into one stream after the other, with all its indexes.
    static func grow(_ path: String, streams: [PersistenceID], length: Int) async throws {
        let registry = try Reading.registry()
        let store = try SQLiteStore.create(path, options: SQLiteStoreOptions(durability: .normal))
        let rounds = max(1, 100_000 / streams.count)
        for first in stride(from: 1, through: length, by: rounds) {
            var events: [ImportedEvent] = []
            for number in first...min(length, first + rounds - 1) {
                for id in streams { events.append(try event(number, of: id, encodedBy: registry)) }
            }
            try await store.importHistory(events)
        }
        store.close()
    }

    private static func event(
        _ number: Int, of id: PersistenceID, encodedBy registry: EventRegistry<Reading>
    ) throws -> ImportedEvent {
        let encoded = try registry.encode(Reading.sample(number))
        return ImportedEvent(
            persistenceID: id, sequenceNumber: Int64(number),
            event: NewEvent(type: encoded.type, payload: encoded.payload, timestamp: time(number)), writer: writer,
            epoch: 1)
    }

    private static func snapshot(of id: PersistenceID, at number: Int) throws -> StoredSnapshot {
        var total = Sensor.Total()
        for event in 1...number {
            total.count += 1
            total.value += Reading.sample(event).value
        }
        return StoredSnapshot(
            persistenceID: id, sequenceNumber: Int64(number), stateType: "Total", writer: writer, epoch: 1,
            timestamp: time(number), state: try SnapshotCodec<Sensor.Total>.json().encode(total))
    }

    static func time(_ number: Int) -> Timestamp {
        Timestamp(microseconds: 1_740_902_400_000_000 + Int64(number))
    }
}

import Actors
import EventSourcing
import Foundation

@testable import SQLiteStorage

/// A store with something in every table, at the ends of what its numbers can be.
struct WholeStore {
    /// Above 2^53 a double can't tell neighbours apart.
    static let large: Int64 = 1 << 53 + 1

    let path: String

    /// Makes it; tables that no port writes yet are filled by statements.
    init(at path: String) async throws {
        self.path = path
        let store = try SQLiteStore.create(path)
        let (order, cart) = (try PersistenceID("Order", "1|\u{202E}x"), try PersistenceID("Cart", "a\u{0}b"))
        try await store.register(
            WriterRecord(
                id: .second, host: "höst", process: Self.large + 2, started: Timestamp(microseconds: Int64.max - 1),
                program: "web", version: "1"))
        try await store.importHistory(Self.history(order, cart))
        for (place, payload) in Self.payloads.enumerated() {
            try await append(payload, as: ULID(high: 7, low: UInt64(place)), to: order, in: store)
        }
        try await store.deleteEvents(of: order, upTo: 1)
        _ = try await store.takeOver(try PersistenceID("Order", "nothing yet"), by: .second)
        for number in [Int64(2), Self.large + 1] {
            try await store.save(
                StoredSnapshot(
                    persistenceID: order, sequenceNumber: number, stateType: "Order", schemaVersion: 2, writer: .first,
                    epoch: Self.large, timestamp: Timestamp(microseconds: -5), state: [0xFF, 0x00, UInt8(number & 7)]))
        }
        // A command without an event, of a stream that was never heard of.
        _ = try await store.append(
            [], to: try PersistenceID("Order", "unknown"), expecting: .any, by: .first, epoch: nil,
            with: Companions(
                command: CommandRecord(id: ULID(high: 7, low: 1 << 40), reply: [1]),
                checkpoint: Checkpoint("reader", position: Self.large + 3, expecting: 0), at: .epoch))
        try await states(cart, in: store)
        try await leases(in: store)
        store.close()
        try Self.fill(path)
    }

    /// Payloads that are JSON, nearly JSON, text, and bytes.
    static let payloads: [[UInt8]] = [
        Array("{\"n\":9007199254740993,\"m\":-9223372036854775808,\"x\":1.0,\"e\":1e400}".utf8),
        Array("{\"a\":1,\"a\":2,\"\\u00e9\":\"\\/\"}".utf8), Array("{ \"a\" : 1 }\n".utf8),
        Array("\u{1B}[2J\u{202E}é日".utf8),
        [0xFF, 0xFE, 0x00], [], Array("null".utf8), Array("{\"json\":{}}".utf8), Array("\"\\ud800\"".utf8),
        [0x22, 0xC3, 0x22],
        Array(String(repeating: "[", count: 512).utf8) + Array(String(repeating: "]", count: 512).utf8),
        Array(String(repeating: "[", count: 513).utf8) + Array(String(repeating: "]", count: 513).utf8),
    ]

    private static func history(_ order: PersistenceID, _ cart: PersistenceID) -> [ImportedEvent] {
        func event(_ id: PersistenceID, _ number: Int64, _ epoch: Int64, _ version: Int) -> ImportedEvent {
            ImportedEvent(
                persistenceID: id, sequenceNumber: number,
                event: NewEvent(
                    type: "Ünusual \u{7F}", schemaVersion: version, payload: Array("{}".utf8),
                    metadata: Metadata(
                        correlationID: ULID(high: .max, low: .max), commandID: ULID(high: 0, low: 0),
                        values: ["n": .number(JSONNumber(large)), "s": "\u{0}"]),
                    timestamp: Timestamp(microseconds: .min)),
                writer: .first, epoch: epoch)
        }
        return [
            event(order, 1, 0, 1), event(cart, 5, large, Int(large)), event(order, large, large, .max),
            event(cart, .max - 1, .max - 7, .min),
        ]
    }

    private func append(
        _ payload: [UInt8], as command: ULID, to id: PersistenceID, in store: SQLiteStore
    ) async throws {
        let event = NewEvent(type: "Odd", payload: payload, timestamp: .epoch)
        _ = try await store.append(
            [event], to: id, expecting: .any, by: .first, epoch: nil,
            with: Companions(command: CommandRecord(id: command, reply: payload)))
    }

    private func states(_ id: PersistenceID, in store: SQLiteStore) async throws {
        let state = NewDurableState(stateType: "Cart", timestamp: .epoch, state: Array("{\"n\":9007199254740993}".utf8))
        _ = try await store.put(
            state, of: id, expecting: 0, by: .first, with: Companions(command: CommandRecord(id: ULID(high: 8, low: 1)))
        )
        let gone = try PersistenceID("Cart", "gone")
        _ = try await store.put(state, of: gone, expecting: 0, by: .second)
        _ = try await store.delete(gone, expecting: 1)
        _ = try await store.quarantine(
            QuarantinedEvent(
                persistenceID: id, sequenceNumber: 5, reason: "it's odd", timestamp: .epoch, writer: .first))
        _ = try await store.release(id, sequenceNumber: 5, at: Timestamp(microseconds: 9))
    }

    private func leases(in store: SQLiteStore) async throws {
        _ = try await store.acquire("held\u{0}", for: .seconds(5), as: ULID(high: 1, low: 2), by: .first, at: .epoch)
        let answer = try await store.acquire(
            "free", for: .seconds(5), as: ULID(high: 1, low: 3), by: .first, at: .epoch)
        if case .acquired(let lease) = answer { _ = try await store.release(lease) }
    }

    /// A row in each table that is still empty, with the largest numbers and something in every column.
    private static func fill(_ path: String) throws {
        for table in LineTable.all {
            let connection = try Connection(path, .writing)
            guard try connection.integer("SELECT count(*) FROM \(table.name)") == 0 else { continue }
            let values = table.columns.map { column in
                switch column.kind {
                case .text: column.name == "persistence_id" ? "'Order|1'" : "'text of \(column.name)'"
                case .id: "x'000102030405060708090A0B0C0D0E0F'"
                case .bytes: "x'FF00'"
                default: column.name == "projection" ? "3" : "\(large + 3)"
                }
            }
            let columns = table.columns.map(\.name).joined(separator: ", ")
            try connection.execute("INSERT INTO \(table.name) (\(columns)) VALUES (\(values.joined(separator: ", ")))")
        }
    }

    /// Every row of every table as text, keys included: what the shell would show.
    static func dump(_ path: String) throws -> [String] {
        let connection = try Connection(path, .lookingAlone)
        var rows: [String] = []
        for table in Layout.tables {
            let columns = table.columns.map { "quote(\($0))" }.joined(separator: " || ',' || ")
            let statement = try Statement("SELECT \(columns) FROM \(table.name)", on: connection)
            var found: [String] = []
            while try statement.step() { found.append("\(table.name): \(statement.text(at: 0) ?? "")") }
            rows += found.sorted()
        }
        return rows
    }
}

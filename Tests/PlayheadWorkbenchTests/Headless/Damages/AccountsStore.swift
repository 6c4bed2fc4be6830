import Actors
import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

/// A small sound store with something in most tables, whose every row is known.
///
/// Positions 1 to 6 are Ann's, 7 to 206 Bob's, and 207 to 210 those of an old account of which the first two events are
/// deleted.
enum AccountsStore {
    static let (web, batch) = (WriterID(ULID(high: 1 << 16, low: 1)), WriterID(ULID(high: 2 << 16, low: 2)))
    static let bobsLength: Int64 = 200

    /// Makes the file; #1 of each account opens it, and each #n after it puts 1,000 + n cents in.
    static func make(_ path: String) async throws {
        let (ann, bob, old) = (try id("ann"), try id("bob"), try id("old"))
        try SQLiteStore.build(path) { builder in
            try builder.register(writer(web, "web-1"))
            try builder.register(writer(batch, "batch-1"))
            try builder.add((1...6).map { event($0, of: ann, by: web) })
            try builder.add((1...bobsLength).map { event($0, of: bob, by: batch) })
            try builder.add((1...4).map { event($0, of: old, by: batch) })
            try builder.add(snapshot(of: ann, at: 3))
            for number in [Int64(2), 4] { try builder.add(snapshot(of: old, at: number)) }
        }
        let store = try SQLiteStore.open(path)
        try await store.deleteEvents(of: old, upTo: 2)
        store.close()
        try BadFileTests.execute(
            """
            INSERT INTO subscriptions VALUES
                (1, 'app', 'Mail|1', 'exact Account|ann', 'l', 0, 3, 6, 0, NULL, NULL, NULL, NULL, 0, NULL, NULL);
            INSERT INTO checkpoints VALUES ('reader', 210, 0);
            INSERT INTO timers VALUES (1, 'Account|ann', 'dormant', 6, 5, NULL, 0, NULL, NULL, NULL);
            INSERT INTO timers VALUES (2, 'Account|none yet', 'opening', 0, 5, NULL, 0, NULL, NULL, NULL);
            INSERT INTO timers VALUES (3, 'Account|ann', 'own generation', 77, 5, NULL, 0, NULL, NULL, NULL);
            INSERT INTO outbox VALUES (1, 'k', 'Account|ann', 2, 0, 'mail', x'00', 0, 0, 0, NULL, NULL, NULL, NULL);
            INSERT INTO commands VALUES (1, zeroblob(16), 1, 2, 0, NULL);
            INSERT INTO dead_letters VALUES (1, 'outbox:mail', 'mail', 'Account|ann', 2, 'why', 3, NULL, 0, NULL)
            """, on: path)
    }

    static func id(_ name: String) throws -> PersistenceID { try PersistenceID("Account", name) }

    static func snapshot(of id: PersistenceID, at number: Int64, balance: Int64? = nil) -> StoredSnapshot {
        let sum = (1..<number).reduce(0) { $0 + 1_001 + $1 }
        let state = """
            {"status":"open","owner":"\(id.entityID)","balance":\(balance ?? sum),"deposits":\(number - 1),"withdrawals":0}
            """
        return StoredSnapshot(
            persistenceID: id, sequenceNumber: number, stateType: "Account", writer: web, epoch: 1, timestamp: .epoch,
            state: Array(state.utf8))
    }

    private static func writer(_ id: WriterID, _ program: String) -> WriterRecord {
        WriterRecord(id: id, host: "shop", process: 1, program: program, version: "1")
    }

    private static func event(_ number: Int64, of id: PersistenceID, by writer: WriterID) -> ImportedEvent {
        let (type, payload) =
            number == 1
            ? ("AccountOpened", #"{"owner":"\#(id.entityID)"}"#) : ("MoneyDeposited", #"{"amount":\#(1_000 + number)}"#)
        return ImportedEvent(
            persistenceID: id, sequenceNumber: number,
            event: NewEvent(type: type, payload: Array(payload.utf8), timestamp: .epoch), writer: writer, epoch: 1)
    }

    /// Changes an event's row, and gives it the checksum that fits it, as a program with a mistake would have written it.
    static func rewrite(_ change: String, at old: Int64, to new: Int64? = nil, in path: String) throws {
        let position = new ?? old
        try BadFileTests.execute(
            "UPDATE events SET \(change), position = \(position) WHERE position = \(old)", on: path)
        let reader = try SQLiteReader(path)
        defer { reader.close() }
        var sum: RowChecksum?
        try reader.readAll(from: position, through: position, reversed: false, fields: .all) { event in
            sum = event.withPayload { payload in
                event.withMetadata { metadata in
                    EventChecksum(
                        streamDigest: EventChecksum.digest(event.persistenceID.description),
                        typeDigest: EventChecksum.digest(event.type), schemaVersion: event.schemaVersion,
                        timestamp: event.timestamp, writer: event.writer, correlationID: event.correlationID,
                        causationID: event.causationID, commandID: event.commandID, payload: payload,
                        metadata: metadata
                    ).at(sequenceNumber: event.sequenceNumber, position: event.position, epoch: event.epoch)
                }
            }
            return .stop
        }
        let fitting = try #require(sum).stored
        try BadFileTests.execute("UPDATE events SET checksum = \(fitting) WHERE position = \(position)", on: path)
    }

    /// Makes zeros of the page on which a text stands.
    static func zeroPage(holding text: String, in path: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.range(of: Data(text.utf8))).lowerBound
        try BadFileTests.overwrite(path, at: place / 4_096 * 4_096, with: [UInt8](repeating: 0, count: 4_096))
    }
}

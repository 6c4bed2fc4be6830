import Actors
import CSQLite
import EventSourcing
import Foundation
import SQLiteStorage

extension PersistenceID {
    /// A name that is known to be allowed.
    static func named(_ text: String) throws -> PersistenceID { try PersistenceID(parsing: text) }
}

extension WriterID {
    static let first = WriterID(ULID(high: 1 << 16, low: 1))
    static let second = WriterID(ULID(high: 2 << 16, low: 2))
}

extension NewEvent {
    static func fixture(_ text: String = "tea", at microseconds: Int64 = 1_700_000_000_000_000) -> NewEvent {
        NewEvent(
            type: "ItemAdded", payload: Array("{\"item\":\"\(text)\"}".utf8),
            metadata: Metadata(correlationID: ULID(high: 3, low: 4), values: ["source": "test"]),
            timestamp: Timestamp(microseconds: microseconds))
    }
}

extension EventStore {
    @discardableResult
    func append(
        _ texts: String..., to id: String, expecting: ExpectedNumber = .any, by writer: WriterID = .first,
        epoch: Int64? = nil
    ) async throws -> AppendReceipt {
        try await append(
            texts.map { .fixture($0) }, to: .named(id), expecting: expecting, by: writer, epoch: epoch, with: .none)
    }
}

extension StoreReader {
    /// The numbers of a stream's events, and whether each is intact.
    func numbers(_ id: String, from: Int64 = 1, through: Int64 = .max) throws -> [Int64: Bool] {
        var found: [Int64: Bool] = [:]
        try read(.named(id), from: from, through: through, reversed: false, fields: .all) {
            found[$0.sequenceNumber] = $0.isIntact
            return .next
        }
        return found
    }
}

/// A store with some streams, closed, so that all of it is in its one file.
func makeStore(at path: String, streams: Int = 3, events: Int = 20) async throws {
    let store = try SQLiteStore.create(path)
    for stream in 0..<streams {
        for number in 1...events {
            try await store.append("item \(number)", to: "Order|\(stream)", expecting: .number(Int64(number - 1)))
        }
    }
    store.close()
}

/// Runs statements on a file as any other program could.
func run(_ sql: String, on path: String) throws {
    var database: OpaquePointer?
    defer { sqlite3_close(database) }
    guard sqlite3_open(path, &database) == SQLITE_OK, sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else {
        throw ShellFailure(message: database.map { String(cString: sqlite3_errmsg($0)) } ?? "")
    }
}

struct ShellFailure: Error { var message: String }

/// The reason with which opening a file for looking is refused; nil where it is not.
func refusal(of path: String) -> StoreError.Reason? {
    do {
        _ = try SQLiteReader(path)
        return nil
    } catch {
        return (error as? StoreError)?.reason
    }
}

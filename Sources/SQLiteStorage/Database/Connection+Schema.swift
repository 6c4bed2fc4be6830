internal import CSQLite
internal import EventSourcing

extension Connection {
    /// The most tables, indexes, views and triggers that the schema of a store may have; a sound one has about fifty.
    static let mostSchemaEntries: Int64 = 500

    /// Throws `StoreError.corrupt` for a schema with more entries than that.
    ///
    /// SQLite holds every entry in memory once it reads the schema, so this must be the first that reads it: it ends the
    /// reading of one that goes on and on.
    func requireSmallSchema() throws {
        let watch = SchemaWatch(interruption)
        defer {
            if let interruption {
                interruption.install(on: handle)
            } else {
                sqlite3_progress_handler(handle, 0, nil, nil)
            }
        }
        try withExtendedLifetime(watch) {
            watch.install(on: handle)
            let count: Int64?
            do {
                count = try integer("SELECT count(*) FROM sqlite_schema")
            } catch let error as StoreError where error.reason == .cancelled && watch.isOver {
                count = nil
            }
            if let count, count <= Self.mostSchemaEntries { return }
            throw StoreError(
                .corrupt,
                detail: "its schema has more than \(Self.mostSchemaEntries) entries, which is more than any store's")
        }
    }
}

/// Counts the steps that SQLite takes, and ends its work after those of a schema that is much larger than a store's.
private final class SchemaWatch {
    private static let stepsAtOnce: Int32 = 1_000
    /// Reading one entry takes it 7 steps or so.
    private static let mostLooks = 16

    private let interruption: Interruption?
    private var looks = 0

    init(_ interruption: Interruption?) { self.interruption = interruption }

    var isOver: Bool { looks > Self.mostLooks }

    func install(on handle: OpaquePointer) {
        sqlite3_progress_handler(
            handle, Self.stepsAtOnce,
            { context in
                guard let context else { return 0 }
                return Unmanaged<SchemaWatch>.fromOpaque(context).takeUnretainedValue().look() ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private func look() -> Bool {
        looks += 1
        return isOver || interruption?.isCancelled == true
    }
}

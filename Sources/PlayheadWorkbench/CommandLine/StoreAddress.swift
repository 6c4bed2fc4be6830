import EventSourcing
import Workbench

/// What the command line names: `FILE`, `FILE#STREAM`, or `FILE#STREAM@N`.
struct StoreAddress: Hashable, Sendable {
    var path: String
    var stream: PersistenceID?
    var sequenceNumber: Int64?

    init(path: String, stream: PersistenceID? = nil, sequenceNumber: Int64? = nil) {
        self.path = path
        self.stream = stream
        self.sequenceNumber = sequenceNumber
    }

    /// Reads an address; a file whose name is the whole text wins, so that what a shell completes needs no encoding.
    init(_ text: String, exists: (String) -> Bool) throws {
        if text.isEmpty { throw UsageError("A store file is missing: an empty name names none.") }
        if exists(text) {
            self.init(path: text)
            return
        }
        guard let hash = text.firstIndex(of: "#") else {
            // Read as a part of a whole address, which is where `%XX` is taken apart.
            self.init(path: Address(text + "#Type|id")?.path ?? text)
            return
        }
        if let address = Address(text) {
            guard let path = address.path else {
                throw UsageError("'\(text)' names no file; an address is FILE#STREAM, as in orders.db#Order|order-42.")
            }
            self.init(path: path, stream: address.id, sequenceNumber: address.sequenceNumber)
            return
        }
        throw Self.mistake(in: String(text[text.index(after: hash)...]))
    }

    private static func mistake(in rest: String) -> UsageError {
        var stream = rest[...]
        if let at = rest.lastIndex(of: "@") {
            let number = rest[rest.index(after: at)...]
            if Int64(number).map({ $0 < 0 }) ?? true {
                return UsageError("'\(number)' behind @ is no sequence number; an @ in a stream's name is written %40.")
            }
            stream = rest[..<at]
        }
        do {
            _ = try PersistenceID(parsing: String(stream))
            return UsageError("'\(rest)' names no stream.")
        } catch {
            return UsageError("'\(stream)' names no stream: \(error).")
        }
    }

    /// The stream; throws for an address without one.
    func requireStream(_ usage: String) throws -> PersistenceID {
        if let stream { return stream }
        throw UsageError("A stream is missing; it is used as \(usage), as in orders.db#Order|order-42.")
    }
}

import Actors
import EventSourcing
import Inspection
import SQLiteStorage

/// A store file that is opened for looking, for one sub-command.
struct HeadlessStore {
    let reader: SQLiteReader
    let inspector: Inspector
    private let names = WriterNames()

    /// Opens a store; throws `StoreError`.
    init(_ path: String, domains: [Domain], showsSecrets: Bool = false) throws {
        reader = try SQLiteReader(path)
        inspector = Inspector(reader, domains: domains)
        inspector.showsSecrets = showsSecrets
    }

    /// What a person calls a writer: its program's name, else its id.
    func name(of writer: WriterID) -> String {
        if let name = names.known[writer] { return name }
        let program = (try? inspector.writer(writer))?.program ?? ""
        let name = program.isEmpty ? writer.description : program
        names.known[writer] = name
        return name
    }

    /// The number of a stream's event that a place means; the head's where it means none.
    ///
    /// Throws `NoHit` for a stream or an event that is not there.
    func number(of id: PersistenceID, address: StoreAddress, at text: String?) throws -> Int64 {
        guard let head = try inspector.head(of: id) else { throw NoHit("\(id) is not in \(address.path)") }
        if text != nil, address.sequenceNumber != nil {
            throw UsageError("The moment is given twice: behind @ and with --at.")
        }
        let moment = try text.map { try Moment($0) } ?? address.sequenceNumber.map { .number($0) }
        switch moment {
        case nil: return head.sequenceNumber
        case .number(let number):
            guard number <= head.sequenceNumber else {
                throw NoHit("\(id) has no event #\(number); its last one is #\(head.sequenceNumber)")
            }
            return number
        case .clock(let clock):
            guard let time = Moment.time(clock, onTheDayOf: head.lastTime) else { return head.sequenceNumber }
            return try inspector.event(of: id, atOrBefore: time) ?? 0
        case .time(let time): return try inspector.event(of: id, atOrBefore: time) ?? 0
        case .position(let position): return try event(of: id, atOrBelow: position, head)
        }
    }

    /// The last event of a stream at or below a global position, found by bisection; 0 where there is none.
    private func event(of id: PersistenceID, atOrBelow position: Int64, _ head: StreamHead) throws -> Int64 {
        var (low, high) = (head.deletedTo, head.sequenceNumber)
        while low < high {
            let middle = low + (high - low + 1) / 2
            var found: (number: Int64, position: Int64)?
            try reader.read(id, from: middle, through: high, reversed: false, fields: []) { event in
                found = (event.sequenceNumber, event.position)
                return .stop
            }
            if let found, found.position <= position { low = max(middle, found.number) } else { high = middle - 1 }
        }
        return low
    }
}

/// The names that were asked for, so that a long list asks once for each.
private final class WriterNames {
    var known: [WriterID: String] = [:]
}

/// What was asked for is not there; the sentence says what is not.
struct NoHit: Error, CustomStringConvertible {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
    var description: String { sentence }
}

/// The events that are set apart in a store in memory, in the order of their streams' names and their numbers.
struct QuarantineRows: Sendable {
    private struct Row: Sendable {
        let name: String
        let event: QuarantinedEvent

        init(_ event: QuarantinedEvent) {
            name = event.persistenceID.description
            self.event = event
        }

        func precedes(_ other: String, _ number: Int64) -> Bool {
            if name.utf8.elementsEqual(other.utf8) { return event.sequenceNumber < number }
            return name.utf8.lexicographicallyPrecedes(other.utf8)
        }

        func isFor(_ other: String, _ number: Int64) -> Bool {
            event.sequenceNumber == number && name.utf8.elementsEqual(other.utf8)
        }
    }

    private var rows: [Row] = []

    /// Sets an event apart, and answers whether it was not apart before.
    mutating func add(_ event: QuarantinedEvent) -> Bool {
        let row = Row(event)
        let place = place(row.name, event.sequenceNumber)
        if place < rows.count, rows[place].isFor(row.name, event.sequenceNumber) { return false }
        rows.insert(row, at: place)
        return true
    }

    /// Lets an event go, and answers whether it was apart.
    mutating func remove(_ id: PersistenceID, _ number: Int64) -> Bool {
        let place = place(id.description, number)
        guard place < rows.count, rows[place].isFor(id.description, number) else { return false }
        rows.remove(at: place)
        return true
    }

    /// The events of one stream behind a number.
    func events(of id: PersistenceID, after number: Int64, limit: Int) -> [QuarantinedEvent] {
        guard number < .max else { return [] }
        let name = id.description
        return rows[place(name, number + 1)...].prefix(max(0, limit)).prefix { $0.name.utf8.elementsEqual(name.utf8) }
            .map(\.event)
    }

    /// All events behind one of them.
    func events(after event: QuarantinedEvent?, limit: Int) -> [QuarantinedEvent] {
        var start = 0
        if let event {
            start = place(event.persistenceID.description, event.sequenceNumber)
            if start < rows.count, rows[start].isFor(event.persistenceID.description, event.sequenceNumber) {
                start += 1
            }
        }
        return rows[start...].prefix(max(0, limit)).map(\.event)
    }

    /// The place of the first one that does not stand before a name and number.
    private func place(_ name: String, _ number: Int64) -> Int {
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].precedes(name, number) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

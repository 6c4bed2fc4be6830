extension MemoryState: MemoryContents {
    var description: StoreDescription { StoreDescription(id: nil, path: nil, layoutVersion: 1) }

    var totals: StoreTotals {
        StoreTotals(streams: Int64(streams.count), events: log.liveCount, lastPosition: log.lastPosition)
    }

    var lastPosition: Int64 { log.lastPosition }

    var changeToken: UInt64 { changes }

    /// The number of an event by its place in its stream.
    private func number(at place: Int, in index: Int) -> Int64 {
        log[streams[index].positions[place]]?.sequenceNumber ?? 0
    }

    /// The place in a stream of the first event at or after a number, or behind it with `after`.
    func place(of sequenceNumber: Int64, in index: Int, after: Bool = false) -> Int {
        let count = streams[index].positions.count
        guard count > 0 else { return 0 }
        // Without gaps, which is nearly always, the number says the place.
        let distance = sequenceNumber.subtractingReportingOverflow(number(at: 0, in: index))
        if !distance.overflow, distance.partialValue >= 0, distance.partialValue < count {
            let guess = Int(distance.partialValue)
            if number(at: guess, in: index) == sequenceNumber { return after ? guess + 1 : guess }
        }
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            let number = number(at: middle, in: index)
            if number < sequenceNumber || (after && number == sequenceNumber) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The next events of a stream between two numbers, both included; rows are not copied, so all fields are there.
    func page(
        of id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields
    ) -> EventPage {
        guard let index = indexes[id], from <= through else { return EventPage() }
        let places = place(of: from, in: index)..<place(of: through, in: index, after: true)
        let positions = streams[index].positions[places]
        var page = EventPage()
        page.isLast = positions.count <= EventPage.rowLimit
        page.rows.reserveCapacity(min(positions.count, EventPage.rowLimit))
        func add(_ position: Int64) {
            guard let row = log[position] else { return }
            page.rows.append(EventRow(persistenceID: id, position: position, row: row))
        }
        if reversed {
            positions.suffix(EventPage.rowLimit).reversed().forEach(add)
        } else {
            positions.prefix(EventPage.rowLimit).forEach(add)
        }
        return page
    }

    /// The next events between two positions, both included.
    func page(from: Int64, through: Int64, reversed: Bool, fields: EventFields) -> EventPage {
        let (low, high) = (max(from, log.start + 1), min(through, log.lastPosition))
        guard low <= high else { return EventPage() }
        var page = EventPage()
        for step in 0...(high - low) {
            let position = reversed ? high - step : low + step
            guard let row = log[position] else { continue }
            if page.rows.count == EventPage.rowLimit {
                page.isLast = false
                break
            }
            let id = streams[row.stream].head.persistenceID
            page.rows.append(EventRow(persistenceID: id, position: position, row: row))
        }
        return page
    }

    /// When and by whom each of these events was written; missing numbers are left out.
    func samples(of id: PersistenceID, at sequenceNumbers: [Int64]) -> [EventSample] {
        guard let index = indexes[id] else { return [] }
        return sequenceNumbers.compactMap { wanted in
            let place = place(of: wanted, in: index)
            guard place < streams[index].positions.count, let row = log[streams[index].positions[place]],
                row.sequenceNumber == wanted
            else { return nil }
            return EventSample(
                sequenceNumber: wanted, timestamp: row.timestamp, writer: row.writer, epoch: row.epoch)
        }
    }
}

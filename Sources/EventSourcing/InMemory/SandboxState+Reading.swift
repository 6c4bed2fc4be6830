extension SandboxState: MemoryContents {
    var description: StoreDescription { base.description }

    var lastPosition: Int64 {
        get throws { pin == nil ? try base.totals().lastPosition : memory.log.lastPosition }
    }

    var totals: StoreTotals {
        get throws {
            var totals = try pin ?? base.totals()
            totals.streams += Int64(memory.streams.count - forkedStreams)
            totals.events += memory.log.liveCount - hiddenEvents
            if pin != nil { totals.lastPosition = memory.log.lastPosition }
            return totals
        }
    }

    var changeToken: UInt64 {
        get throws {
            // An odd factor, so that the store beneath and the sandbox can't make up for one another's steps.
            try base.changeToken() &* 0x9E37_79B9_7F4A_7C15 &+ memory.changes
        }
    }

    /// The next events of a stream: those beneath up to its fork, then the sandbox's own.
    func page(
        of id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields
    ) throws -> EventPage {
        guard let fork = forks[id] else {
            return try beneath(of: id, from: from, through: through, reversed: reversed, fields: fields)
        }
        return try joined(reversed: reversed) {
            try beneath(
                of: id, from: max(from, fork.deletedTo + 1), through: min(through, fork.last), reversed: reversed,
                fields: fields)
        } above: {
            memory.page(
                of: id, from: max(from, fork.last), through: through, reversed: reversed, fields: fields)
        }
    }

    /// The next events of the log: those beneath up to the first write, then the sandbox's own.
    func page(from: Int64, through: Int64, reversed: Bool, fields: EventFields) throws -> EventPage {
        try joined(reversed: reversed) {
            let high = min(through, pin?.lastPosition ?? .max)
            return try copied { visit in
                guard from <= high else { return }
                try base.readAll(from: from, through: high, reversed: reversed, fields: fields, visit: visit)
            }
        } above: {
            memory.page(from: from, through: through, reversed: reversed, fields: fields)
        }
    }

    private func joined(
        reversed: Bool, beneath: () throws -> EventPage, above: () throws -> EventPage
    ) rethrows -> EventPage {
        var page = reversed ? try above() : try beneath()
        guard page.isLast else { return page }
        let rest = reversed ? try beneath() : try above()
        page.rows += rest.rows
        page.isLast = rest.isLast
        return page
    }

    private func beneath(
        of id: PersistenceID, from: Int64, through: Int64, reversed: Bool, fields: EventFields
    ) throws -> EventPage {
        try copied { visit in
            guard from <= through else { return }
            try base.read(id, from: from, through: through, reversed: reversed, fields: fields, visit: visit)
        }
    }

    /// Copies what a walk beneath visits, until a page is full.
    private func copied(_ walk: ((borrowing StoredEvent) throws -> Visit) throws -> Void) rethrows -> EventPage {
        var (page, bytes) = (EventPage(), 0)
        try walk { event in
            if let fork = forks[event.persistenceID], !fork.shows(event.sequenceNumber) { return .next }
            let row = EventRow(copying: event)
            page.rows.append(row)
            bytes += row.row.payload.count + row.row.metadata.count
            if page.rows.count < EventPage.rowLimit, bytes < EventPage.byteLimit { return .next }
            page.isLast = false
            return .stop
        }
        return page
    }

    func samples(of id: PersistenceID, at sequenceNumbers: [Int64]) throws -> [EventSample] {
        guard let fork = forks[id] else { return try base.samples(of: id, at: sequenceNumbers) }
        let beneath = try base.samples(of: id, at: sequenceNumbers.filter(fork.shows))
        let above = memory.samples(of: id, at: sequenceNumbers.filter { $0 > fork.last })
        let samples = Dictionary((beneath + above).map { ($0.sequenceNumber, $0) }) { first, _ in first }
        return sequenceNumbers.compactMap { samples[$0] }
    }

    var writers: [WriterRecord] {
        get throws {
            var records = try base.writers()
            let places = Dictionary(records.enumerated().map { ($1.id, $0) }) { first, _ in first }
            for record in memory.writers {
                guard let place = places[record.id] else {
                    records.append(record)
                    continue
                }
                // A writer that the sandbox knows by its id alone may be known by name beneath.
                if record != WriterRecord(id: record.id) { records[place] = record }
            }
            return records
        }
    }

    /// Heads of streams: those beneath that were not written to, and all of the sandbox's own, in one order.
    mutating func streams(_ query: StreamQuery) throws -> [StreamHead] {
        guard query.limit > 0 else { return [] }
        var heads = memory.streams(query)
        var beneath = 0
        var step = query
        while beneath < query.limit {
            let page = try base.streams(step)
            for head in page where forks[head.persistenceID] == nil {
                heads.append(head)
                beneath += 1
            }
            guard page.count == step.limit, let last = page.last else { break }
            step.after = last
        }
        heads.sort { query.precedes($0, $1) }
        return Array(heads.prefix(query.limit))
    }
}

package import EventSourcing

/// Goes along the events of a stream, or of a store by global position, and past what can't be read.
package struct EventReading {
    /// A stretch in which no event could be read; its number or position is the first that is lost.
    package struct Lost {
        package var stream: PersistenceID?
        package var sequenceNumber: Int64?
        package var position: Int64?
        /// The last number or position that is lost; nil where the stretch has no end.
        package var last: Int64?
        package var sentence: String
    }

    /// Where so many places in a row can't be read, those behind them are tried farther and farther on.
    private static let mostInTurn: Int64 = 10_000

    private let reader: any StoreReader
    private let stream: PersistenceID?
    private let fields: EventFields

    package init(reader: any StoreReader, stream: PersistenceID?, fields: EventFields = .all) {
        self.reader = reader
        self.stream = stream
        self.fields = fields
    }

    /// Visits events from one number or position through another, both included.
    ///
    /// Throws `StoreError` where the store as a whole can't be read.
    package func visit(
        from: Int64, through: Int64, event: (borrowing StoredEvent) throws -> Visit, lost: (Lost) throws -> Visit
    ) throws {
        var low = max(from, 1)
        var last = low - 1
        while low <= through {
            do {
                try read(from: low, through: through, fields: fields) { stored in
                    let wish = try event(stored)
                    last = place(of: stored)
                    return wish
                }
                return
            } catch let error as StoreError where error.reason == .corrupt {
                guard last < .max else { return }
                low = max(low, last + 1)
                let first = min(max((stream == nil ? error.position : error.sequenceNumber) ?? low, low), through)
                let end = try lastLost(from: first, through: through)
                if try lost(report(first, end, error)) == .stop { return }
                guard let end, end < .max else { return }
                low = end + 1
            }
        }
    }

    private func place(of stored: borrowing StoredEvent) -> Int64 {
        stream == nil ? stored.position : stored.sequenceNumber
    }

    private func read(
        from: Int64, through: Int64, fields: EventFields, visit: (borrowing StoredEvent) throws -> Visit
    ) throws {
        if let stream {
            try reader.read(stream, from: from, through: through, reversed: false, fields: fields, visit: visit)
        } else {
            try reader.readAll(from: from, through: through, reversed: false, fields: fields, visit: visit)
        }
    }

    /// The last place of the stretch that begins with a lost one; nil where it has no end.
    private func lastLost(from first: Int64, through: Int64) throws -> Int64? {
        var last = first
        while last < through {
            do {
                try read(from: last + 1, through: through, fields: []) { _ in .stop }
                return last
            } catch let error as StoreError where error.reason == .corrupt {
                let next = (stream == nil ? error.position : error.sequenceNumber) ?? last + 1
                last = min(max(next, last + 1), through)
                if last - first >= Self.mostInTurn { return try lastLostFarOn(behind: last, through: through) }
            }
        }
        return last
    }

    /// The place before one from which on reading works again, found by tries that go twice as far each time and then by
    /// halves; nil where none was found.
    private func lastLostFarOn(behind last: Int64, through: Int64) throws -> Int64? {
        var (bad, good, step) = (last, through, Self.mostInTurn)
        while case (let next, let overflow) = bad.addingReportingOverflow(step), !overflow, next < through {
            if try isReadable(from: next) {
                good = next
                break
            }
            (bad, step) = (next, step * 2)
        }
        guard try good > bad && (good < through || isReadable(from: through)) else { return nil }
        while good - bad > 1 {
            let middle = bad + (good - bad) / 2
            if try isReadable(from: middle) { good = middle } else { bad = middle }
        }
        return bad
    }

    private func isReadable(from place: Int64) throws -> Bool {
        do {
            try read(from: place, through: .max, fields: []) { _ in .stop }
            return true
        } catch let error as StoreError where error.reason == .corrupt {
            return false
        }
    }

    private func report(_ first: Int64, _ last: Int64?, _ error: StoreError) -> Lost {
        let what =
            switch last {
            case first?: "it"
            case let last?: "it and what follows through \(last)"
            case nil: "it and all that follows"
            }
        return Lost(
            stream: stream ?? error.stream, sequenceNumber: stream == nil ? nil : first,
            position: stream == nil ? first : nil, last: last, sentence: "\(what) can't be read: \(error.detail)")
    }
}

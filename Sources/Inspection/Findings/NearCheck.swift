import EventSourcing

/// A first look at the events around a number, for what can be told without the history before them.
struct NearCheck {
    /// How far it looks to each side.
    static let reach: Int64 = 2_048

    static func findings(_ inspector: Inspector, _ head: StreamHead, near number: Int64) throws -> [Finding] {
        let id = head.persistenceID
        let low = max(head.deletedTo + 1, min(max(number, 1), head.sequenceNumber) - Self.reach)
        let empty = inspector.domain(for: id.entityType).emptyState()
        let apart = Set(try inspector.eventsApart(in: id).map(\.sequenceNumber))
        var findings: [Finding] = []
        var last: (number: Int64, writer: WriterID, epoch: Int64)?
        func add(_ kind: Finding.Kind, _ number: Int64, _ message: String) {
            findings.append(Finding(kind: kind, persistenceID: id, sequenceNumber: number, message: message))
        }
        try EventReading(reader: inspector.reader, stream: id, fields: .checked).visit(
            from: low, through: low + 2 * Self.reach
        ) { event in
            let number = event.sequenceNumber
            if let last {
                if number == last.number { add(.duplicate, number, "the number stands twice") }
                if number > last.number &+ 1 { add(.gap, last.number &+ 1, "events are missing up to \(number - 1)") }
                if event.epoch < last.epoch {
                    let (actual, expected) = (try inspector.name(of: event.writer), try inspector.name(of: last.writer))
                    add(.interleaving, number, "\(actual) wrote it after \(expected) had taken the stream over")
                }
            }
            last = (number, event.writer, event.epoch)
            // Why it is set apart is told when the whole stream was looked through.
            if apart.contains(number) { return .next }
            guard event.isIntact else {
                add(.damaged, number, "\(event.type) does not fit its checksum")
                return .next
            }
            do {
                var state = empty
                try state.fold(event)
            } catch {
                if PayloadErrors.contain(error) {
                    add(.undecodable, number, PayloadErrors.reason(error, type: event.type))
                }
            }
            return .next
        } lost: { lost in
            add(.damaged, lost.sequenceNumber ?? low, lost.sentence)
            last = nil
            return .next
        }
        return findings
    }
}

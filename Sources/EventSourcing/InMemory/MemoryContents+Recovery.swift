extension MemoryContents {
    /// What a recovery begins with, as of one moment.
    func recoveryStart(of id: PersistenceID, withSnapshot: Bool) throws -> RecoveryStart {
        var start = RecoveryStart(
            head: try head(of: id), apart: try quarantined(of: id, after: 0, limit: .max))
        guard withSnapshot else { return start }
        do {
            start.snapshot = try snapshot(of: id, atOrBelow: .max)
        } catch let error as StoreError where error.reason == .corrupt {
            start.hasUnreadableSnapshot = true
        }
        if let number = start.snapshot?.description.sequenceNumber, start.head?.holds(number) == true {
            start.snapshotOrigin = try origin(of: id, number)
        }
        return start
    }

    /// Who wrote an event; nil where it can't be read.
    private func origin(of id: PersistenceID, _ number: Int64) throws -> EventOrigin? {
        var origin: EventOrigin?
        do {
            let page = try page(of: id, from: number, through: number, reversed: false, fields: .checked)
            page.rows.first?.lend(.checked) { event in
                if event.isIntact { origin = EventOrigin(writer: event.writer, epoch: event.epoch) }
            }
        } catch let error as StoreError where error.reason == .corrupt {
            return nil
        }
        return origin
    }
}

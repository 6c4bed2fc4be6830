import EventSourcing

extension Inspector {
    /// A start this near is not worth looking for a snapshot.
    private static let near: Int64 = 32
    /// How many snapshots that can't be used are passed over in one search.
    private static let mostUnusable = 64

    /// The nearest start of a fold at or below a number, nil where events were deleted and nothing holds them.
    func start(_ head: StreamHead, atOrBelow number: Int64) throws -> FoldStart? {
        let id = head.persistenceID
        var best: FoldStart?
        if let frame = keyframes.nearest(of: id, atOrBelow: number) {
            best = FoldStart(
                sequenceNumber: frame.sequenceNumber, state: frame.state,
                source: .keyframe(sequenceNumber: frame.sequenceNumber))
        }
        if let entry = recent.nearest(of: id, atOrBelow: number), entry.sequenceNumber > best?.sequenceNumber ?? 0 {
            best = FoldStart(
                sequenceNumber: entry.sequenceNumber, state: entry.state,
                source: .keyframe(sequenceNumber: entry.sequenceNumber))
        }
        if let best, number - best.sequenceNumber <= Self.near { return best }
        if let snapshot = try snapshotStart(head, atOrBelow: number, above: best?.sequenceNumber ?? 0) {
            return snapshot
        }
        if let best { return best }
        guard head.deletedTo == 0 || number == 0 else { return nil }
        return FoldStart(
            sequenceNumber: 0, state: domain(for: id.entityType).emptyState(), source: .emptyState)
    }

    /// The newest snapshot between two numbers that is intact and decodes, nil where there is none.
    func snapshotStart(_ head: StreamHead, atOrBelow number: Int64, above low: Int64) throws -> FoldStart? {
        let domain = domain(for: head.persistenceID.entityType)
        // Nobody said how the stored states of this entity type are to be read.
        if !domain.usesSnapshots { return nil }
        let apart = try apartForFolding(head.persistenceID)
        var bound = min(number, head.sequenceNumber)
        for _ in 0..<Self.mostUnusable where bound > low {
            guard let snapshot = try readableSnapshot(of: head.persistenceID, atOrBelow: bound) else { return nil }
            let at = snapshot.description.sequenceNumber
            guard at > low, at <= bound else { return nil }
            if snapshot.isIntact, snapshot.description.eventSetApartLater(among: apart) == nil,
                let state = try? domain.state(of: snapshot)
            {
                return FoldStart(sequenceNumber: at, state: state, source: .snapshot(sequenceNumber: at))
            }
            bound = at - 1
        }
        return nil
    }

    /// A snapshot, nil also where the store can't read one.
    private func readableSnapshot(of id: PersistenceID, atOrBelow number: Int64) throws -> StoredSnapshot? {
        do {
            return try reader.snapshot(of: id, atOrBelow: number)
        } catch let error as StoreError where error.reason == .corrupt {
            return nil
        }
    }
}

import EventSourcing

extension Inspector {
    /// A start this near is not worth looking for a snapshot.
    private static let near: Int64 = 32
    /// How many snapshots that can't be used are passed over before the events are folded from farther back.
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

    /// The newest snapshot between two numbers that an entity would use, nil where there is none.
    func snapshotStart(_ head: StreamHead, atOrBelow number: Int64, above low: Int64) throws -> FoldStart? {
        let id = head.persistenceID
        // Nobody said how the stored states of this entity type are to be read.
        if !domain(for: id.entityType).usesSnapshots { return nil }
        var search = SnapshotSearch(
            self, of: id, head: head, apart: try apartForFolding(id), atOrBelow: min(number, head.sequenceNumber),
            above: low)
        // Where events were deleted nothing else holds what they made, so there all snapshots are tried.
        let most = head.deletedTo > low ? Int.max : Self.mostUnusable
        for _ in 0..<most {
            switch try search.next() {
            case .usable(let snapshot, let state)?:
                let number = snapshot.sequenceNumber
                return FoldStart(sequenceNumber: number, state: state, source: .snapshot(sequenceNumber: number))
            case .unusable?: continue
            case nil: return nil
            }
        }
        return nil
    }
}

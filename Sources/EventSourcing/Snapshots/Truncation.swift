package import Actors

/// What is to go of a stream.
package struct Truncation: Hashable, Sendable {
    package enum Extent: Hashable, Sendable {
        /// All its events and snapshots; its head stays, so that its numbers go on.
        case whole
        /// What lies behind the newest snapshot that was taken before a moment and at or below a number.
        case behindSnapshot(before: Timestamp? = nil, atOrBelow: Int64 = .max)
    }

    package var persistenceID: PersistenceID
    package var extent: Extent

    package init(_ id: PersistenceID, _ extent: Extent) {
        persistenceID = id
        self.extent = extent
    }
}

/// What a truncation came to.
package struct TruncationResult: Hashable, Sendable {
    package var truncation: Truncation
    /// The snapshot that the stream begins with now; nil where all of it went.
    package var snapshot: SnapshotDescription?
    /// Whether there were events to delete.
    package var hasDeleted: Bool

    package init(truncation: Truncation, snapshot: SnapshotDescription? = nil, hasDeleted: Bool) {
        self.truncation = truncation
        self.snapshot = snapshot
        self.hasDeleted = hasDeleted
    }
}

extension EventStore where Self: SnapshotStore {
    /// Truncates streams one after the other, and answers what came of each, but for those that stay as they are: of which
    /// nothing is there, or no snapshot that a window wants.
    ///
    /// A snapshot that a recovery would not begin with is none: events that are its only source are not deleted. It looks
    /// after nobody who reads behind: whoever calls knows that no consumer needs the events any more. What was done before
    /// a failure stays done, and a repetition goes on behind it.
    package func truncate(_ truncations: [Truncation]) async throws -> [TruncationResult] {
        var results: [TruncationResult] = []
        for truncation in truncations {
            if let result = try await truncate(truncation) { results.append(result) }
        }
        return results
    }

    private func truncate(_ truncation: Truncation) async throws -> TruncationResult? {
        let id = truncation.persistenceID
        switch truncation.extent {
        case .whole:
            // What is appended meanwhile stays.
            let last = try await head(of: id)?.sequenceNumber ?? 0
            let hasDeleted = try await deleteEvents(of: id, upTo: last)
            let hadSnapshots = try await delete(of: id, upTo: .max)
            guard hasDeleted || hadSnapshots else { return nil }
            return TruncationResult(truncation: truncation, hasDeleted: hasDeleted)
        case .behindSnapshot(let moment, let number):
            guard let snapshot = try await newestSnapshot(of: id, before: moment, atOrBelow: number) else { return nil }
            let hasDeleted = try await deleteEvents(of: id, upTo: snapshot.sequenceNumber)
            try await delete(of: id, upTo: snapshot.sequenceNumber - 1)
            return TruncationResult(truncation: truncation, snapshot: snapshot, hasDeleted: hasDeleted)
        }
    }

    /// The snapshot that a truncation would leave as the beginning; nil where it would leave the stream as it is.
    package func newestSnapshot(
        of id: PersistenceID, before moment: Timestamp?, atOrBelow number: Int64
    ) async throws -> SnapshotDescription? {
        let head = try await head(of: id)
        let apart = try await eventsApart(of: id)
        for snapshot in try await list(of: id).reversed() where snapshot.sequenceNumber <= number {
            if let moment, snapshot.timestamp >= moment { continue }
            guard snapshot.fits(head, apart), snapshot.wasTakenBehind(try await origin(of: snapshot, below: head)),
                try await isReadable(snapshot)
            else { continue }
            return snapshot
        }
        return nil
    }

    private func isReadable(_ snapshot: SnapshotDescription) async throws -> Bool {
        do {
            let stored = try await latest(of: snapshot.persistenceID, atOrBelow: snapshot.sequenceNumber)
            return stored?.isIntact == true && stored?.description == snapshot
        } catch let error as StoreError where error.reason == .corrupt {
            return false
        }
    }
}

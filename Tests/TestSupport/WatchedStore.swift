package import EventSourcing

/// A store that tells of the moments before and after each append, each snapshot and each deletion.
package struct WatchedStore: ForwardingStore {
    private let inner: any EventStore & SnapshotStore
    private let at: @Sendable (CommitMoment) -> Void

    package init(_ inner: any EventStore & SnapshotStore, at: @escaping @Sendable (CommitMoment) -> Void) {
        self.inner = inner
        self.at = at
    }

    package func target(isWrite: Bool) -> any EventStore & SnapshotStore { inner }

    package func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        at(.beforeAppend)
        let receipt = try await inner.append(
            events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
        at(.afterAppend)
        return receipt
    }

    package func save(_ snapshot: StoredSnapshot) async throws {
        at(.beforeSnapshot)
        try await inner.save(snapshot)
        at(.afterSnapshot)
    }

    package func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        at(.beforeRetention)
        let wasThere = try await inner.delete(of: id, upTo: upTo)
        at(.withinRetention)
        return wasThere
    }

    package func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        let wasThere = try await inner.deleteEvents(of: id, upTo: upTo)
        at(.afterRetention)
        return wasThere
    }
}

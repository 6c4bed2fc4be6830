import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for what the recovery of an entity begins with.
    static let recoveryCases: [ConformanceCase] = [
        .events("a recovery begins with the head, the newest snapshot and the origin of the event that is behind it") {
            probe in
            let id = try order(1)
            try await probe.fill(id, 3, by: .first)
            try await probe.append("4", "5", to: id, by: .second)
            for number in [2, 5, 4] as [Int64] { try await probe.store.save(.fixture(id, number, "\(number)")) }
            let head = try await probe.head(id)
            try expect(
                try await probe.start(id),
                is: RecoveryStart(
                    head: head, snapshot: .fixture(id, 5, "5"),
                    snapshotOrigin: EventOrigin(writer: .second, epoch: head.epoch)),
                "the origin is the event's, whatever the snapshot says of itself")
            try await probe.append("6", to: id, by: .third)
            let start = try await probe.start(id)
            try expect(start.head?.sequenceNumber, is: 6, "the head is the present one")
            try expect(start.snapshotOrigin?.writer, is: .second, "the event is that at the snapshot's number")
            try expect(
                try await probe.store.recoveryStart(of: id, snapshots: nil),
                is: RecoveryStart(head: try await probe.head(id)), "no snapshot where none is asked for")
        },
        .events("a recovery begins without the origin of an event that was deleted or never was") { probe in
            let id = try order(1)
            try expect(try await probe.start(id), is: RecoveryStart(head: nil), "of a stream that nobody knows")
            try await probe.store.save(.fixture(id, 2, "too early"))
            try expect(
                try await probe.start(id), is: RecoveryStart(head: nil, snapshot: .fixture(id, 2, "too early")),
                "a snapshot is found all the same")
            try await probe.fill(id, 3)
            try expect(try await probe.start(id).snapshotOrigin?.writer, is: .first, "the event is there now")
            _ = try await probe.store.deleteEvents(of: id, upTo: 2)
            try expect(try await probe.start(id).snapshotOrigin, is: nil, "and deleted now")
            try await probe.store.save(.fixture(id, 4, "above the head"))
            let start = try await probe.start(id)
            try expect(start.snapshot, is: .fixture(id, 4, "above the head"), "also where the head is lower")
            try expect(start.snapshotOrigin, is: nil, "there is no such event")
        },
        .events("a recovery begins with the snapshots of the store that is given for them") { probe in
            let (id, other) = (try order(1), InMemoryStore())
            try await probe.fill(id, 3)
            try await probe.store.save(.fixture(id, 3, "here"))
            let head = try await probe.head(id)
            try expect(
                try await probe.store.recoveryStart(of: id, snapshots: other), is: RecoveryStart(head: head),
                "the other store has none")
            try await other.save(.fixture(id, 2, "there"))
            try expect(
                try await probe.store.recoveryStart(of: id, snapshots: other),
                is: RecoveryStart(
                    head: head, snapshot: .fixture(id, 2, "there"),
                    snapshotOrigin: EventOrigin(writer: .first, epoch: head.epoch)),
                "the event is read where the events are")
        },
        .eventsApart("a recovery begins with all events that are set apart, by rising number") { store in
            let id = try order(1)
            for number in [9, 2, .max] as [Int64] { try await store.quarantine(.fixture(id, number)) }
            try await store.quarantine(.fixture(try order(2), 5))
            try await store.release(id, sequenceNumber: 9, at: .second(2))
            try expect(
                try await store.recoveryStart(of: id, snapshots: nil).apart, is: [.fixture(id, 2), .fixture(id, .max)],
                "those of the stream that were not released")
        },
    ]
}

extension PortProbe where Port == any EventStore & SnapshotStore {
    fileprivate func start(_ id: PersistenceID) async throws -> RecoveryStart {
        try await store.recoveryStart(of: id, snapshots: store)
    }
}

import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for deleting what lies behind a snapshot.
    package static let truncationCases: [ConformanceCase] = [
        .events("reactions 109: truncating nothing comes to nothing") { probe in
            try await probe.fill(try order(1), 2)
            let before = try await probe.log()
            try expect(try await probe.store.truncate([]), is: [], "nothing was to go")
            try expect(try await probe.log(), is: before, "and nothing went")
        },
        .events("reactions 111: of a window in time the newest snapshot in it stays, and what came after that") {
            probe in
            let id = try await probe.layOut()
            let truncation = Truncation(id, .behindSnapshot(before: .second(60)))
            let done = try await probe.store.truncate([truncation])
            try expect(
                done,
                is: [TruncationResult(truncation: truncation, snapshot: .fixture(id, 3), hasDeleted: true)],
                "the answer says what was asked for, and which snapshot it is")
            try expect(try await probe.numbers(id), is: [4], "what came after it")
            try expect(try await probe.store.list(of: id), is: [.fixture(id, 3)], "it alone is left")
            try expect(
                try await probe.store.latest(of: id, atOrBelow: .max), is: .fixture(id, 3, "3"), "with its state")
            let again = try await probe.store.truncate([truncation])
            try expect(again.map(\.hasDeleted), is: [false], "the second time there is nothing to delete")
            try expect(
                try await probe.append("5", to: id, expecting: .number(4)).sequenceNumbers, is: 5..<6, "it goes on")
        },
        .events("reactions 112: of a window that ends at a number the newest snapshot at or below it stays") { probe in
            let id = try await probe.layOut()
            let done = try await probe.store.truncate([Truncation(id, .behindSnapshot(atOrBelow: 2))])
            try expect(done.map(\.snapshot), is: [.fixture(id, 2)], "the first one")
            try expect(try await probe.numbers(id), is: [3, 4], "two events")
            try expect(try await probe.store.list(of: id).map(\.sequenceNumber), is: [2, 3], "and both snapshots")
            let both = Truncation(id, .behindSnapshot(before: .second(3), atOrBelow: 3))
            try expect(
                try await probe.store.truncate([both]).map(\.snapshot), is: [.fixture(id, 2)],
                "a moment and a number must both hold, and the moment itself is outside")
        },
        .events("reactions 113: without a snapshot in the window a stream stays as it is, and is not in the answer") {
            probe in
            let (id, without) = (try await probe.layOut(), try order("without"))
            try await probe.fill(without, 3)
            let before = try await probe.log()
            let done = try await probe.store.truncate([
                Truncation(without, .behindSnapshot(before: .second(60))),
                Truncation(id, .behindSnapshot(before: .epoch)), Truncation(id, .behindSnapshot(atOrBelow: 1)),
                Truncation(try order("unknown"), .behindSnapshot()), Truncation(try order("unknown"), .whole),
            ])
            try expect(done, is: [], "nothing was truncated")
            try expect(try await probe.log(), is: before, "every event is there")
            try expect(try await probe.store.list(of: id).map(\.sequenceNumber), is: [2, 3], "and every snapshot")
            try expect(try await probe.store.head(of: try order("unknown")), is: nil, "no stream was made")
        },
        .events("reactions 115: windows and whole streams are truncated together, each in its own way") { probe in
            // Where the case leaves a tombstone, the head of the stream is what is left of it.
            let (id, whole) = (try await probe.layOut(), try order("whole"))
            try await probe.fill(whole, 1)
            try await probe.store.save(.fixture(whole, 1, "1"))
            let truncations = [
                Truncation(id, .behindSnapshot(before: .second(60))), Truncation(whole, .whole),
            ]
            let done = try await probe.store.truncate(truncations)
            try expect(done.map(\.truncation), is: truncations, "both, with the moment of the one")
            try expect(done.map(\.snapshot), is: [.fixture(id, 3), nil], "the other has no snapshot left")
            try expect(done.map(\.hasDeleted), is: [true, true], "there were events of both")
            try expect(try await probe.numbers(id), is: [4], "of the one what came after its snapshot")
            try expect(try await probe.numbers(whole), is: [], "of the other nothing")
            try expect(try await probe.store.list(of: whole), is: [], "and no snapshot")
            try expect(try await probe.head(whole).deletedTo, is: 1, "but its head, which knows its number")
        },
        .events(
            "what no recovery would begin with is not truncated behind: it is above the head, or of another history"
        ) {
            probe in
            let id = try order("odd")
            try await probe.append("1", "2", to: id)
            try await probe.store.save(.fixture(id, 1, "1"))
            let other = StoredSnapshot(
                persistenceID: id, sequenceNumber: 2, stateType: "OrderState", writer: .second, epoch: 1,
                timestamp: .second(2), state: Array("2".utf8))
            try await probe.store.save(other)
            try await probe.store.save(.fixture(id, 9, "9"))
            let done = try await probe.store.truncate([Truncation(id, .behindSnapshot())])
            try expect(done.map(\.snapshot), is: [.fixture(id, 1)], "the one that fits")
            try expect(try await probe.numbers(id), is: [2], "what came after that")
            try expect(try await probe.store.list(of: id).map(\.sequenceNumber), is: [1, 2, 9], "and every snapshot")
        },
        .events("a snapshot that may hold an event that was set apart since is not truncated behind") { probe in
            guard let quarantine = probe.store as? any QuarantineStore else { return }
            let id = try await probe.layOut()
            try await quarantine.quarantine(
                QuarantinedEvent(
                    persistenceID: id, sequenceNumber: 3, reason: "it does not fold", timestamp: .second(60),
                    writer: .first))
            let done = try await probe.store.truncate([Truncation(id, .behindSnapshot())])
            try expect(done.map(\.snapshot), is: [.fixture(id, 2)], "the one before the event")
            try expect(try await probe.numbers(id).last, is: 4, "what came after that is there")
        },
    ]
}

extension PortProbe where Port == any EventStore & SnapshotStore {
    /// A stream of four events, with a snapshot after the second and one after the third.
    fileprivate func layOut() async throws -> PersistenceID {
        let id = try order("windows")
        try await append("1", "2", to: id)
        try await store.save(.fixture(id, 2, "2"))
        try await append("3", to: id)
        try await store.save(.fixture(id, 3, "3"))
        try await append("4", to: id)
        return id
    }
}

extension SnapshotDescription {
    /// What describes a snapshot whose state is its number.
    fileprivate static func fixture(_ id: PersistenceID, _ number: Int64) -> SnapshotDescription {
        StoredSnapshot.fixture(id, number, "\(number)").description
    }
}

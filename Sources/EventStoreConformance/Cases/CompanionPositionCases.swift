import Actors
import EventSourcing

extension EventStoreConformance {
    static let companionPositionCases: [ConformanceCase] = [
        .companions("an append changes projections up to the position of its last event, and moves a checkpoint on") {
            store in
            try await store.write(.none, to: order(1), expecting: .any)
            let companions = Companions(
                projections: [
                    ProjectionUpdate([.put("1", "a")], to: Projection("orders"), expecting: 0),
                    ProjectionUpdate([.put("1", "b")], to: Projection("carts"), position: 1, expecting: 0),
                ], checkpoint: Checkpoint("mail", position: 1, expecting: 0))
            let receipt = try await store.append(
                [.fixture("a"), .fixture("b", at: .second(3))], to: order(2), expecting: .number(0), by: .first,
                epoch: nil, with: companions)
            let known = try await store.versions(of: "orders")
            try expect(known.map(\.position), is: [receipt.positions.upperBound - 1], "up to the last event")
            try expect(known.map(\.time), is: [.second(3)], "at its time")
            try expect(try await store.get("1", of: "orders", version: nil), is: "a", "with its row")
            try expect(try await store.versions(of: "carts").map(\.position), is: [1], "or where it was said")
            try expect(try await store.checkpoint("mail"), is: 1, "the checkpoint has moved")
            let alone = Companions(
                projections: [
                    ProjectionUpdate(
                        [.delete("1")], to: Projection("orders"), expecting: receipt.positions.upperBound - 1)
                ], checkpoint: Checkpoint("mail", position: 3, expecting: 1), at: .second(8))
            let empty = try await store.append(
                [], to: order(2), expecting: .number(2), by: .first, epoch: nil, with: alone)
            try expect(empty.positions.isEmpty, "no event is written")
            try expect(
                try await store.versions(of: "orders").map(\.position), is: [empty.positions.lowerBound - 1],
                "it is at the end of the log")
            try expect(try await store.get("1", of: "orders", version: nil), is: nil, "its row is gone")
            try expect(try await store.checkpoint("mail"), is: 3, "the checkpoint has moved again")
        },
        .companions("a projection or a checkpoint that is elsewhere refuses its append, with all that goes with it") {
            store in
            let id = try order(1)
            try await store.put("1", "a", in: Projection("orders"), 0, 7)
            try await store.advance(Checkpoint("mail", position: 7, expecting: 0), at: .second(1))
            let before = try await store.seen(of: id)
            let timers = [TimerChange.arm(NewTimer("pay", deadline: .second(9)))]
            func update(_ expecting: Int64, to position: Int64? = 9) -> ProjectionUpdate {
                ProjectionUpdate([.put("1", "x")], to: Projection("orders"), position: position, expecting: expecting)
            }
            try await expectRefusal(
                ProjectionConflictError(projection: Projection("orders"), expected: 3, actual: 7), "the projection's"
            ) {
                try await store.write(Companions(timers: timers, projections: [update(3)]), to: id, expecting: .any)
            }
            let late = Checkpoint("mail", position: 9, expecting: 3)
            try await expectRefusal(CheckpointConflictError(checkpoint: late, actual: 7), "the checkpoint's") {
                try await store.write(
                    Companions(timers: timers, projections: [update(7)], checkpoint: late), to: id, expecting: .any)
            }
            for updates in [[update(7), update(7)], [update(7, to: nil)], [update(7, to: 6)]] {
                let error = try await expectError(StoreError.self, "one that is changed twice, or goes back") {
                    try await store.write(Companions(timers: timers, projections: updates), to: id, expecting: .any)
                }
                try expect(error.reason, is: .invalid, "is refused")
            }
            try expect(try await store.seen(of: id), is: before, "nothing has changed")
        },
    ]
}

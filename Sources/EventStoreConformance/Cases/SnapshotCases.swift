import Actors
import EventSourcing

extension EventStoreConformance {
    package static let snapshotCases: [ConformanceCase] = [
        .events("engine 33: a snapshot is loaded as it was saved") { probe in
            let id = try order(1)
            let snapshot = StoredSnapshot(
                persistenceID: id, sequenceNumber: 5, stateType: "OrderState", schemaVersion: 3, writer: .second,
                epoch: 4, timestamp: Timestamp(microseconds: -1), state: Array(#"{"total":500}"#.utf8))
            try await probe.store.save(snapshot)
            try expect(try await probe.store.latest(of: id, atOrBelow: .max), is: snapshot, "with all its fields")
            try expect(try await probe.store.list(of: id), is: [snapshot.description], "the list describes it")
        },
        .events("engine 34, 35, machines 149: the highest number is the latest, whenever it was saved") { probe in
            for numbers in [[5, 10, 15], [15, 10], [10, 15, 5]] as [[Int64]] {
                let id = try order(numbers.map(String.init).joined(separator: "-"))
                for number in numbers { try await probe.store.save(.fixture(id, number, "\(number * 100)")) }
                try expect(
                    try await probe.store.latest(of: id, atOrBelow: .max), is: .fixture(id, 15, "1500"),
                    "an older snapshot never shadows a newer one")
                try expect(
                    try await probe.store.list(of: id).map(\.sequenceNumber), is: numbers.sorted(), "by rising number")
            }
        },
        .events("the latest snapshot at or below a number is found") { probe in
            let id = try order(1)
            for number in [5, 10, 15] as [Int64] { try await probe.store.save(.fixture(id, number, "\(number)")) }
            let cases: [(Int64, Int64?)] = [
                (.max, 15), (15, 15), (14, 10), (10, 10), (9, 5), (5, 5), (4, nil), (0, nil), (.min, nil),
            ]
            for (limit, expected) in cases {
                let found = try await probe.store.latest(of: id, atOrBelow: limit)
                try expect(found?.description.sequenceNumber, is: expected, "at or below \(limit)")
            }
        },
        .events("engine 36, 37: snapshots are deleted up to a number, included, or all of them") { probe in
            let id = try order(1)
            for number in [5, 10, 15] as [Int64] { try await probe.store.save(.fixture(id, number, "\(number)")) }
            try expect(try await probe.store.delete(of: id, upTo: 4), is: false, "there is none up to 4")
            try expect(try await probe.store.delete(of: id, upTo: 10), is: true, "there were two up to 10")
            try expect(try await probe.store.list(of: id).map(\.sequenceNumber), is: [15], "15 is left")
            try expect(
                try await probe.store.latest(of: id, atOrBelow: .max), is: .fixture(id, 15, "15"),
                "and it is the latest")
            try expect(try await probe.store.delete(of: id, upTo: .max), is: true, "there was one")
            try expect(try await probe.store.latest(of: id, atOrBelow: .max), is: nil, "none is left")
            try expect(try await probe.store.delete(of: id, upTo: .max), is: false, "nothing is deleted twice")
            try await probe.store.save(.fixture(id, 5, "again"))
            try expect(
                try await probe.store.latest(of: id, atOrBelow: .max), is: .fixture(id, 5, "again"),
                "a number that was deleted can be saved again")
        },
        .events("engine 38: an unknown stream has no snapshot") { probe in
            let id = try order("unknown")
            try expect(try await probe.store.latest(of: id, atOrBelow: .max), is: nil, "there is none")
            try expect(try await probe.store.list(of: id), is: [], "the list is empty")
            try expect(try await probe.store.delete(of: id, upTo: .max), is: false, "nothing is deleted")
        },
        .events("engine 39: a state survives byte for byte") { probe in
            let states: [[UInt8]] = [
                Array(#"{"items":["item-1","item-2"],"status":"confirmed"}"#.utf8), [], [0], Array(0...255),
                Array(repeating: 0xA5, count: 1 << 20),
            ]
            for (index, state) in states.enumerated() {
                let id = try order(index)
                var snapshot = StoredSnapshot.fixture(id, 1, "")
                snapshot.state = state
                snapshot.description.size = state.count
                try await probe.store.save(snapshot)
                let found = try require(try await probe.store.latest(of: id, atOrBelow: 1), "the snapshot is there")
                try expect(found.state == state, "every byte of \(state.count)")
                try expect(found.description.size, is: state.count, "the size")
                try expect(found.isIntact, "its checksum fits")
            }
        },
        .events("engine 40: the same number saved again replaces the first") { probe in
            let id = try order(1)
            try await probe.store.save(.fixture(id, 5, "first"))
            try await probe.store.save(.fixture(id, 7, "seven"))
            try await probe.store.save(.fixture(id, 5, "second time"))
            try expect(
                try await probe.store.latest(of: id, atOrBelow: 5), is: .fixture(id, 5, "second time"),
                "the second holds")
            try expect(
                try await probe.store.list(of: id),
                is: [
                    StoredSnapshot.fixture(id, 5, "second time").description,
                    StoredSnapshot.fixture(id, 7, "seven").description,
                ],
                "and it is there once")
        },
        .events("snapshots of one stream are not those of another, and are no events") { probe in
            let (id, other) = (try order(1), try order(2))
            try await probe.store.save(.fixture(id, 5, "five"))
            try expect(try await probe.store.latest(of: other, atOrBelow: .max), is: nil, "the other has none")
            try expect(try await probe.numbers(id), is: [], "a snapshot is no event")
            try await probe.append("a", to: id, expecting: .number(0))
            _ = try await probe.store.deleteEvents(of: id, upTo: 1)
            try expect(
                try await probe.store.list(of: id).map(\.sequenceNumber), is: [5], "deleting events deletes no snapshot"
            )
            try await probe.store.save(.fixture(other, 3, "three"))
            _ = try await probe.store.delete(of: other, upTo: 9)
            try expect(try await probe.store.list(of: id).map(\.sequenceNumber), is: [5], "nor does another stream's")
        },
    ]
}

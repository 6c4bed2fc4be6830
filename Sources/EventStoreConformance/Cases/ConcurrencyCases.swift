import Actors
import EventSourcing

extension EventStoreConformance {
    package static let concurrencyCases: [ConformanceCase] = [
        .events("machines 151: of 64 appends at once that expect the same number exactly one is written") { probe in
            let id = try order(1)
            let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        do {
                            try await probe.append("\(task)", to: id, expecting: .number(0))
                            return true
                        } catch let error as ConcurrentModificationError {
                            try expect(error.expected, is: .number(0), "the error says what was expected")
                            try expect(error.actual, is: 1, "the error says where the stream is")
                            return false
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try expect(outcomes.count(where: \.self), is: 1, "one wins")
            try expect(try await probe.numbers(id), is: [1], "and it is there once")
        },
        .events("64 writers that try again until they are heard leave 64 events without a gap") { probe in
            let id = try order(1)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        try await appendUntilHeard("\(task)", to: id, by: .number(UInt64(task)), on: probe)
                    }
                }
                try await group.waitForAll()
            }
            let events = try await probe.events(id)
            try expect(events.map(\.sequenceNumber), is: Array(1...64), "every number is given once")
            try expect(Set(events.map(\.text)), is: Set((0..<64).map(String.init)), "nobody's event is lost")
            try expect(events.map(\.epoch), is: Array(1...64), "each hand-over raised the epoch")
        },
        .events("machines 152: appends at once to many streams get positions that rise within each stream") {
            probe in
            let receipts = try await withThrowingTaskGroup(of: [AppendReceipt].self) { group in
                for task in 0..<64 {
                    group.addTask {
                        var receipts: [AppendReceipt] = []
                        for round in 0..<8 {
                            let id = try order(task)
                            let receipt = try await probe.append(
                                "a", "b", to: id, expecting: .number(Int64(round * 2)), by: .number(UInt64(task)),
                                epoch: 1)
                            receipts.append(receipt)
                        }
                        return receipts
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for stream in receipts {
                let positions = stream.flatMap { Array($0.positions) }
                try expect(positions, is: positions.sorted(), "a stream's positions rise")
                try expect(stream.flatMap { Array($0.sequenceNumbers) }, is: Array(1...16), "its numbers have no gap")
            }
            let given = receipts.flatMap { $0.flatMap { Array($0.positions) } }
            try expect(Set(given).count, is: 64 * 16, "no position is given twice")
            try expect(try await probe.log().map(\.position), is: given.sorted(), "the log has exactly those")
        },
        .events("appends are answered in the order of their positions, whoever asks from wherever") { probe in
            let told = ToldPositions()
            let found = try await withThrowingTaskGroup(of: [Range<Int64>: [Int64]].self) { group in
                for task in 0..<16 {
                    group.addTask {
                        var found: [Range<Int64>: [Int64]] = [:]
                        for round in 0..<25 {
                            let before = told.highest
                            let position = try await probe.append("a", to: try order(task)).positions.lowerBound
                            try expect(position > before, "what begins behind an answer is behind it in the log")
                            let since = try await probe.log(after: before, limit: Int(position - before))
                            let positions = since.map(\.position).filter { $0 <= position }
                            try expect(positions.last, is: position, "whoever is told a position finds it")
                            found[before + 1..<position + 1] = positions
                            told.note(position)
                            // Some pause at other times than others, so that the store is found idle now and then.
                            if round % (task + 2) == 0 { await Task.yield() }
                        }
                        return found
                    }
                }
                return try await group.reduce(into: [:]) { $0.merge($1) { one, _ in one } }
            }
            let log = try await probe.log().map(\.position)
            try expect(log.count, is: 16 * 25, "all are there")
            for (range, positions) in found {
                try expect(
                    positions, is: log.filter { range.contains($0) },
                    "nothing turns up later below a position that somebody was told")
            }
        },
        .events("who follows the log while others write misses nothing and sees no position twice") { probe in
            let total = 16 * 25
            let followed = try await withThrowingTaskGroup(of: [RecordedEvent].self) { group in
                for task in 0..<16 {
                    group.addTask {
                        for _ in 0..<25 { try await probe.append("\(task)", to: try order(task)) }
                        return []
                    }
                }
                group.addTask {
                    var seen: [RecordedEvent] = []
                    while seen.count < total {
                        try Task.checkCancellation()
                        seen += try await probe.log(after: seen.last?.position ?? 0, limit: 7)
                        await Task.yield()
                    }
                    return seen
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            try expect(followed, is: try await probe.log(), "what was followed is the log")
        },
        .events("machines 154: a stream that is loaded while its first half is deleted is whole from where it begins") {
            probe in
            let id = try order(1)
            try await probe.fill(id, 20)
            let loaded = try await withThrowingTaskGroup(of: [Int64].self) { group in
                group.addTask {
                    _ = try await probe.store.deleteEvents(of: id, upTo: 10)
                    return []
                }
                for _ in 0..<8 { group.addTask { try await probe.numbers(id) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for numbers in loaded where !numbers.isEmpty {
                try expect(numbers, is: Array((numbers.first ?? 0)...20), "from its first event on none is missing")
            }
            try expect(loaded.count(where: \.isEmpty), is: 1, "no load found nothing")
            try expect(try await probe.numbers(id), is: Array(11...20), "the second half is left")
        },
        .events("machines 156: of twenty snapshots that are saved at once at one number one is there") { probe in
            let id = try order(1)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 { group.addTask { try await probe.store.save(.fixture(id, 5, "\(number)")) } }
                try await group.waitForAll()
            }
            try expect(try await probe.store.list(of: id).map(\.sequenceNumber), is: [5], "there is one")
            let found = try await probe.store.latest(of: id, atOrBelow: .max)
            let saved = (0..<20).map { StoredSnapshot.fixture(id, 5, "\($0)") }
            try expect(found.map(saved.contains) ?? false, is: true, "and it is one of them, whole")
        },
    ]

    /// What anybody was told of positions.
    private final class ToldPositions: Sendable {
        private let state = Locked<Int64>(0)

        var highest: Int64 { state.withLock { $0 } }

        func note(_ position: Int64) { state.withLock { $0 = max($0, position) } }
    }

    /// Reads the head and appends behind it, until nobody was faster.
    private static func appendUntilHeard(
        _ text: String, to id: PersistenceID, by writer: WriterID, on probe: PortProbe<any EventStore & SnapshotStore>
    ) async throws {
        // Each failure is somebody else's success, so 64 writers fail less often than this.
        for _ in 0..<10_000 {
            do {
                let number = try await probe.store.head(of: id)?.sequenceNumber ?? 0
                try await probe.append(text, to: id, expecting: .number(number), by: writer)
                return
            } catch is ConcurrentModificationError {
                await Task.yield()
            }
        }
        try expect(false, "a writer that tries again is heard at some time")
    }
}

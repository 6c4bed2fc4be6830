import EventSourcing

extension StoreReader {
    /// A stream's events, each with everything.
    func events(
        _ id: PersistenceID, from: Int64 = .min, through: Int64 = .max, reversed: Bool = false
    ) throws -> [RecordedEvent] {
        var seen: [RecordedEvent] = []
        try read(id, from: from, through: through, reversed: reversed, fields: .all) { event in
            seen.append(RecordedEvent(event))
            return .next
        }
        return seen
    }

    /// All events between two positions, each with everything.
    func log(from: Int64 = .min, through: Int64 = .max, reversed: Bool = false) throws -> [RecordedEvent] {
        var seen: [RecordedEvent] = []
        try readAll(from: from, through: through, reversed: reversed, fields: .all) { event in
            seen.append(RecordedEvent(event))
            return .next
        }
        return seen
    }
}

extension EventStoreConformance {
    /// The cases for a store that has a synchronous reader.
    package static let readerCases = (readerEventCases + readerStreamCases).needing(.reader)

    private static let readerEventCases: [ConformanceCase] = [
        .events("a reader sees what the store says, forwards and backwards") { probe in
            let (id, other) = (try order(1), try order(2))
            for round in 1...5 {
                try await probe.append("a\(round)", to: id)
                try await probe.append("b\(round)", "c\(round)", to: other, by: .second)
            }
            let reader = try probe.reader()
            let (stream, log) = (try await probe.events(other), try await probe.log())
            try expect(try reader.events(other), is: stream, "a stream forwards")
            try expect(try reader.events(other, reversed: true), is: stream.reversed(), "a stream backwards")
            try expect(try reader.log(), is: log, "the log forwards")
            try expect(try reader.log(reversed: true), is: log.reversed(), "the log backwards")
        },
        .events("a reader's ranges have both their ends, and bounds outside are no error") { probe in
            let id = try order(1)
            try await probe.fill(id, 5)
            let reader = try probe.reader()
            let positions = try reader.log().map(\.position)
            let ranges: [(Int64, Int64, [Int64])] = [
                (2, 4, [2, 3, 4]), (3, 3, [3]), (0, 2, [1, 2]), (.min, 1, [1]), (5, .max, [5]), (6, 9, []), (4, 2, []),
                (.max, .max, []), (.min, .min, []), (.min, .max, [1, 2, 3, 4, 5]),
            ]
            for (from, through, expected) in ranges {
                for reversed in [false, true] {
                    try expect(
                        try reader.events(id, from: from, through: through, reversed: reversed).map(\.sequenceNumber),
                        is: reversed ? expected.reversed() : expected,
                        "numbers \(from) to \(through)\(reversed ? " backwards" : "")")
                }
            }
            for reversed in [false, true] {
                let middle = try reader.log(from: positions[1], through: positions[3], reversed: reversed)
                try expect(
                    middle.map(\.sequenceNumber), is: reversed ? [4, 3, 2] : [2, 3, 4], "positions, both ends included")
                try expect(
                    try reader.log(from: positions[4] + 1, through: .max, reversed: reversed), is: [], "behind the log")
                try expect(
                    try reader.log(from: .min, through: 0, reversed: reversed), is: [], "before the log")
                try expect(
                    try reader.log(from: positions[3], through: positions[1], reversed: reversed), is: [],
                    "a range that is upside down")
            }
            try expect(try reader.events(try order("unknown")), is: [], "an unknown stream is empty")
        },
        .events("a reader stops when its visitor has enough, and hands on what it throws") { probe in
            let id = try order(1)
            try await probe.fill(id, 5)
            let reader = try probe.reader()
            var seen: [Int64] = []
            try reader.read(id, from: 1, through: 5, reversed: true, fields: []) { event in
                seen.append(event.sequenceNumber)
                return seen.count == 2 ? .stop : .next
            }
            try expect(seen, is: [5, 4], "the visit ends with the event that was enough")
            try await expectRefusal(VisitorError(number: 2), "the visitor's error comes out") {
                try reader.readAll(from: 1, through: .max, reversed: false, fields: []) { event in
                    if event.sequenceNumber == 2 { throw VisitorError(number: 2) }
                    return .next
                }
            }
            try expect(try reader.events(id).count, is: 5, "and the reader can be used on")
        },
        .events("a reader sees long streams whole from both ends, and gaps as gaps") { probe in
            let id = try order(1)
            let numbers = (1...1500).map { Int64($0) + ($0 > 700 ? 100 : 0) }
            try await probe.store.importHistory(numbers.map { .fixture(id, $0) })
            let reader = try probe.reader()
            try expect(try reader.events(id).map(\.sequenceNumber), is: numbers, "forwards")
            try expect(try reader.events(id, reversed: true).map(\.sequenceNumber), is: numbers.reversed(), "backwards")
            try expect(
                try reader.events(id, from: 699, through: 802).map(\.sequenceNumber), is: [699, 700, 801, 802],
                "over the gap")
            try expect(try reader.log(reversed: true).count, is: 1500, "the log")
        },
        .events("a reader says time, writer and epoch of single events, and leaves out what is not there") {
            probe in
            let id = try order(1)
            try await probe.store.importHistory([
                .fixture(id, 1, by: .first, epoch: 1), .fixture(id, 2, by: .second, epoch: 2),
                .fixture(id, 4, by: .third, epoch: 3),
            ])
            let reader = try probe.reader()
            try expect(
                try reader.samples(of: id, at: [0, 1, 2, 3, 4, 5]),
                is: [
                    EventSample(sequenceNumber: 1, timestamp: .second(1), writer: .first, epoch: 1),
                    EventSample(sequenceNumber: 2, timestamp: .second(2), writer: .second, epoch: 2),
                    EventSample(sequenceNumber: 4, timestamp: .second(4), writer: .third, epoch: 3),
                ],
                "what is there, in the order asked for")
            try expect(try reader.samples(of: id, at: []), is: [], "none, when none are asked for")
            try expect(try reader.samples(of: try order("unknown"), at: [1]), is: [], "none of an unknown stream")
        },
        .events("a reader has the store's snapshots") { probe in
            let id = try order(1)
            for number in [15, 5, 10] as [Int64] { try await probe.store.save(.fixture(id, number, "\(number)")) }
            let reader = try probe.reader()
            try expect(try reader.snapshots(of: id), is: try await probe.store.list(of: id), "the same list")
            for limit in [Int64.max, 15, 14, 5, 4] {
                try expect(
                    try reader.snapshot(of: id, atOrBelow: limit),
                    is: try await probe.store.latest(of: id, atOrBelow: limit), "the same at or below \(limit)")
            }
            try expect(try reader.snapshots(of: try order("unknown")), is: [], "an unknown stream has none")
        },
    ]
}

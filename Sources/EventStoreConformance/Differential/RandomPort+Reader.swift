import Actors
import EventSourcing

extension RandomPort {
    static let reader = RandomPort(ability: .reader, weight: 2, draw: drawReading) { _ in
        [
            RandomOperation(reading: "how much there is") { try $0.totals() },
            RandomOperation(reading: "the whole log backwards") { try log(of: $0, from: 1, through: .max) },
            RandomOperation(reading: "the last four events") { try log(of: $0, from: .min, through: .max, limit: 4) },
            RandomOperation(reading: "what stands before the first position") {
                try log(of: $0, from: .min, through: 0)
            },
            RandomOperation(reading: "the streams by time") { try $0.streams(StreamQuery(order: .newest)) },
        ]
            + RandomWorld.lookedAt.map { filter in
                RandomOperation(reading: "the log backwards of \(filter)") {
                    try log(of: $0, from: 1, through: .max, where: filter)
                }
            }
            + RandomWorld.ids.flatMap { id in
                [
                    RandomOperation(reading: "the stream \(id) backwards") { try stream(id, .min, .max, of: $0) },
                    RandomOperation(reading: "the snapshots of \(id)") { try $0.snapshots(of: id) },
                ]
            }
    }

    private static func drawReading(_ world: inout RandomWorld) -> RandomOperation {
        let id = world.id()
        switch world.number(1...6) {
        case 1, 2:
            let (from, through) = (Int64(world.number(-1...100)), Int64(world.number(-1...300)))
            let (filter, limit) = (world.once(in: 2) ? .all : world.eventFilter(), world.number(-1...9))
            let reversed = world.once(in: 2)
            return RandomOperation(
                reading: "\(limit) from \(from) through \(through), backwards: \(reversed), of \(filter)"
            ) { try log(of: $0, from: from, through: through, reversed: reversed, limit: limit, where: filter) }
        case 3, 4:
            let (from, through) = (Int64(world.number(-1...30)), Int64(world.number(-1...40)))
            return RandomOperation(reading: "\(id) from \(from) through \(through), backwards") {
                try stream(id, from, through, of: $0)
            }
        case 5:
            let numbers = (0..<world.number(0...4)).map { _ in Int64(world.number(-1...30)) }
            return RandomOperation(reading: "times and writers of \(numbers) of \(id)") {
                try $0.samples(of: id, at: numbers)
            }
        default:
            let (prefix, limit) = (world.pick(["", "Ord", "Order|", "Order|a", "o"]), world.number(-1...5))
            return RandomOperation(reading: "\(limit) streams by time that begin with \(prefix)") {
                try $0.streams(StreamQuery(prefix: prefix, order: .newest, limit: limit))
            }
        }
    }

    private static func stream(
        _ id: PersistenceID, _ from: Int64, _ through: Int64, of reader: any StoreReader
    ) throws -> [RecordedEvent] {
        var seen: [RecordedEvent] = []
        try reader.read(id, from: from, through: through, reversed: true, fields: .all) { event in
            seen.append(RecordedEvent(event))
            return .next
        }
        return seen
    }

    private static func log(
        of reader: any StoreReader, from: Int64, through: Int64, reversed: Bool = true, limit: Int = .max,
        where filter: EventFilter = .all
    ) throws -> [RecordedEvent] {
        var seen: [RecordedEvent] = []
        try reader.readAll(
            from: from, through: through, reversed: reversed, limit: limit, where: filter, fields: .all
        ) { event in
            seen.append(RecordedEvent(event))
            return .next
        }
        return seen
    }
}

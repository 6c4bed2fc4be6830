import Actors
import EventSourcing

extension RandomPort {
    typealias Events = any EventStore & SnapshotStore

    static let events = RandomPort(ability: .events, weight: 8, draw: drawEvents) { _ in
        [
            RandomOperation(Events.self, "the whole log") { try await log(of: $0, after: 0, limit: .max) },
            RandomOperation(Events.self, "all streams") { try await $0.streams(after: nil, prefix: "", limit: .max) },
            RandomOperation(Events.self, "the first three events") { try await log(of: $0, after: 0, limit: 3) },
            RandomOperation(Events.self, "what all streams come to") { try await $0.statistics(of: RandomWorld.ids) },
        ]
            + RandomWorld.lookedAt.map { filter in
                RandomOperation(Events.self, "the log of \(filter)") { try await log(of: $0, where: filter) }
            }
            + RandomWorld.ids.flatMap { id in
                [
                    RandomOperation(Events.self, "the stream \(id)") { try await load(id, 1, .max, from: $0) },
                    RandomOperation(Events.self, "the head of \(id)") { try await $0.head(of: id) },
                ]
            }
    }

    private static func drawEvents(_ world: inout RandomWorld) -> RandomOperation {
        let id = world.id()
        switch world.number(1...22) {
        case 1...11: return append(to: id, &world)
        case 12, 13:
            let last = Int(world.numbers[id] ?? 0)
            let number = Int64(world.once(in: 3) ? last : world.number(-1...last + 1))
            return RandomOperation(Events.self, "delete the events of \(id) up to \(number)") {
                try await $0.deleteEvents(of: id, upTo: number)
            }
        case 14:
            let writer = world.writer()
            return RandomOperation(Events.self, "take \(id) over by \(writer)") {
                try await $0.takeOver(id, by: writer)
            }
        case 15: return importHistory(&world)
        case 16:
            let (position, limit) = (Int64(world.number(-1...500)), world.number(-1...20))
            return RandomOperation(Events.self, "the log after \(position), \(limit) of it") {
                try await log(of: $0, after: position, limit: limit)
            }
        case 17:
            let after = world.once(in: 3) ? nil : world.id()
            let (prefix, limit) = (world.pick(["", "Ord", "Order|", "Order|a", "o"]), world.number(-1...5))
            return RandomOperation(
                Events.self, "\(limit) streams after \(after.map(\.description) ?? "none") that begin with \(prefix)"
            ) { try await $0.streams(after: after, prefix: prefix, limit: limit) }
        case 21:
            let (filter, after, limit) = (world.eventFilter(), Int64(world.number(-1...200)), world.number(-1...9))
            return RandomOperation(Events.self, "\(limit) after \(after) of \(filter)") {
                try await log(of: $0, where: filter, after: after, limit: limit)
            }
        case 22:
            let (ids, query) = ((0..<world.number(0...4)).map { _ in world.id() }, world.statisticsQuery())
            return RandomOperation(Events.self, "the statistics of \(ids), \(query)") {
                try await $0.statistics(of: ids, query)
            }
        case 18: return RandomOperation(Events.self, "the head of \(id)") { try await $0.head(of: id) }
        default:
            let (from, through) = (Int64(world.number(-1...30)), Int64(world.number(-1...40)))
            return RandomOperation(Events.self, "\(id) from \(from) through \(through)") {
                try await load(id, from, through, from: $0)
            }
        }
    }

    private static func append(to id: PersistenceID, _ world: inout RandomWorld) -> RandomOperation {
        let events = (0..<world.number(0...3)).map { _ in event(&world) }
        let known = world.numbers[id] ?? 0
        let expecting: ExpectedNumber =
            switch world.number(1...10) {
            case 1...6: .number(known)
            case 7: .number(known + Int64(world.number(-2...2)))
            case 8: .noStream
            default: .any
            }
        let (writer, companions) = (world.writer(), world.companions(of: id))
        let epoch = world.once(in: 4) ? Int64(world.number(0...12)) : nil
        return RandomOperation(
            Events.self,
            "append \(events.count) to \(id), expecting \(expecting), by \(writer), epoch \(epoch ?? -1), \(companions)"
        ) {
            try await $0.append(events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
        } remember: { receipt, world in
            world.numbers[id] = receipt.sequenceNumbers.upperBound - 1
            if let last = receipt.positions.last { world.lastPosition = last }
            world.remember(companions)
        }
    }

    private static func importHistory(_ world: inout RandomWorld) -> RandomOperation {
        var numbers = world.numbers
        let events = (0..<world.number(0...4)).map { _ in
            let id = world.id()
            // Mostly above what is there, with gaps.
            let number = (numbers[id] ?? 0) + Int64(world.number(0...3))
            numbers[id] = number
            return ImportedEvent(
                persistenceID: id, sequenceNumber: number, event: event(&world), writer: world.writer(),
                epoch: Int64(world.number(0...3)))
        }
        let after = numbers
        return RandomOperation(Events.self, "import \(events.map { "\($0.persistenceID) #\($0.sequenceNumber)" })") {
            try await $0.importHistory(events)
            return true
        } remember: { _, world in
            world.numbers = after
            world.lastPosition += Int64(events.count)
        }
    }

    private static func event(_ world: inout RandomWorld) -> NewEvent {
        let hasIDs = world.once(in: 3)
        return NewEvent(
            type: world.pick(RandomWorld.names), schemaVersion: world.number(1...3), payload: world.bytes(),
            metadata: Metadata(
                correlationID: hasIDs ? .number(UInt64(world.number(0...9))) : nil,
                values: world.once(in: 3)
                    ? [world.pick(RandomWorld.names): .string(world.pick(RandomWorld.names))] : [:]),
            timestamp: world.now().adding(.microseconds(world.number(-9...9))))
    }

    // MARK: Reading

    private static func load(
        _ id: PersistenceID, _ from: Int64, _ through: Int64, from store: Events
    ) async throws -> [RecordedEvent] {
        try await store.load(id, from: from, through: through, fields: .all, into: []) { seen, event in
            seen.append(RecordedEvent(event))
            return .next
        }
    }

    private static func log(
        of store: Events, where filter: EventFilter, after position: Int64 = 0, limit: Int = .max
    ) async throws -> [RecordedEvent] {
        try await store.readAll(after: position, limit: limit, where: filter, fields: .all, into: []) { seen, event in
            seen.append(RecordedEvent(event))
            return .next
        }
    }

    private static func log(of store: Events, after position: Int64, limit: Int) async throws -> [RecordedEvent] {
        try await store.readAll(after: position, limit: limit, fields: .all, into: []) { seen, event in
            seen.append(RecordedEvent(event))
            return .next
        }
    }
}

import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for reading a part of the log, by the store and by its reader.
    package static let eventFilterCases: [ConformanceCase] = [
        .events("reactions 11, D8: events of no types are none, and without types all are meant") { probe in
            try await probe.append("a", types: "Opened", "Opene\u{301}d", to: try order(1))
            try await probe.append("b", types: "opened", to: try order(2))
            func texts(_ filter: EventFilter) async throws -> [String] {
                try await probe.log(where: filter).map(\.type)
            }
            try expect(try await texts(EventFilter(types: [])), is: [], "none")
            try expect(try await texts(.all).count, is: 3, "all")
            try expect(try await texts(EventFilter(types: ["Opened"])), is: ["Opened"], "one, as it is written")
            let some = EventFilter(types: ["opened", "Opened", "Closed"])
            try expect(try await texts(some), is: ["Opened", "opened"], "several, in the order of the log")
        },
        .events("reactions 15: nothing happened after a moment that is still to come, forwards and backwards") {
            probe in
            let id = try order(1)
            for second in [0, 10, 5] as [Int64] { try await probe.append(at: .second(second), to: id) }
            try expect(try await probe.log(where: EventFilter(happenedAfter: .second(70))), is: [], "nothing")
            // A moment is no part of what is before or after it, and an event out of time hides none behind it.
            let last = EventFilter(happenedAfter: .second(5))
            try expect(try await probe.log(where: last).map(\.sequenceNumber), is: [2], "one")
            let first = EventFilter(happenedBefore: .second(10))
            try expect(try await probe.log(where: first).map(\.sequenceNumber), is: [1, 3], "two, around another")
            let both = EventFilter(happenedAfter: .second(0), happenedBefore: .second(10))
            try expect(try await probe.log(where: both).map(\.sequenceNumber), is: [3], "both must hold")
        },
        .events("reactions 18, D13: a part of a name means every stream that has it in its name, in its own case") {
            probe in
            for name in ["T-inner", "other", "T-inner-extra", "T-Inner"] {
                try await probe.append(at: .second(0), to: try order(name))
            }
            func names(_ pattern: StreamPattern) async throws -> [String] {
                try await probe.log(where: EventFilter(streams: pattern)).map(\.persistenceID.entityID)
            }
            try expect(
                try await names(.contains("T-inner")), is: ["order-T-inner", "order-T-inner-extra"], "a part")
            try expect(try await names(.suffix("-inner")), is: ["order-T-inner"], "an end")
            try expect(try await names(.exact("Order|order-T-inner")), is: ["order-T-inner"], "the whole name")
            try expect(try await names(.exact("order|order-t-inner")), is: [], "in small letters it is another")
        },
        .events("a filter's limit counts the events that are meant, and all that is set must hold") { probe in
            let id = try order(1)
            for number in 1...6 {
                var event = NewEvent.fixture("\(number)", at: .second(Int64(number)))
                event.metadata = Metadata(correlationID: .number(UInt64(number % 2)))
                _ = try await probe.store.append([event], to: id, expecting: .any, by: .first, epoch: nil, with: .none)
            }
            let odd = EventFilter(correlationID: .number(1))
            try expect(try await probe.log(where: odd, limit: 2).map(\.text), is: ["1", "3"], "two of three")
            for limit in [0, -1] {
                try expect(try await probe.log(where: odd, limit: limit), is: [], "none are asked for")
            }
            try expect(
                try await probe.log(
                    where: EventFilter(types: ["ItemAdded"], correlationID: .number(1), happenedBefore: .second(2))
                )
                .map(\.text), is: ["1"], "all must hold")
            try expect(
                try await probe.log(where: EventFilter(types: ["Other"], correlationID: .number(1))), is: [],
                "one does not")
            let positions = try await probe.log().map(\.position)
            let behind = try await probe.store.readAll(
                after: positions[2], limit: 9, where: odd, fields: [], into: [String]()
            ) { seen, event in
                seen.append("\(event.sequenceNumber)")
                return .stop
            }
            try expect(behind, is: ["5"], "behind a position, until the visitor has enough")
            var seen: [Int64] = []
            try probe.reader().readAll(
                from: positions[1], through: positions[4], reversed: true, limit: 9, where: odd, fields: []
            ) { event in
                seen.append(event.sequenceNumber)
                return .next
            }
            try expect(seen, is: [5, 3], "between two positions, backwards")
        },
        .events("reactions 159: a history whose times fall while its numbers rise is told apart by time") { probe in
            let id = try order(1)
            try await probe.store.importHistory([.fixture(id, 1, at: .second(20)), .fixture(id, 2, at: .second(10))])
            let cutoff = Timestamp.second(15)
            try expect(
                try await probe.log(where: EventFilter(happenedBefore: cutoff)).map(\.sequenceNumber), is: [2],
                "before it")
            try expect(
                try await probe.log(where: EventFilter(happenedAfter: cutoff)).map(\.sequenceNumber), is: [1],
                "after it")
        },
    ].needing(.reader)
}

extension PortProbe where Port == any EventStore & SnapshotStore {
    /// The events that a filter means; fails unless the store's reader sees the same, forwards and backwards.
    fileprivate func log(where filter: EventFilter, limit: Int = .max) async throws -> [RecordedEvent] {
        let found = try await store.readAll(
            after: 0, limit: limit, where: filter, fields: .all, into: [RecordedEvent]()
        ) { seen, event in
            seen.append(RecordedEvent(event))
            return .next
        }
        let reader = try reader()
        for reversed in [false, true] where limit == .max || !reversed {
            var seen: [RecordedEvent] = []
            try reader.readAll(
                from: 1, through: .max, reversed: reversed, limit: limit, where: filter, fields: .all
            ) { event in
                seen.append(RecordedEvent(event))
                return .next
            }
            try expect(seen, is: reversed ? found.reversed() : found, "a reader sees the same, backwards: \(reversed)")
        }
        return found
    }

    /// Appends an event of each type.
    fileprivate func append(_ text: String, types: String..., to id: PersistenceID) async throws {
        let events = types.map { NewEvent(type: $0, payload: Array(text.utf8), timestamp: .second(0)) }
        _ = try await store.append(events, to: id, expecting: .any, by: .first, epoch: nil, with: .none)
    }

    /// Appends an event of a moment.
    fileprivate func append(at moment: Timestamp, to id: PersistenceID) async throws {
        _ = try await store.append(
            [.fixture("a", at: moment)], to: id, expecting: .any, by: .first, epoch: nil, with: .none)
    }
}

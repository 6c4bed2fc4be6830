import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for a history that is taken over as a whole.
    package static let restoreCases: [ConformanceCase] = [
        .events("reactions 148: an event of a history keeps its stream, its number, its type, its time and its bytes") {
            probe in
            let id = try order(1)
            // The first three days of 2020.
            let days = (0..<3).map { Timestamp(microseconds: 1_577_836_800_000_000 + $0 * 86_400_000_000) }
            let history = days.enumerated().map { place, day in
                ImportedEvent(
                    persistenceID: id, sequenceNumber: Int64(place + 1),
                    event: NewEvent(
                        type: "Incremented", schemaVersion: 2, payload: Array("{ \"amount\":\(place)}\u{0}".utf8),
                        metadata: Metadata(values: ["source": "old"]), timestamp: day),
                    writer: .second, epoch: 4)
            }
            try await probe.store.importHistory(history)
            let events = try await probe.events(id)
            try expect(events.map(\.sequenceNumber), is: [1, 2, 3], "the numbers")
            try expect(events.map(\.persistenceID), is: [id, id, id], "the stream")
            try expect(Set(events.map(\.type)), is: ["Incremented"], "the type")
            try expect(Set(events.map(\.schemaVersion)), is: [2], "the version of its schema")
            try expect(events.map(\.timestamp), is: days, "the times")
            try expect(events.map(\.payload), is: history.map(\.event.payload), "every byte")
            try expect(Set(events.map(\.metadata)), is: [Array(#"{"source":"old"}"#.utf8)], "the metadata")
            try expect(events.allSatisfy(\.isIntact), "what was written is what is read")
        },
        .events("reactions 149: streams that lie between one another keep their own numbers, and their order") {
            probe in
            let (a, b) = (try order("a"), try order("b"))
            try await probe.store.importHistory([.fixture(a, 1), .fixture(b, 1), .fixture(b, 2), .fixture(a, 2)])
            try expect(try await probe.numbers(a), is: [1, 2], "of the one")
            try expect(try await probe.numbers(b), is: [1, 2], "of the other")
            try expect(try await probe.log().map(\.persistenceID), is: [a, b, b, a], "as they came")
        },
        .events("reactions 150: a time in the past is kept to the microsecond") { probe in
            let id = try order(1)
            // 2021-07-15T12:34:56.789Z and what is finer, and a time before 1970.
            let times = [1_626_352_496_789_000, 1_626_352_496_789_001, -1].map { Timestamp(microseconds: $0) }
            try await probe.store.importHistory(zip(Int64(1)..., times).map { .fixture(id, $0, at: $1) })
            try expect(try await probe.events(id).map(\.timestamp), is: times, "as it was")
        },
        .events("reactions 154, 155: what caused an imported event is the same as before, be it in the history or not")
        {
            probe in
            // An event names its cause by an id of its own and not by its position, so that a history that gets other
            // positions names the same.
            let id = try order(1)
            try await probe.fill(try order(2), 3)
            let origins = [
                Metadata(commandID: .number(5)), Metadata(causationID: .number(5), commandID: .number(7)),
                Metadata(causationID: .number(7), commandID: .number(9)), Metadata(causationID: .number(999)),
            ]
            try await probe.store.importHistory(
                zip(Int64(1)..., origins).map { number, origin in
                    var imported = ImportedEvent.fixture(id, number)
                    imported.event.metadata = origin
                    return imported
                })
            let events = try await probe.events(id)
            try expect(events.map(\.causationID), is: origins.map(\.causationID), "the causes")
            try expect(events[1].causationID, is: events[0].commandID, "the second one's is the first")
            try expect(events[2].causationID, is: events[1].commandID, "the third one's is the second")
            try expect(events[0].causationID, is: nil, "the first has none")
        },
    ]
}

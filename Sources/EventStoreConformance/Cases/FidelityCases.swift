import Actors
import EventSourcing

extension EventStoreConformance {
    package static let fidelityCases: [ConformanceCase] = [
        .events("engine 25: metadata are read back as they were, and none as an empty map") { probe in
            let id = try order(1)
            var event = NewEvent.fixture("a")
            event.metadata = Metadata(values: ["source": "api", "user_id": 123])
            _ = try await probe.store.append(
                [event, .fixture("b")], to: id, expecting: .any, by: .first, epoch: nil, with: .none)
            let events = try await probe.events(id)
            try expect(
                events.map(\.metadata), is: [Array(#"{"source":"api","user_id":123}"#.utf8), []],
                "the keys stay in their order, and no metadata take no byte")
            try expect(
                events.map { [$0.correlationID, $0.causationID, $0.commandID] },
                is: [[nil, nil, nil], [nil, nil, nil]],
                "no id was given")
        },
        .events("correlation, causation and command id are read back, each in its own place") { probe in
            let id = try order(1)
            let metadata = [
                Metadata(correlationID: .number(1), causationID: .number(2), commandID: .number(3)),
                Metadata(correlationID: .number(4)), Metadata(causationID: .number(5)),
                Metadata(commandID: .number(6)), Metadata(commandID: ULID(high: .max, low: .max)),
                Metadata(correlationID: ULID(high: 0, low: 0)),
            ]
            let events = metadata.map { NewEvent(type: "T", payload: [], metadata: $0, timestamp: .second(0)) }
            _ = try await probe.store.append(events, to: id, expecting: .any, by: .first, epoch: nil, with: .none)
            try expect(
                try await probe.events(id).map {
                    Metadata(correlationID: $0.correlationID, causationID: $0.causationID, commandID: $0.commandID)
                }, is: metadata, "what was given is there, and what was not is not")
        },
        .events("payloads are kept byte for byte: empty, NULs, no UTF-8, and a whole MiB") { probe in
            let id = try order(1)
            let large = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            let payloads: [[UInt8]] = [
                [], [0], [0, 0, 0], Array("a\0b".utf8), [0xFF, 0xFE, 0xC0, 0x80], Array(0...255), large, [0],
            ]
            let events = payloads.map { NewEvent(type: "T", payload: $0, timestamp: .second(0)) }
            _ = try await probe.store.append(events, to: id, expecting: .any, by: .first, epoch: nil, with: .none)
            let seen = try await probe.events(id)
            try expect(seen.map(\.payload.count), is: payloads.map(\.count), "the sizes")
            try expect(seen.map(\.payload) == payloads, "every byte")
            try expect(seen.allSatisfy(\.isIntact), "every checksum fits")
        },
        .events("metadata are kept byte for byte, hostile and long ones too") { probe in
            let id = try order(1)
            let values: JSONObject = [
                "": "", "nul": "a\0b", "quote\"\\": "\n\t\u{1B}[2J", "bidi": "\u{202E}abc", "family": "👨‍👩‍👧‍👦é日",
                "nested": ["a": [1, true, nil, "x"]], "long": .string(String(repeating: "m", count: 100_000)),
            ]
            var event = NewEvent.fixture("a")
            event.metadata.values = values
            _ = try await probe.store.append([event], to: id, expecting: .any, by: .first, epoch: nil, with: .none)
            let expected = Array(JSONValue.object(values).compactText.utf8)
            try expect(try await probe.events(id).map(\.metadata) == [expected], "every byte of the object's text")
        },
        .events("types and schema versions are kept, whatever they are") { probe in
            let id = try order(1)
            let types = [
                "ItemAdded", "a b", "é日👍", "x'; DROP TABLE events; --", "T\u{0}U", String(repeating: "t", count: 300),
            ]
            let versions = [1, 2, 0, 7, 1000, Int(Int32.max)]
            let events = zip(types, versions).map {
                NewEvent(type: $0, schemaVersion: $1, payload: [], timestamp: .second(0))
            }
            _ = try await probe.store.append(events, to: id, expecting: .any, by: .first, epoch: nil, with: .none)
            let seen = try await probe.events(id)
            try expect(seen.map { Array($0.type.utf8) }, is: types.map { Array($0.utf8) }, "the types")
            try expect(seen.map(\.schemaVersion), is: versions, "the versions")
        },
        .events("times are exact to the microsecond, before 1970 and far in the future") { probe in
            let id = try order(1)
            let times = [0, 1, -1, 1_717_171_717_123_456, -62_135_596_800_000_001, 253_402_300_799_999_999, .max, .min]
                .map { Timestamp(microseconds: $0) }
            for time in times {
                _ = try await probe.store.append(
                    [.fixture("a", at: time)], to: id, expecting: .any, by: .first, epoch: nil, with: .none)
                try expect(try await probe.head(id).lastTime, is: time, "the head's last time")
            }
            try expect(try await probe.events(id).map(\.timestamp), is: times, "the events' times")
            try expect(try await probe.head(id).firstTime, is: times[0], "the head's first time")
        },
        .events("names with pipes, spaces, any script and 255 bytes are kept, and told apart by their bytes") {
            probe in
            let long = String(repeating: "x", count: PersistenceID.longestPart)
            let names = [
                ("Order", "a|b|c"), ("Order", "|"), ("Order", " "), ("Ördnung", "日本👍"), ("order", "a|b|c"),
                ("Order", "e\u{301}"), ("Order", "\u{E9}"), ("Order", "%_*?[a]"), ("Order", "a'b\"c"),
                ("T\u{0}U", "x\u{0}y"), ("T\u{0}U", "x"), (long, long), ("\u{202E}T", "\u{1B}[2J"),
            ]
            let ids = try names.map { try PersistenceID($0, $1) }
            for (index, id) in ids.enumerated() {
                try await probe.append("\(index)", to: id, expecting: .noStream)
            }
            for (index, id) in ids.enumerated() {
                let events = try await probe.events(id)
                try expect(events.map(\.text), is: ["\(index)"], "\(id) is a stream of its own")
                try expect(events.map(\.persistenceID), is: [id], "an event says its stream as it was written")
                try expect(try await probe.head(id).persistenceID, is: id, "the head as well")
            }
            try expect(try await probe.log().map(\.persistenceID), is: ids, "and the log")
        },
    ]
}

import EventSourcing

/// An error that a visitor throws.
struct VisitorError: Error, Hashable {
    var number: Int64
}

extension EventStoreConformance {
    package static let loadCases: [ConformanceCase] = [
        .events("engine 18, machines 148: a range is loaded with both its ends") { probe in
            let id = try order(1)
            try await probe.fill(id, 5)
            try expect(try await probe.numbers(id, from: 2, through: 4), is: [2, 3, 4], "2 to 4 are both included")
            try expect(try await probe.numbers(id, from: 3, through: 3), is: [3], "a range of one number has one event")
        },
        .events("engine 23: an unknown stream loads as empty") { probe in
            try expect(try await probe.numbers(try order("unknown")), is: [], "nothing is there, and nothing is thrown")
        },
        .events("bounds outside a stream are no error") { probe in
            let id = try order(1)
            try await probe.fill(id, 3)
            try expect(try await probe.numbers(id, from: .min, through: .max), is: [1, 2, 3], "all of it")
            try expect(try await probe.numbers(id, from: 0, through: 2), is: [1, 2], "from before the first")
            try expect(try await probe.numbers(id, from: 4, through: 9), is: [], "behind the last")
            try expect(try await probe.numbers(id, from: 3, through: 2), is: [], "a range that is upside down")
            try expect(try await probe.numbers(id, from: .max, through: .max), is: [], "the last number there is")
            try expect(try await probe.numbers(id, from: .min, through: .min), is: [], "the first number there is")
        },
        .events("a visitor that has enough is asked no more") { probe in
            let id = try order(1)
            try await probe.fill(id, 5)
            let seen = try await probe.store.load(
                id, from: 1, through: .max, fields: .all, into: [Int64]()
            ) { seen, event in
                seen.append(event.sequenceNumber)
                return event.sequenceNumber == 2 ? .stop : .next
            }
            try expect(seen, is: [1, 2], "the visit ends with the event that was enough")
        },
        .events("what a visitor throws comes out, and the store can be used on") { probe in
            let id = try order(1)
            try await probe.fill(id, 3)
            let log: @Sendable (inout Int, borrowing StoredEvent) throws -> Visit = { _, event in
                throw VisitorError(number: event.sequenceNumber)
            }
            try await expectRefusal(VisitorError(number: 2), "load hands on the visitor's error") {
                try await probe.store.load(id, from: 2, through: 3, fields: .all, into: 0, visit: log)
            }
            try await expectRefusal(VisitorError(number: 1), "readAll hands on the visitor's error") {
                try await probe.store.readAll(after: 0, limit: 9, fields: .all, into: 0, visit: log)
            }
            try await probe.append("4", to: id, expecting: .number(3))
            try expect(try await probe.numbers(id), is: [1, 2, 3, 4], "reading and writing go on")
        },
        .events("a long stream is loaded whole and in order, whatever pages it is read in") { probe in
            let id = try order(1)
            let texts = (1...2500).map(String.init)
            for start in stride(from: 0, to: texts.count, by: 500) {
                _ = try await probe.store.append(
                    texts[start..<start + 500].map { .fixture($0) }, to: id, expecting: .number(Int64(start)),
                    by: .first, epoch: nil, with: .none)
            }
            try expect(try await probe.events(id).map(\.text), is: texts, "every event once, ascending")
            try expect(try await probe.numbers(id, from: 250, through: 1030), is: Array(250...1030), "a range of it")
            try expect(try await probe.log().map(\.text), is: texts, "the log as well")
        },
        .events("events are there with only the fields that were asked for, and with all of them") { probe in
            let id = try order(1)
            var event = NewEvent.fixture("apple")
            event.metadata = Metadata(correlationID: .number(1), values: ["source": "api"])
            _ = try await probe.store.append([event], to: id, expecting: .any, by: .first, epoch: nil, with: .none)
            for fields in [EventFields(), .payload, .metadata, .checked, .all] {
                let seen = try await probe.events(id, fields: fields)
                try expect(seen.map(\.sequenceNumber), is: [1], "the event is seen whatever is asked for")
                try expect(seen.map(\.type), is: ["ItemAdded"], "the type is always there")
                try expect(seen.map(\.isIntact), is: [true], "what was written well is intact")
                if fields.contains(.payload) { try expect(seen.map(\.text), is: ["apple"], "the payload") }
                if fields.contains(.metadata) {
                    try expect(seen.map(\.correlationID), is: [.number(1)], "the correlation id")
                    try expect(
                        seen.map(\.metadata), is: [Array(#"{"source":"api"}"#.utf8)], "the user's metadata")
                }
            }
        },
    ]
}

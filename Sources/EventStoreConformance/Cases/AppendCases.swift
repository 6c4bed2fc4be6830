import EventSourcing

extension EventStoreConformance {
    package static let appendCases: [ConformanceCase] = [
        .events("engine 16: one persisted event is loaded, and only it") { probe in
            let id = try order(1)
            try await probe.append("apple", to: id, expecting: .number(0))
            let events = try await probe.events(id)
            try expect(events.map(\.text), is: ["apple"], "the stream has the one event")
            try expect(events.map(\.sequenceNumber), is: [1], "the first number is 1")
            try expect(events.map(\.persistenceID), is: [id], "an event says its stream")
        },
        .events("engine 17: three events of one call are loaded in their order") { probe in
            let id = try order(1)
            let receipt = try await probe.append("a", "b", "c", to: id, expecting: .number(0))
            let events = try await probe.events(id)
            try expect(events.map(\.text), is: ["a", "b", "c"], "the batch keeps its order")
            try expect(receipt.sequenceNumbers, is: 1..<4, "the receipt says the numbers")
            try expect(
                events.map(\.position), is: Array(receipt.positions), "the receipt says the positions of the batch")
        },
        .events("engine 24, machines 146: a second call goes on behind the first") { probe in
            let id = try order(1)
            let first = try await probe.append("a", to: id, expecting: .number(0))
            let second = try await probe.append("b", to: id, expecting: .number(1))
            try expect(try await probe.numbers(id), is: [1, 2], "the numbers go on without a gap")
            try expect(second.positions.lowerBound >= first.positions.upperBound, "positions rise")
        },
        // The error says where the stream was expected and where it is: the design's words for the case's number.
        .events("engine 27, 29, machines 147: the number that is already there is refused") { probe in
            let id = try PersistenceID("order", "order-1")
            try await probe.append("first", to: id, expecting: .number(0))
            let before = try await probe.head(id)
            try await expectRefusal(
                ConcurrentModificationError(persistenceID: id, expected: .number(0), actual: 1),
                "number 1 can't be written twice"
            ) { try await probe.append("again", to: id, expecting: .number(0)) }
            try expect(try await probe.events(id).map(\.text), is: ["first"], "the first event still stands")
            try expect(try await probe.head(id), is: before, "a refused append leaves the head as it was")
        },
        .events("engine 28: a batch that overlaps is refused as a whole") { probe in
            let id = try order(1)
            try await probe.append("1", "2", "3", to: id, expecting: .number(0))
            try await expectRefusal(
                ConcurrentModificationError(persistenceID: id, expected: .number(2), actual: 3),
                "a batch from number 3 on does not fit behind 3"
            ) { try await probe.append("x", "y", to: id, expecting: .number(2)) }
            try expect(try await probe.numbers(id), is: [1, 2, 3], "number 4 is not there")
            try expect(try await probe.log().count, is: 3, "nor is it in the log")
        },
        .events("an append that expects more than there is is refused, also on a new stream") { probe in
            let id = try order(1)
            try await expectRefusal(
                ConcurrentModificationError(persistenceID: id, expected: .number(7), actual: 0),
                "a new stream is not at 7"
            ) { try await probe.append("a", to: id, expecting: .number(7)) }
            try expect(try await probe.store.head(of: id), is: nil, "a refused append makes no stream")
            try await probe.append("a", to: id)
            try await expectRefusal(
                ConcurrentModificationError(persistenceID: id, expected: .number(2), actual: 1),
                "a gap can't be written"
            ) { try await probe.append("c", to: id, expecting: .number(2)) }
        },
        .events("an append that expects no stream writes a new one, and is refused on a known one") { probe in
            let id = try order(1)
            let receipt = try await probe.append("a", to: id, expecting: .noStream)
            try expect(receipt.sequenceNumbers, is: 1..<2, "a new stream begins with 1")
            try await expectRefusal(
                ConcurrentModificationError(persistenceID: id, expected: .noStream, actual: 1),
                "the stream is not new any more"
            ) { try await probe.append("b", to: id, expecting: .noStream) }
            _ = try await probe.store.deleteEvents(of: id, upTo: 1)
            try await expectRefusal(
                ConcurrentModificationError(persistenceID: id, expected: .noStream, actual: 1),
                "a pruned stream is not new"
            ) { try await probe.append("b", to: id, expecting: .noStream) }
        },
        .events("an append that expects anything goes behind whatever is there") { probe in
            let id = try order(1)
            let first = try await probe.append("a", to: id, expecting: .any)
            let second = try await probe.append("b", "c", to: id, expecting: .any)
            try expect(first.sequenceNumbers, is: 1..<2, "on a new stream it begins with 1")
            try expect(second.sequenceNumbers, is: 2..<4, "later it goes on")
        },
        .events("an empty batch writes nothing, and makes no stream") { probe in
            let (id, other) = (try order(1), try order(2))
            let none = try await probe.store.append(
                [], to: id, expecting: .number(0), by: .first, epoch: nil, with: .none)
            try expect(none.sequenceNumbers.isEmpty, "an empty batch has no numbers")
            try expect(none.positions.isEmpty, "an empty batch has no positions")
            try expect(try await probe.store.head(of: id), is: nil, "no stream was made")
            try await probe.append("a", to: other)
            let before = try await probe.head(other)
            let receipt = try await probe.store.append(
                [], to: other, expecting: .number(1), by: .second, epoch: nil, with: .none)
            try expect(receipt.sequenceNumbers.isEmpty, "an empty batch has no numbers")
            try expect(try await probe.head(other), is: before, "the head stays, its writer included")
            try expect(try await probe.log().count, is: 1, "nothing was written")
        },
        .events("engine 19, 20: the head says the last number, and an unknown stream has none") { probe in
            let id = try order(1)
            try expect(try await probe.store.head(of: id), is: nil, "an unknown stream has no head")
            let batch = [3, 1, 2].map { NewEvent.fixture("\($0)", at: .second(Int64($0))) }
            _ = try await probe.store.append(batch, to: id, expecting: .number(0), by: .first, epoch: nil, with: .none)
            try expect(
                try await probe.head(id),
                is: StreamHead(
                    persistenceID: id, sequenceNumber: 3, eventCount: 3, firstTime: .second(3), lastTime: .second(2),
                    lastWriter: .first, epoch: 1),
                "the head says number, count, first and last time, writer and epoch")
        },
        .events("streams do not touch one another") { probe in
            let ids = try ["order-1", "order-10", "order-1 ", "Order-1", "order-1|1"].map {
                try PersistenceID("Order", $0)
            }
            for id in ids { try await probe.append(id.entityID, to: id, expecting: .noStream) }
            for id in ids {
                try expect(try await probe.events(id).map(\.text), is: [id.entityID], "\(id) has its own event only")
            }
        },
    ]
}

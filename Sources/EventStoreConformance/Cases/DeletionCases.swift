import EventSourcing

extension EventStoreConformance {
    package static let deletionCases: [ConformanceCase] = [
        .events("engine 21, 22, machines 150: events are deleted up to a number, included; again it changes nothing") {
            probe in
            let id = try order(1)
            try await probe.fill(id, 4)
            try expect(try await probe.store.deleteEvents(of: id, upTo: 2), is: true, "there were some")
            try expect(try await probe.numbers(id), is: [3, 4], "3 and 4 are left")
            let head = try await probe.head(id)
            try expect(try await probe.store.deleteEvents(of: id, upTo: 2), is: false, "there are none any more")
            try expect(try await probe.numbers(id), is: [3, 4], "nothing else went")
            try expect(try await probe.head(id), is: head, "the head is the same")
        },
        .events("engine 30: after pruning all five events the next number is 6, and the head says 5") { probe in
            let id = try order(1)
            try await probe.fill(id, 5)
            _ = try await probe.store.deleteEvents(of: id, upTo: 5)
            try expect(try await probe.numbers(id), is: [], "no event is left")
            let head = try await probe.head(id)
            try expect(head.sequenceNumber, is: 5, "the head knows where the stream is")
            try expect(head.deletedTo, is: 5, "the head says what was deleted")
            try expect(head.eventCount, is: 0, "the head says that nothing is left")
            try expect(head.lastWriter, is: .first, "the head still knows the writer")
            try await expectRefusal(
                ConcurrentModificationError(persistenceID: id, expected: .number(0), actual: 5),
                "a pruned stream does not begin again"
            ) { try await probe.append("x", to: id, expecting: .number(0)) }
            let receipt = try await probe.append("6", to: id, expecting: .number(5), epoch: 1)
            try expect(receipt.sequenceNumbers, is: 6..<7, "the next number is 6")
            try expect(receipt.epoch, is: 1, "the epoch is kept")
            try expect(try await probe.numbers(id), is: [6], "and it is there")
        },
        .events("positions of deleted events are never used again, and the others keep theirs") { probe in
            let (id, other) = (try order(1), try order(2))
            try await probe.fill(id, 3)
            try await probe.append("x", to: other)
            let last = try await probe.append("4", to: id)
            let before = try await probe.log()
            _ = try await probe.store.deleteEvents(of: id, upTo: 4)
            try expect(
                try await probe.log(), is: before.filter { $0.persistenceID == other }, "the rest of the log stays")
            let next = try await probe.append("5", to: id, expecting: .number(4))
            try expect(
                next.positions.lowerBound >= last.positions.upperBound, "a new event stands behind every deleted one")
            try expect(try await probe.log().map(\.text), is: ["x", "5"], "the log goes on over the gap")
        },
        .events("deleting stops at the head, and deletes nothing of an unknown or other stream") { probe in
            let (id, other) = (try order(1), try order(2))
            try await probe.fill(id, 3)
            try await probe.fill(other, 2)
            let unknown = try order("unknown")
            try expect(try await probe.store.deleteEvents(of: unknown, upTo: 9), is: false, "nothing to delete")
            try expect(try await probe.store.head(of: unknown), is: nil, "and no stream made by it")
            for number in [Int64.min, -1, 0] {
                try expect(try await probe.store.deleteEvents(of: id, upTo: number), is: false, "nothing below 1")
            }
            try expect(try await probe.store.deleteEvents(of: id, upTo: .max), is: true, "everything there is")
            try expect(try await probe.head(id).deletedTo, is: 3, "but nothing that is still to come")
            try await probe.append("4", to: id, expecting: .number(3))
            try expect(try await probe.numbers(id), is: [4], "what comes later stays")
            try expect(try await probe.numbers(other), is: [1, 2], "the other stream is whole")
        },
        .events("the head counts what is left, whatever is deleted and appended") { probe in
            let id = try order(1)
            try await probe.fill(id, 10)
            let first = try await probe.head(id).firstTime
            _ = try await probe.store.deleteEvents(of: id, upTo: 3)
            try expect(try await probe.head(id).eventCount, is: 7, "seven are left")
            _ = try await probe.store.deleteEvents(of: id, upTo: 9)
            try await probe.append("11", "12", to: id, expecting: .number(10))
            let head = try await probe.head(id)
            try expect(head.eventCount, is: 3, "10, 11 and 12")
            try expect(head.deletedTo, is: 9, "the highest deletion counts")
            try expect(head.firstTime, is: first, "the time of the first event ever")
            try expect(try await probe.numbers(id), is: [10, 11, 12], "the events are those")
        },
    ]
}

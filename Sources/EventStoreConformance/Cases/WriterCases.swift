import EventSourcing

extension EventStoreConformance {
    package static let writerCases: [ConformanceCase] = [
        .events("the first writer of a stream has epoch 1, and keeps it") { probe in
            let id = try order(1)
            let first = try await probe.append("a", to: id, by: .first, epoch: 0)
            let second = try await probe.append("b", to: id, by: .first, epoch: 1)
            try expect([first.epoch, second.epoch], is: [1, 1], "one writer, one epoch")
            let events = try await probe.events(id)
            try expect(events.map(\.epoch), is: [1, 1], "each event carries the epoch")
            try expect(events.map(\.writer), is: [.first, .first], "each event carries its writer")
        },
        .events("the first append of another writer takes the stream over and raises the epoch by one") {
            probe in
            let id = try order(1)
            try await probe.append("a", to: id, expecting: .number(0), by: .first, epoch: 0)
            let receipt = try await probe.append("b", "c", to: id, expecting: .number(1), by: .second, epoch: 1)
            try expect(receipt.epoch, is: 2, "the second writer has epoch 2")
            try expect(try await probe.events(id).map(\.epoch), is: [1, 2, 2], "it holds for the whole batch")
            let head = try await probe.head(id)
            try expect(head.lastWriter, is: .second, "the head names the last writer")
            try expect(head.epoch, is: 2, "the head has the epoch")
        },
        .events("an append with an older epoch is refused, and told by whom") { probe in
            let id = try order(1)
            try await probe.append("a", to: id, expecting: .number(0), by: .first, epoch: 0)
            try await probe.append("b", to: id, expecting: .number(1), by: .second, epoch: 1)
            for expecting in [ExpectedNumber.number(2), .number(1), .any] {
                try await expectRefusal(
                    WriterFencedError(persistenceID: id, writer: .second, epoch: 1, currentEpoch: 2),
                    "the superseded writer is fenced, wherever it believes the stream to be"
                ) { try await probe.append("x", to: id, expecting: expecting, by: .first, epoch: 1) }
            }
            try expect(try await probe.numbers(id), is: [1, 2], "nothing was written")
            try expect(try await probe.head(id).lastWriter, is: .second, "the stream stays with its writer")
        },
        .events("an append without an epoch is decided by the number alone, and still raises the epoch") {
            probe in
            let id = try order(1)
            try await probe.append("a", to: id, expecting: .number(0), by: .first)
            try await probe.append("b", to: id, expecting: .number(1), by: .second)
            let third = try await probe.append("c", to: id, expecting: .number(2), by: .first)
            try expect(third.epoch, is: 3, "two writers in turn: each hand-over counts")
            try expect(try await probe.events(id).map(\.epoch), is: [1, 2, 3], "the history says who, and when")
            try expect(
                try await probe.events(id).map(\.writer), is: [.first, .second, .first], "the writers are told apart")
        },
        .events("a writer with the right epoch and the wrong number is told the number") { probe in
            let id = try order(1)
            try await probe.append("a", to: id, expecting: .number(0), by: .first, epoch: 0)
            try await expectRefusal(
                ConcurrentModificationError(persistenceID: id, expected: .number(0), actual: 1),
                "the epoch fits, so it is the number that is wrong"
            ) { try await probe.append("b", to: id, expecting: .number(0), by: .first, epoch: 1) }
        },
        .events("taking a stream over fences its writer before anything is appended") { probe in
            let id = try order(1)
            try await probe.append("a", to: id, by: .first, epoch: 0)
            try expect(try await probe.store.takeOver(id, by: .second), is: 2, "the new writer has epoch 2")
            let head = try await probe.head(id)
            try expect(head.lastWriter, is: .second, "the head names the new writer")
            try expect(head.sequenceNumber, is: 1, "no number was used")
            try expect(head.eventCount, is: 1, "no event was written")
            try await expectRefusal(
                WriterFencedError(persistenceID: id, writer: .second, epoch: 1, currentEpoch: 2),
                "the old writer is fenced"
            ) { try await probe.append("b", to: id, by: .first, epoch: 1) }
            let receipt = try await probe.append("b", to: id, expecting: .number(1), by: .second, epoch: 2)
            try expect(receipt.epoch, is: 2, "the new writer goes on with the epoch it was given")
        },
        .events("taking over what one holds already changes nothing") { probe in
            let id = try order(1)
            try await probe.append("a", to: id, by: .first)
            try expect(try await probe.store.takeOver(id, by: .first), is: 1, "the epoch stays")
            try await probe.append("b", to: id, expecting: .number(1), by: .first, epoch: 1)
        },
        .events("taking over an unknown stream makes it known, without an event") { probe in
            let id = try order(1)
            try expect(try await probe.store.takeOver(id, by: .second), is: 1, "the first writer has epoch 1")
            let head = try await probe.head(id)
            try expect(head.sequenceNumber, is: 0, "it has no number yet")
            try expect(head.lastWriter, is: .second, "it has a writer")
            let receipt = try await probe.append("a", to: id, expecting: .number(0), by: .second, epoch: 1)
            try expect(receipt.sequenceNumbers, is: 1..<2, "its first event is number 1")
            try expect(receipt.epoch, is: 1, "the epoch is the one that was given")
        },
    ]

    package static let commandCases: [ConformanceCase] = [
        .events("engine 162: a command id is written with its batch, and a repetition gets the first reply") {
            probe in
            let id = try order(1)
            let command = CommandRecord(id: .number(7), reply: Array("done".utf8))
            try await probe.append("a", to: id, expecting: .number(0), command: command)
            try await expectRefusal(
                CommandAlreadyHandledError(command: command), "the same id is refused with the reply of the first time"
            ) {
                try await probe.append(
                    "a", to: id, expecting: .number(1), command: CommandRecord(id: .number(7), reply: [1, 2, 3]))
            }
            try expect(try await probe.numbers(id), is: [1], "it has no second effect")
        },
        .events("a repeated command is told so, wherever the stream has got to and whoever writes it") {
            probe in
            let id = try order(1)
            let command = CommandRecord(id: .number(7))
            try await probe.append("a", to: id, expecting: .number(0), by: .first, epoch: 0, command: command)
            try await probe.append("b", to: id, expecting: .number(1), by: .second, epoch: 1)
            try await expectRefusal(
                CommandAlreadyHandledError(command: command),
                "who asks again after no answer has the old number and the old epoch"
            ) { try await probe.append("a", to: id, expecting: .number(0), by: .first, epoch: 0, command: command) }
        },
        .events("a command whose batch is refused is not recorded, so it may be tried again") { probe in
            let id = try order(1)
            try await probe.append("a", to: id)
            let command = CommandRecord(id: .number(7))
            _ = try await expectError(ConcurrentModificationError.self, "the number is wrong") {
                try await probe.append("b", to: id, expecting: .number(0), command: command)
            }
            try await probe.append("b", to: id, expecting: .number(1), command: command)
            try expect(try await probe.numbers(id), is: [1, 2], "the second try was written")
        },
        .events("a reply of no bytes is not the same as no reply") { probe in
            let id = try order(1)
            for (number, reply) in [(1, nil), (2, [])] as [(UInt64, [UInt8]?)] {
                let command = CommandRecord(id: .number(number), reply: reply)
                try await probe.append("a", to: id, command: command)
                try await expectRefusal(CommandAlreadyHandledError(command: command), "the reply is as it was") {
                    try await probe.append("a", to: id, command: CommandRecord(id: .number(number)))
                }
            }
        },
    ]
}

import Actors
import EventSourcing

/// A store of events whose appends have every kind of companion.
typealias CompanionStore = EventStore & CommandStore & TimerStore & OutboxStore & ProjectionStore
    & CheckpointStore

extension EventStoreConformance {
    /// The cases for what is written in the transaction of an append, on a store that has a port for each of it.
    static let companionCases: [ConformanceCase] =
        companionWriteCases + companionRefusalCases + companionsAloneCases + companionPositionCases

    private static let companionWriteCases: [ConformanceCase] = [
        .companions("an append arms and cancels timers, under the number of its last event, and fills the outbox") {
            store in
            let id = try order(1)
            try await store.arm(.named("old", at: 5), of: id)
            let companions = Companions(
                timers: [.cancel("old"), .cancel("never there"), .arm(NewTimer("new", deadline: .second(9)))],
                outbox: [NewOutboxEntry(to: "mail", payload: [7])])
            let receipt = try await store.append(
                [.fixture("a"), .fixture("b", at: .second(2))], to: id, expecting: .number(0), by: .first, epoch: nil,
                with: companions)
            try expect(receipt.sequenceNumbers, is: 1..<3, "two events")
            let timers = try await store.timers(of: id)
            try expect(timers.map(\.name), is: ["new"], "one timer is armed, the other is not")
            try expect(timers.map(\.generation), is: [2], "its generation is the number of the last event")
            let entry = try await store.entries(after: 0, limit: 9).first
            try expect(entry?.sequenceNumber, is: 2, "the row of the outbox has it too")
            try expect(entry?.created, is: .second(2), "and the last event's time")
        },
        .companions("machines 79: leaving and entering a state again cancels and arms the same timer in one append") {
            store in
            let id = try order(1)
            for number in 1...3 as ClosedRange<Int64> {
                let companions = Companions(
                    timers: [.cancel("pay"), .arm(NewTimer("pay", deadline: .second(number * 10)))])
                _ = try await store.append(
                    [.fixture("a")], to: id, expecting: .number(number - 1), by: .first, epoch: nil, with: companions)
                let timer = try await store.timer("pay", of: id)
                try expect(timer?.generation, is: number, "its generation rises")
                try expect(timer?.deadline, is: .second(number * 10), "its deadline is the new one")
            }
        },
        .companions("a time that is given stands for that of the last event") { store in
            let companions = Companions(outbox: [NewOutboxEntry(to: "mail", payload: [])], at: .second(77))
            _ = try await store.append(
                [.fixture("a")], to: order(1), expecting: .any, by: .first, epoch: nil, with: companions)
            try expect(try await store.entries(after: 0, limit: 1).map(\.created), is: [.second(77)], "it is later")
        },
    ]

    private static let companionRefusalCases: [ConformanceCase] = [
        .companions("an append that is refused writes none of its companions, and says why as without them") { store in
            let id = try order(1)
            let command = CommandRecord(id: .number(1))
            try await store.write(all(command: command), to: id, expecting: .any)
            let before = try await store.seen(of: id)
            try await expectRefusal(
                ConcurrentModificationError(persistenceID: id, expected: .number(7), actual: 1), "a conflict"
            ) { try await store.write(all(command: CommandRecord(id: .number(2))), to: id, expecting: .number(7)) }
            try await expectRefusal(CommandAlreadyHandledError(command: command), "a repeated command") {
                try await store.write(all(command: command), to: id, expecting: .number(7))
            }
            try await store.takeOver(id, by: .second)
            try await expectRefusal(
                WriterFencedError(persistenceID: id, writer: .second, epoch: 1, currentEpoch: 2), "a fenced writer"
            ) { try await store.write(all(), to: id, expecting: .number(1), epoch: 1) }
            try expect(try await store.seen(of: id), is: before, "nothing has changed")
            try expect(try await store.command(.number(2)), is: nil, "no command is known")
        },
        .companions(
            "companions that can't be written refuse their append: no event, no command and nothing else is there"
        ) {
            store in
            let id = try order(1)
            try await store.arm(.named("held", at: 5, generation: 9), of: id)
            let before = try await store.seen(of: id)
            let arms: [[NewTimer]] = [
                [.named("held", at: 6, generation: 9)], [.named("held", at: 6, generation: 3)],
                [NewTimer("held", deadline: .second(6))], [.named("", at: 6, generation: 10)],
                [.named("twice", at: 6, generation: 10), .named("twice", at: 6, generation: 11)],
            ]
            for timers in arms {
                let companions = Companions(
                    command: CommandRecord(id: .number(1)), timers: [.cancel("held")] + timers.map { .arm($0) },
                    outbox: [NewOutboxEntry(to: "mail", payload: [])])
                let error = try await expectError(StoreError.self, "\(timers) is refused") {
                    try await store.write(companions, to: id, expecting: .any)
                }
                try expect(error.reason, is: .invalid, "because of its timers")
            }
            try expect(try await store.seen(of: id), is: before, "nothing has changed")
            try expect(try await store.command(.number(1)), is: nil, "the command was not handled")
        },
        .companions("of many appends with companions at once, those that are refused leave nothing and the others all")
        {
            store in
            let id = try order(1)
            let won = try await inParallel(20) { number -> Int? in
                let companions = Companions(
                    command: CommandRecord(id: .number(UInt64(number))),
                    timers: [.arm(NewTimer("timer \(number)", deadline: .second(1)))],
                    outbox: [NewOutboxEntry(to: "mail", payload: [], idempotencyKey: "\(number)")])
                do {
                    try await store.write(companions, to: id, expecting: .number(0))
                    return number
                } catch is ConcurrentModificationError {
                    return nil
                }
            }.compactMap(\.self)
            try expect(won.count, is: 1, "one append succeeds")
            try expect(try await store.timers(of: id).map(\.name), is: won.map { "timer \($0)" }, "its timer is there")
            try expect(
                try await store.entries(after: 0, limit: 99).map(\.idempotencyKey), is: won.map(String.init),
                "its row is there")
        },
    ]

    private static let companionsAloneCases: [ConformanceCase] = [
        .companions("an append without events writes its companions and its command, and makes no stream") { store in
            let id = try order(1)
            let companions = Companions(
                command: CommandRecord(id: .number(1), reply: [9]),
                timers: [.arm(NewTimer("pay", deadline: .second(9)))],
                outbox: [NewOutboxEntry(to: "mail", payload: [], idempotencyKey: "mine")], at: .second(4))
            let receipt = try await store.append(
                [], to: id, expecting: .noStream, by: .first, epoch: nil, with: companions)
            try expect(receipt.sequenceNumbers, is: 1..<1, "it wrote no event")
            try expect(try await store.head(of: id), is: nil, "and made no stream")
            try expect(try await store.timers(of: id).map(\.generation), is: [0], "the timer is armed")
            try expect(try await store.entries(after: 0, limit: 9).map(\.created), is: [.second(4)], "the row is there")
            try expect(try await store.command(.number(1))?.reply, is: [9], "the command was handled")
            try await expectRefusal(
                CommandAlreadyHandledError(command: CommandRecord(id: .number(1), reply: [9])), "and is not again"
            ) {
                try await store.append([], to: id, expecting: .any, by: .first, epoch: nil, with: companions)
            }
            try await store.write(.none, to: id, expecting: .noStream)
            try expect(try await store.command(.number(1))?.reply, is: [9], "it is known when the stream is there")
            try expect(try await store.timers(of: id).map(\.generation), is: [0], "as the timer is")
            try expect(try await store.forgetCommands(before: .second(5)), is: 1, "its time is that of its companions")
        },
        .companions("an append without events is checked as any other, and a command alone is not kept by it") {
            store in
            let id = try order(1)
            try await store.write(.none, to: id, expecting: .noStream)
            let timer = Companions(timers: [.arm(NewTimer("pay", deadline: .second(9)))], at: .second(1))
            try await expectRefusal(
                ConcurrentModificationError(persistenceID: id, expected: .number(0), actual: 1), "a conflict"
            ) {
                try await store.append([], to: id, expecting: .number(0), by: .first, epoch: nil, with: timer)
            }
            try expect(try await store.timers(of: id).isEmpty, "nothing is armed")
            let command = Companions(command: CommandRecord(id: .number(1)))
            _ = try await store.append([], to: id, expecting: .number(1), by: .first, epoch: nil, with: command)
            try expect(try await store.command(.number(1)), is: nil, "what persists nothing leaves no id")
            _ = try await store.append([], to: id, expecting: .number(1), by: .first, epoch: nil, with: timer)
            try expect(try await store.timers(of: id).map(\.generation), is: [1], "the last event's number")
        },
        .companions("companions without an event need a time, and rows of the outbox a key; else nothing is written") {
            store in
            let id = try order(1)
            for companions in [
                Companions(timers: [.arm(NewTimer("pay", deadline: .second(9)))]),
                Companions(outbox: [NewOutboxEntry(to: "mail", payload: [])], at: .second(1)),
            ] {
                let error = try await expectError(StoreError.self, "it is refused") {
                    try await store.append([], to: id, expecting: .any, by: .first, epoch: nil, with: companions)
                }
                try expect(error.reason, is: .invalid, "because something is missing")
            }
            try expect(try await store.seen(of: id), is: [], "nothing is written")
        },
    ]

    /// Companions of every kind.
    private static func all(command: CommandRecord? = nil) -> Companions {
        Companions(
            command: command, timers: [.arm(NewTimer("pay", deadline: .second(9)))],
            outbox: [NewOutboxEntry(to: "mail", payload: [])],
            projections: [ProjectionUpdate([.put("1", "x")], to: Projection("orders"), expecting: 0)],
            checkpoint: Checkpoint("mail", position: 7, expecting: 0))
    }
}

extension EventStore where Self: TimerStore & OutboxStore & ProjectionStore & CheckpointStore {
    /// Appends one event with its companions.
    func write(
        _ companions: Companions, to id: PersistenceID, expecting: ExpectedNumber, epoch: Int64? = nil
    ) async throws {
        _ = try await append(
            [.fixture("event")], to: id, expecting: expecting, by: .first, epoch: epoch, with: companions)
    }

    /// All that can be seen of a stream and what went with it.
    func seen(of id: PersistenceID) async throws -> [String] {
        let timers = try await timers(of: id).map { "\($0)" }
        let entries = try await entries(after: 0, limit: 99).map { "\($0)" }
        let number = try await head(of: id).map { ["#\($0.sequenceNumber)"] } ?? []
        let projections = try await versions(of: "orders").map { "\($0)" }
        let rows = try await list(of: "orders", version: nil, after: nil, prefix: "", limit: 99).map { "\($0)" }
        let checkpoint = try await checkpoint("mail")
        return number + timers + entries + projections + rows + (checkpoint == 0 ? [] : ["at \(checkpoint)"])
    }
}

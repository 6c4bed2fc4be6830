import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for a store that keeps the ids of commands with their replies.
    static let commandStoreCases: [ConformanceCase] = [
        .commands("a handled command is found by its id, with its reply to the byte, and no other is") { probe in
            let records = [nil, [], [0, 255, 10]].enumerated().map { index, reply in
                CommandRecord(id: .number(UInt64(index)), reply: reply)
            }
            for record in records { try await probe.handle(record, at: .second(0)) }
            for record in records { try expect(try await probe.store.command(record.id), is: record, "as it was") }
            try expect(try await probe.store.command(.number(9)), is: nil, "an id that nobody used")
        },
        .commands("commands from before a moment are forgotten, counted, and may then be handled again") { probe in
            let records = (0..<4).map { CommandRecord(id: .number($0)) }
            for (second, record) in records.enumerated() {
                try await probe.handle(record, at: .second(Int64(second)))
            }
            try expect(try await probe.store.forgetCommands(before: .second(2)), is: 2, "what is at the moment stays")
            try expect(try await probe.store.forgetCommands(before: .second(2)), is: 0, "they are gone already")
            for (index, record) in records.enumerated() {
                try expect(try await probe.store.command(record.id), is: index < 2 ? nil : record, "command \(index)")
            }
            try await probe.handle(records[0], at: .second(9))
            try expect(try await probe.store.command(records[0].id), is: records[0], "it is known anew")
        },
    ]
}

extension PortProbe where Port == any EventStore & CommandStore {
    /// Appends an event that a command caused at a moment.
    fileprivate func handle(_ command: CommandRecord, at time: Timestamp) async throws {
        _ = try await store.append(
            [.fixture("a", at: time)], to: try order(1), expecting: .any, by: .first, epoch: nil,
            with: Companions(command: command))
    }
}

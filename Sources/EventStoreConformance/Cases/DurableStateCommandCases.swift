import EventSourcing

extension EventStoreConformance {
    static let durableStateCommandCases: [ConformanceCase] = [
        .durableStates(
            "a command's id that was written with a state is refused the second time, with the first reply"
        ) {
            probe in
            let id = try order(1)
            let first = CommandRecord(id: .number(7), reply: [0, 255, 10])
            try await probe.put("1", of: id, expecting: 0, as: first)
            // Whatever revision is expected: the first reply stands wherever the state has got to.
            for revision in [0, 1, 9] as [Int64] {
                try await probe.expectRepetition(of: first, "expecting \(revision)") {
                    try await probe.put("2", of: id, expecting: revision, as: CommandRecord(id: first.id, reply: [1]))
                }
            }
            try await probe.expectRepetition(of: first, "as a deletion") {
                try await probe.delete(id, expecting: 1, as: CommandRecord(id: first.id))
            }
            try expect(try await probe.text(of: id), is: "1 1", "nothing was written a second time")
            try await probe.put("2", of: id, expecting: 1, as: CommandRecord(id: .number(8)))
            try expect(try await probe.text(of: id), is: "2 2", "another id is another command")
        },
        .durableStates("a command's id is known for other entities too, with no reply where there was none") {
            probe in
            let (id, other) = (try order(1), try order(2))
            let command = CommandRecord(id: .number(7))
            try await probe.put("1", of: id, expecting: 0, as: command)
            try await probe.expectRepetition(of: command, "by another entity") {
                try await probe.put("1", of: other, expecting: 0, as: CommandRecord(id: command.id, reply: [1]))
            }
            try expect(try await probe.text(of: other), is: nil, "nothing was written")
        },
        .durableStates("a write that is refused leaves no command id") { probe in
            let id = try order(1)
            let command = CommandRecord(id: .number(7))
            try await probe.expectConflict(of: id, expecting: 3, actual: 0, "it is not there") {
                try await probe.put("1", of: id, expecting: 3, as: command)
            }
            try await probe.expectConflict(of: id, expecting: 3, actual: 0, "nothing is there to be deleted") {
                try await probe.delete(id, expecting: 3, as: command)
            }
            try await probe.put("1", of: id, expecting: 0, as: command)
            try expect(try await probe.text(of: id), is: "1 1", "the same id is new then")
        },
        .durableStates("a deletion keeps its command's id, and one that deletes nothing keeps none") { probe in
            let id = try order(1)
            let (first, second) = (CommandRecord(id: .number(7), reply: [7]), CommandRecord(id: .number(8), reply: [8]))
            try await probe.put("1", of: id, expecting: 0)
            try expect(try await probe.delete(id, expecting: 1, as: first), "it was there")
            try await probe.expectRepetition(of: first, "the second time") {
                try await probe.delete(id, expecting: 1, as: first)
            }
            try expect(try await probe.delete(id, expecting: 1, as: second), is: false, "nothing is there any more")
            try await probe.put("2", of: id, expecting: 1, as: second)
            try expect(try await probe.text(of: id), is: "2 2", "an id that nothing was written with is new")
        },
        .durableStates("where the store keeps commands, it knows and forgets those that wrote states by their time") {
            probe in
            guard let commands = probe.store as? any CommandStore else { return }
            let (id, other) = (try order(1), try order(2))
            let (first, second) = (CommandRecord(id: .number(7), reply: [7]), CommandRecord(id: .number(8)))
            try await probe.put("1", of: id, expecting: 0, as: first)
            try await probe.put("1", of: other, expecting: 0)
            _ = try await probe.store.delete(
                other, expecting: 1, at: .second(1), with: Companions(command: second))
            try expect(try await commands.command(first.id), is: first, "the one that wrote")
            try expect(try await commands.command(second.id), is: second, "the one that deleted")
            try expect(try await commands.forgetCommands(before: .second(1)), is: 1, "one is older")
            try expect(try await commands.command(first.id), is: nil, "it is forgotten")
            try expect(try await commands.command(second.id), is: second, "the other is not older")
        },
    ]
}

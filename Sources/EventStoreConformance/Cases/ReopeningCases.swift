import EventSourcing

extension EventStoreConformance {
    /// The cases for a store that can be closed and opened again.
    static let reopeningCases = [keepsEventsCase, keepsHeadsCase, keepsCommandsCase, keepsSnapshotsCase]
        .needing(.reopening)

    private static let keepsEventsCase = ConformanceCase.events(
        "what was acknowledged is there when the store is opened again"
    ) {
        probe in
        let (id, other) = (try order(1), try order(2))
        try await probe.append("a", "b", to: id, by: .first)
        try await probe.append("x", to: other, by: .second)
        let before = try await probe.log()
        let again = try await probe.reopened()
        try expect(try await again.log(), is: before, "the log is the same")
        let receipt = try await again.append("c", to: id, expecting: .number(2), by: .first, epoch: 1)
        try expect(receipt.sequenceNumbers, is: 3..<4, "the numbers go on")
        try expect(receipt.positions.lowerBound > before.last?.position ?? 0, "the positions go on")
    }

    private static let keepsHeadsCase = ConformanceCase.events(
        "heads, writers and epochs outlive the store, also of pruned streams"
    ) {
        probe in
        let id = try order(1)
        try await probe.fill(id, 5)
        _ = try await probe.store.takeOver(id, by: .second)
        let last = try await probe.log().last?.position ?? 0
        _ = try await probe.store.deleteEvents(of: id, upTo: 5)
        let head = try await probe.head(id)
        let again = try await probe.reopened()
        try expect(try await again.head(id), is: head, "the head is the same")
        try await expectRefusal(
            WriterFencedError(persistenceID: id, writer: .second, epoch: 1, currentEpoch: 2), "the fence still stands"
        ) { try await again.append("x", to: id, expecting: .number(5), by: .first, epoch: 1) }
        let receipt = try await again.append("6", to: id, expecting: .number(5), by: .second, epoch: 2)
        try expect(receipt.sequenceNumbers, is: 6..<7, "the next number is 6")
        try expect(receipt.positions.lowerBound > last, "no position is used again")
    }

    private static let keepsCommandsCase = ConformanceCase.events(
        "a command id is known when the store is opened again"
    ) { probe in
        let id = try order(1)
        let command = CommandRecord(id: .number(7), reply: [1, 0, 2])
        try await probe.append("a", to: id, command: command)
        let again = try await probe.reopened()
        try await expectRefusal(CommandAlreadyHandledError(command: command), "the first reply stands") {
            try await again.append("a", to: id, command: command)
        }
    }

    private static let keepsSnapshotsCase = ConformanceCase.events("snapshots are there when the store is opened again")
    { probe in
        let id = try order(1)
        for number in [15, 5, 10] as [Int64] { try await probe.store.save(.fixture(id, number, "\(number)")) }
        let again = try await probe.reopened()
        try expect(try await again.store.list(of: id).map(\.sequenceNumber), is: [5, 10, 15], "all of them")
        try expect(
            try await again.store.latest(of: id, atOrBelow: .max), is: .fixture(id, 15, "15"), "the latest is the same")
    }
}

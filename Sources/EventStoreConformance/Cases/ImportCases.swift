import Actors
import EventSourcing

extension ImportedEvent {
    /// An imported event whose payload is its number.
    static func fixture(
        _ id: PersistenceID, _ number: Int64, by writer: WriterID = .first, epoch: Int64 = 0
    ) -> ImportedEvent {
        ImportedEvent(
            persistenceID: id, sequenceNumber: number, event: .fixture("\(number)", at: .second(number)),
            writer: writer, epoch: epoch)
    }

    /// An imported event of a moment.
    static func fixture(_ id: PersistenceID, _ number: Int64, at moment: Timestamp) -> ImportedEvent {
        var imported = fixture(id, number)
        imported.event.timestamp = moment
        return imported
    }
}

extension EventStoreConformance {
    package static let importCases: [ConformanceCase] = [
        .events("a history is imported as it is: its numbers, its gaps, its writers, its epochs") { probe in
            let id = try order(1)
            let history: [ImportedEvent] = [
                .fixture(id, 1, by: .first), .fixture(id, 2, by: .second), .fixture(id, 4, by: .first),
                .fixture(id, 9, by: .second),
            ]
            try await probe.store.importHistory(history)
            let events = try await probe.events(id)
            try expect(events.map(\.sequenceNumber), is: [1, 2, 4, 9], "the gaps stay visible")
            try expect(events.map(\.writer), is: [.first, .second, .first, .second], "the writers are theirs")
            try expect(events.map(\.epoch), is: [0, 0, 0, 0], "a history without epochs has none")
            try expect(events.map(\.timestamp), is: [1, 2, 4, 9].map { .second($0) }, "the times are theirs")
            let head = try await probe.head(id)
            try expect(head.sequenceNumber, is: 9, "the head is at the last number")
            try expect(head.eventCount, is: 4, "the head counts the events")
            try expect(head.lastWriter, is: .second, "the head has the last writer")
            try expect(head.epoch, is: 0, "and no epoch")
            try expect(try await probe.numbers(id, from: 3, through: 8), is: [4], "a range over gaps")
            try expect(try await probe.numbers(id, from: 5, through: 8), is: [], "a range of nothing but a gap")
            _ = try await probe.store.deleteEvents(of: id, upTo: 3)
            try expect(try await probe.numbers(id), is: [4, 9], "deleting up to a gap deletes what is below")
        },
        .events("an imported stream goes on behind its head, and its first new writer raises the epoch") {
            probe in
            let (id, other) = (try order(1), try order(2))
            try await probe.store.importHistory([
                .fixture(id, 1, epoch: 3), .fixture(other, 5), .fixture(id, 2, epoch: 3),
            ])
            try expect(try await probe.log().map(\.persistenceID), is: [id, other, id], "the log has the order given")
            let same = try await probe.append("3", to: id, expecting: .number(2), by: .first, epoch: 3)
            try expect(same.epoch, is: 3, "the same writer keeps its epoch")
            let new = try await probe.append("6", to: other, expecting: .number(5), by: .second, epoch: 0)
            try expect(new.epoch, is: 1, "another writer raises 0 to 1")
            try expect(try await probe.numbers(other), is: [5, 6], "the number follows the head")
        },
        .events("an imported stream goes on behind any number, also above what a double can tell from its neighbour") {
            probe in
            let id = try order(1)
            let number: Int64 = (1 << 53) + 1
            let large = ImportedEvent(
                persistenceID: id, sequenceNumber: number, event: .fixture("large", at: .second(2)), writer: .first,
                epoch: number)
            try await probe.store.importHistory([.fixture(id, 1), large])
            let head = try await probe.head(id)
            try expect(head.sequenceNumber, is: number, "the head has the number")
            try expect(head.epoch, is: number, "and the epoch")
            let receipt = try await probe.append("more", to: id, expecting: .number(number))
            try expect(receipt.sequenceNumbers, is: number + 1..<number + 2, "the next one is the next")
            try expect(try await probe.numbers(id), is: [1, number, number + 1], "and all are there")
            _ = try await probe.store.deleteEvents(of: id, upTo: number)
            try expect(try await probe.head(id).deletedTo, is: number, "the deletion is known")
        },
        .events("reactions 156: an import that does not rise above what is there is refused as a whole") { probe in
            let (id, other) = (try order(1), try order(2))
            try await probe.fill(id, 3)
            let before = try await probe.log()
            for numbers in [[3], [4, 4], [5, 4]] as [[Int64]] {
                let error = try await expectError(
                    ConcurrentModificationError.self, "numbers \(numbers) do not rise above 3"
                ) {
                    try await probe.store.importHistory(
                        [.fixture(other, 1)] + numbers.map { .fixture(id, $0, epoch: 1) })
                }
                try expect(error.persistenceID, is: id, "the error names the stream")
                try expect(try await probe.log(), is: before, "nothing was written, of any stream")
                try expect(try await probe.store.head(of: other), is: nil, "no stream was made")
            }
            try await probe.store.importHistory([])
            try expect(try await probe.log(), is: before, "an import of nothing writes nothing")
        },
    ]
}

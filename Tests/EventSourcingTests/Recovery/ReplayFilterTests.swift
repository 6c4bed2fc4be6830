import Testing

@testable import EventSourcing

/// Runs a filter over a history that is written as the letters of its writers, with epochs where given.
private struct FilteredHistory {
    var kept: [Int64] = []
    var warnings: [String] = []
    var dropped: [Int64] = []

    init(
        _ mode: ReplayFilter.Mode, _ comparison: ReplayFilter.Comparison, _ writers: String, epochs: [Int64] = [],
        snapshot: (writer: Character, epoch: Int64, number: Int64)? = nil
    ) throws {
        var run = ReplayFilterRun(
            ReplayFilter(mode: mode, comparison: comparison), of: try PersistenceID("Order", "order-1"),
            snapshot: snapshot.map { (.named($0.writer), $0.epoch) }, lastWriter: writers.last.map { .named($0) })
        var number = snapshot?.number ?? 0
        for (index, writer) in writers.enumerated() {
            number += 1
            let epoch = epochs.isEmpty ? 0 : epochs[index]
            switch try run.admit(sequenceNumber: number, writer: .named(writer), epoch: epoch) {
            case .keep: kept.append(number)
            case .keepWithWarning(let conflict):
                kept.append(number)
                warnings.append("\(conflict.sequenceNumber) \(conflict.expectedWriter)>\(conflict.actualWriter)")
            case .drop: dropped.append(number)
            }
        }
    }
}

/// `3 A>B`, with the writers' whole identifiers.
private func change(_ number: Int, _ expected: Character, _ actual: Character) -> String {
    "\(number) \(WriterID.named(expected))>\(WriterID.named(actual))"
}

/// One cell of the replay filter's table.
private struct Cell: CustomTestStringConvertible, Sendable {
    var engine: String
    var mode: ReplayFilter.Mode
    var comparison: ReplayFilter.Comparison
    var writers: String
    var kept: [Int64]
    var warnings: [String] = []

    var testDescription: String { "engine \(engine): \(mode) \(comparison) \(writers)" }
}

@Suite("Replay filter")
struct ReplayFilterTests {
    private static let cells: [Cell] = [
        Cell(engine: "57", mode: .fail, comparison: .anySecondWriter, writers: "AAA", kept: [1, 2, 3]),
        Cell(engine: "57", mode: .fail, comparison: .interleaved, writers: "AAA", kept: [1, 2, 3]),
        Cell(
            engine: "59", mode: .warn, comparison: .anySecondWriter, writers: "ABA", kept: [1, 2, 3],
            warnings: [change(2, "A", "B"), change(3, "B", "A")]),
        Cell(
            engine: "59", mode: .warn, comparison: .anySecondWriter, writers: "AABB", kept: [1, 2, 3, 4],
            warnings: [change(3, "A", "B")]),
        Cell(
            engine: "59", mode: .warn, comparison: .interleaved, writers: "ABA", kept: [1, 2, 3],
            warnings: [change(3, "B", "A")]),
        Cell(engine: "59", mode: .warn, comparison: .interleaved, writers: "AABB", kept: [1, 2, 3, 4]),
        Cell(engine: "60", mode: .repairByDiscardOld, comparison: .anySecondWriter, writers: "AABB", kept: [3, 4]),
        Cell(engine: "60", mode: .repairByDiscardOld, comparison: .interleaved, writers: "AABB", kept: [1, 2, 3, 4]),
        Cell(engine: "61", mode: .repairByDiscardOld, comparison: .anySecondWriter, writers: "ABA", kept: [1, 3]),
        Cell(engine: "61", mode: .repairByDiscardOld, comparison: .interleaved, writers: "ABA", kept: [1, 2]),
        Cell(engine: "62", mode: .repairByDiscardOld, comparison: .anySecondWriter, writers: "ABC", kept: [3]),
        Cell(engine: "62", mode: .repairByDiscardOld, comparison: .interleaved, writers: "ABC", kept: [1, 2, 3]),
        Cell(
            engine: "62", mode: .repairByDiscardOld, comparison: .interleaved, writers: "ABACAB", kept: [1, 2, 4]),
        Cell(engine: "63", mode: .off, comparison: .anySecondWriter, writers: "AB", kept: [1, 2]),
        Cell(engine: "63", mode: .off, comparison: .interleaved, writers: "ABA", kept: [1, 2, 3]),
    ]

    @Test("engine 57, 59, 60, 61, 62, 63: every cell of the table that does not fail", arguments: cells)
    fileprivate func table(cell: Cell) throws {
        let history = try FilteredHistory(cell.mode, cell.comparison, cell.writers)
        #expect(history.kept == cell.kept)
        #expect(history.warnings == cell.warnings)
    }

    @Test(
        "engine 58: a conflict in mode fail names the stream, both writers and the number",
        arguments: [
            (ReplayFilter.Comparison.anySecondWriter, "AABB", Int64(3), Character("A"), Character("B")),
            (.anySecondWriter, "ABA", 2, "A", "B"), (.interleaved, "ABA", 3, "B", "A"),
        ])
    func fails(
        comparison: ReplayFilter.Comparison, writers: String, number: Int64, expected: Character, actual: Character
    ) throws {
        let error = #expect(throws: WriterConflictError.self) {
            try FilteredHistory(.fail, comparison, writers)
        }
        #expect(error?.sequenceNumber == number)
        #expect(error?.expectedWriter == .named(expected))
        #expect(error?.actualWriter == .named(actual))
        #expect(
            error?.description
                == "Writer conflict for 'Order|order-1' at sequence \(number): expected writer "
                + "'\(WriterID.named(expected))', got '\(WriterID.named(actual))'")
    }

    @Test("a hand-over is no conflict where interleaving is looked for")
    func handOver() throws {
        #expect(try FilteredHistory(.fail, .interleaved, "AABB").kept == [1, 2, 3, 4])
    }

    @Test("with epochs a hand-over and back is no conflict, and a lower epoch is one")
    func epochs() throws {
        #expect(try FilteredHistory(.fail, .interleaved, "ABA", epochs: [1, 2, 3]).kept == [1, 2, 3])
        let warned = try FilteredHistory(.warn, .interleaved, "ABAAB", epochs: [1, 2, 1, 1, 2])
        #expect(warned.warnings == [change(3, "B", "A"), change(4, "B", "A")])
        let repaired = try FilteredHistory(.repairByDiscardOld, .interleaved, "ABAAB", epochs: [1, 2, 1, 1, 2])
        #expect(repaired.kept == [1, 2, 5])
        #expect(repaired.dropped == [3, 4])
    }

    @Test("epochs that begin in an imported history without any are a hand-over")
    func epochsBegin() throws {
        #expect(try FilteredHistory(.fail, .interleaved, "AABA", epochs: [0, 0, 1, 2]).kept == [1, 2, 3, 4])
    }

    @Test(
        "engine 64: an empty history and one of a single event pass in every mode",
        arguments: ReplayFilter.Mode.allCases)
    func smallest(mode: ReplayFilter.Mode) throws {
        for comparison in ReplayFilter.Comparison.allCases {
            #expect(try FilteredHistory(mode, comparison, "").kept.isEmpty)
            #expect(try FilteredHistory(mode, comparison, "A").kept == [1])
        }
    }

    @Test("engine 67: the snapshot's writer counts as history")
    func snapshot() throws {
        let handOver = try FilteredHistory(.fail, .interleaved, "B", epochs: [2], snapshot: ("A", 1, 2))
        #expect(handOver.kept == [3])
        let conflict = #expect(throws: WriterConflictError.self) {
            try FilteredHistory(.fail, .interleaved, "A", epochs: [1], snapshot: ("B", 2, 2))
        }
        #expect(conflict?.sequenceNumber == 3)
        #expect(conflict?.expectedWriter == .named("B"))
        #expect(throws: WriterConflictError.self) {
            try FilteredHistory(.fail, .anySecondWriter, "B", snapshot: ("A", 0, 2))
        }
    }
}

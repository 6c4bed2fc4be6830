import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for a store of durable states.
    static let durableStateCases: [ConformanceCase] =
        durableStateReadingCases + durableStateRevisionCases + durableStateDeletionCases + durableStateCommandCases
        + durableStateListCases

    private static let durableStateReadingCases: [ConformanceCase] = [
        .durableStates("engine 41: the first state is revision 1, and is read as it was written") { probe in
            let id = try order(1)
            let new = NewDurableState(
                stateType: "CounterState", schemaVersion: 3, timestamp: Timestamp(microseconds: -1),
                state: Array("42".utf8))
            let expected = StoredDurableState(
                persistenceID: id, revision: 1, stateType: "CounterState", schemaVersion: 3, writer: .second, epoch: 1,
                timestamp: Timestamp(microseconds: -1), state: Array("42".utf8))
            let answer = try await probe.store.put(new, of: id, expecting: 0, by: .second)
            try expect(answer, is: expected.description, "the answer describes what was written")
            try expect(try await probe.store.get(id), is: expected, "with all its fields")
            try expect(try await probe.store.revision(of: id), is: 1, "its revision is known")
        },
        .durableStates("engine 42: the second state stands in the place of the first") { probe in
            let id = try order(1)
            try await probe.put("10", of: id, expecting: 0)
            try expect(try await probe.put("20", of: id, expecting: 1).revision, is: 2, "it is revision 2")
            try expect(try await probe.text(of: id), is: "2 20", "only the second is there")
        },
        .durableStates("engine 45: an unknown entity has no state, and its revision is 0") { probe in
            let id = try order("unknown")
            try expect(try await probe.store.get(id), is: nil, "there is none")
            try expect(try await probe.store.revision(of: id), is: 0, "its revision")
            try expect(try await probe.names(), is: [], "the list is empty")
        },
        .durableStates("engine 50: a state survives byte for byte") { probe in
            let states: [[UInt8]] = [
                Array(#"{"items":["a","b","c"],"count":3}"#.utf8), [], [0], Array(0...255),
                Array(repeating: 0xA5, count: 1 << 20),
            ]
            for (index, state) in states.enumerated() {
                let id = try order(index)
                var new = NewDurableState.fixture("")
                new.state = state
                try await probe.store.put(new, of: id, expecting: 0, by: .first)
                let found = try require(try await probe.store.get(id), "the state is there")
                try expect(found.state == state, "every byte of \(state.count)")
                try expect(found.description.size, is: state.count, "the size")
                try expect(found.isIntact, "its checksum fits")
            }
        },
    ]

    private static let durableStateRevisionCases: [ConformanceCase] = [
        .durableStates("a write succeeds at the stored revision alone, and a refused one changes nothing") {
            probe in
            let id = try order(1)
            for revision in 0..<3 as Range<Int64> {
                try await probe.put("\(revision + 1)", of: id, expecting: revision)
            }
            for wrong in [0, 1, 2, 4, 100, -1, .max, .min] as [Int64] {
                try await probe.expectConflict(of: id, expecting: wrong, actual: 3, "it is at 3, and not at \(wrong)") {
                    try await probe.put("wrong", of: id, expecting: wrong)
                }
            }
            try expect(try await probe.text(of: id), is: "3 3", "the third stands")
            try expect(try await probe.put("4", of: id, expecting: 3).revision, is: 4, "the next one is 4")
        },
        .durableStates("a first write expects 0, and nothing else") { probe in
            let id = try order(1)
            for wrong in [1, 5, -1, .max, .min] as [Int64] {
                try await probe.expectConflict(of: id, expecting: wrong, actual: 0, "nothing was written yet") {
                    try await probe.put("wrong", of: id, expecting: wrong)
                }
            }
            try expect(try await probe.store.revision(of: id), is: 0, "a refused write leaves no revision")
            try expect(try await probe.put("1", of: id, expecting: 0).revision, is: 1, "the first one")
        },
        .durableStates("of two writers that read the same revision, the second is refused") { probe in
            let id = try order(1)
            try await probe.put("1", of: id, expecting: 0)
            try await probe.put("mine", of: id, expecting: 1, by: .first)
            try await probe.expectConflict(of: id, expecting: 1, actual: 2, "the other was first") {
                try await probe.put("theirs", of: id, expecting: 1, by: .second)
            }
            try expect(try await probe.text(of: id), is: "2 mine", "the first one's state")
        },
        .durableStates("engine 49: of many first writers at once exactly one succeeds") { probe in
            for round in 0..<20 {
                let id = try order(round)
                let conflicts = try await withThrowingTaskGroup(of: ConcurrentModificationError?.self) { group in
                    for number in 0..<8 as Range<UInt64> {
                        group.addTask {
                            do {
                                try await probe.put("\(number)", of: id, expecting: 0, by: .number(number))
                                return nil
                            } catch let conflict as ConcurrentModificationError {
                                return conflict
                            }
                        }
                    }
                    var found: [ConcurrentModificationError] = []
                    for try await conflict in group { if let conflict { found.append(conflict) } }
                    return found
                }
                let refusal = ConcurrentModificationError(persistenceID: id, expected: .number(0), actual: 1)
                try expect(conflicts, is: Array(repeating: refusal, count: 7), "all but one are refused")
                try expect(try await probe.store.revision(of: id), is: 1, "one wrote")
            }
        },
        .durableStates("the epoch rises with the first write of another writer") { probe in
            let id = try order(1)
            let writers: [WriterID] = [.first, .first, .second, .second, .first]
            var epochs: [Int64] = []
            for (revision, writer) in writers.enumerated() {
                let written = try await probe.put("x", of: id, expecting: Int64(revision), by: writer)
                try expect(written.writer, is: writer, "the writer is kept")
                epochs.append(written.epoch)
            }
            try expect(epochs, is: [1, 1, 2, 2, 3], "1 at first, and one more at each hand-over")
        },
    ]

    private static let durableStateDeletionCases: [ConformanceCase] = [
        .durableStates("engine 43: a deleted state is gone, and its revision stays") { probe in
            let id = try order(1)
            for revision in 0..<3 as Range<Int64> { try await probe.put("x", of: id, expecting: revision) }
            try expect(try await probe.store.delete(id, expecting: 3), is: true, "there was one")
            try expect(try await probe.store.get(id), is: nil, "it is gone")
            try expect(try await probe.store.revision(of: id), is: 3, "its revision is not")
            try await probe.expectConflict(of: id, expecting: 0, actual: 3, "a deleted state is no new one") {
                try await probe.put("new", of: id, expecting: 0)
            }
            try expect(try await probe.put("again", of: id, expecting: 3).revision, is: 4, "a later write goes on")
            try expect(try await probe.text(of: id), is: "4 again", "it is there again")
        },
        .durableStates("engine 44: deleting what is not there is no error") { probe in
            let (unknown, id) = (try order("unknown"), try order(1))
            try expect(try await probe.store.delete(unknown, expecting: 0), is: false, "it never was")
            try expect(try await probe.put("x", of: unknown, expecting: 0).revision, is: 1, "and left nothing")
            try await probe.put("x", of: id, expecting: 0)
            try await probe.store.delete(id, expecting: 1)
            try expect(try await probe.store.delete(id, expecting: 1), is: false, "nothing is deleted twice")
        },
        .durableStates("a deletion succeeds at the stored revision alone") { probe in
            let (id, unknown) = (try order(1), try order("unknown"))
            try await probe.put("1", of: id, expecting: 0)
            try await probe.put("2", of: id, expecting: 1)
            for wrong in [0, 1, 3, -1, .max, .min] as [Int64] {
                try await probe.expectConflict(of: id, expecting: wrong, actual: 2, "it is at 2") {
                    try await probe.store.delete(id, expecting: wrong)
                }
            }
            try expect(try await probe.text(of: id), is: "2 2", "it is still there")
            try await probe.expectConflict(of: unknown, expecting: 1, actual: 0, "nothing was ever written") {
                try await probe.store.delete(unknown, expecting: 1)
            }
        },
    ]

    private static let durableStateListCases: [ConformanceCase] = [
        .durableStates("states are listed in the order of their names, by prefix, in pages, without the deleted") {
            probe in
            // By the bytes of the whole name: `!` stands before the `|` that ends a type.
            let names = ["Cart|1", "Cart!|1", "Cart|10", "Cart|2", "Café|x", "Order|b|c", "Order|é", "Order|e\u{301}"]
            let sorted = [
                "Café|x", "Cart!|1", "Cart|1", "Cart|10", "Cart|2", "Order|b|c", "Order|e\u{301}", "Order|é",
            ]
            for name in names { try await probe.put("x", of: PersistenceID(parsing: name), expecting: 0) }
            let deleted = try PersistenceID("Cart", "15")
            try await probe.put("x", of: deleted, expecting: 0)
            try await probe.store.delete(deleted, expecting: 1)
            func expectNames(_ found: [String], _ expected: [String], _ sentence: String) throws {
                try expect(found.map { Array($0.utf8) }, is: expected.map { Array($0.utf8) }, sentence)
            }
            let ordered = sorted.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            try expectNames(try await probe.names(), ordered, "all of them in order")
            try expectNames(
                try await probe.names(prefix: "Cart|"), ["Cart|1", "Cart|10", "Cart|2"], "those of one type")
            try expectNames(try await probe.names(prefix: "Cart|1"), ["Cart|1", "Cart|10"], "those with a prefix")
            try expectNames(try await probe.names(prefix: "Nothing"), [], "none with an unknown prefix")
            try expectNames(try await probe.names(limit: 3), Array(ordered.prefix(3)), "a first page")
            try expectNames(try await probe.names(limit: 0), [], "a page of none")
            try expectNames(try await probe.names(limit: -1), [], "a page of less than none")
            for name in ordered {
                let id = try PersistenceID(parsing: name)
                let rest = ordered.filter { name.utf8.lexicographicallyPrecedes($0.utf8) }
                try expectNames(try await probe.names(after: id), rest, "what stands behind \(name)")
                try expectNames(
                    try await probe.names(after: id, prefix: "Cart"), rest.filter { $0.hasPrefix("Cart") },
                    "what stands behind \(name) with a prefix")
            }
            try expectNames(
                try await probe.names(after: deleted, limit: 1), ["Cart|2"], "behind one that is not there any more")
        },
        .durableStates("a list describes each state as it is") { probe in
            let id = try order(1)
            try await probe.put("1", of: id, expecting: 0)
            let written = try await probe.put("twelve bytes", of: id, expecting: 1, by: .second)
            try expect(written.size, is: 12, "the size of the state")
            try expect(try await probe.store.list(after: nil, prefix: "", limit: 9), is: [written], "as the last write")
        },
        .durableStates("states of different entities, and different spellings of a name, are apart") { probe in
            let (composed, decomposed) = (try PersistenceID("Order", "é"), try PersistenceID("Order", "e\u{301}"))
            try await probe.put("composed", of: composed, expecting: 0)
            try expect(try await probe.store.get(decomposed), is: nil, "the other spelling has none")
            try await probe.put("decomposed", of: decomposed, expecting: 0)
            try await probe.store.delete(decomposed, expecting: 1)
            try expect(try await probe.text(of: composed), is: "1 composed", "the first is untouched")
        },
    ]

    /// The cases for a store of durable states that can be closed and opened again.
    static let durableStateReopeningCases = [
        ConformanceCase.durableStates(
            "durable states and the revisions of deleted ones are there when the store is opened again"
        ) {
            probe in
            let (id, deleted) = (try order(1), try order(2))
            for revision in 0..<3 as Range<Int64> {
                try await probe.put("\(revision + 1)", of: id, expecting: revision)
                try await probe.put("x", of: deleted, expecting: revision)
            }
            try await probe.store.delete(deleted, expecting: 3)
            let before = try await probe.store.get(id)
            let again = try await probe.reopened()
            try expect(try await again.store.get(id), is: before, "the state is the same")
            try expect(try await again.store.get(deleted), is: nil, "what was deleted stays so")
            try expect(try await again.put("4", of: id, expecting: 3).revision, is: 4, "the revisions go on")
            try expect(try await again.put("4", of: deleted, expecting: 3).revision, is: 4, "also of the deleted")
        },
        .durableStates("the ids of commands that wrote states are known when the store is opened again") { probe in
            let id = try order(1)
            let command = CommandRecord(id: .number(7), reply: [1, 0, 2])
            try await probe.put("1", of: id, expecting: 0, as: command)
            let again = try await probe.reopened()
            try await again.expectRepetition(of: command, "the first reply stands") {
                try await again.put("1", of: id, expecting: 1, as: command)
            }
        },
    ].needing(.reopening)
}

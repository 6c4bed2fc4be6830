import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

/// Two systems in two processes, each with the same cart on the same file. Wherever in a commit one of them stands still
/// while the other writes, there is one history: no number is missing or there twice, all that was acknowledged is in it
/// in that order, and nothing that was refused.
@Suite("Two processes on one file", .serialized)
struct TwoProcessTests {
    @Test(
        "one stands still at a step of its commit while the other writes, and then goes on: never two histories",
        arguments: CommitMoment.keepingAll.map { ($0, false) } + CommitMoment.allCases.map { ($0, true) })
    func oneStandsStill(at moment: CommitMoment, pruning: Bool) throws {
        let pair = try ProbePair(pruning: pruning)
        for (name, still, other) in [("left", pair.left, pair.right), ("right", pair.right, pair.left)] {
            let cart = try pair.openCart(name)
            try cart.add("a", by: still)
            try cart.add("b", by: other)
            // From here on it holds the stream, so that it stands still with all that it needs for its next append.
            try cart.add("c", by: still)
            #expect(try cart.beginAdding("d", "e", by: still, pausingAt: moment) == nil)
            try cart.add("f", by: other)
            try cart.add("g", "h", by: other)
            let wasAdded = try cart.resume(still)
            #expect(wasAdded == moment.isAppended, "what it had not appended is refused, and the rest stands")
            try cart.add("i", by: still)
            try cart.add("j", by: other)
            try cart.checkHistory()
        }
    }

    @Test(
        "both stand still at steps of their commits, and go on in either order: never two histories",
        arguments: CommitMoment.keepingAll.map { ($0, false) } + [(.beforeRetention, true), (.withinRetention, true)])
    func bothStandStill(at first: CommitMoment, pruning: Bool) throws {
        let pair = try ProbePair(pruning: pruning)
        for second in pruning ? CommitMoment.allCases : CommitMoment.keepingAll {
            for isFirstFirst in [true, false] {
                let cart = try pair.openCart("\(second)-\(isFirstFirst)")
                try cart.add("a", by: pair.right)
                try cart.add("b", by: pair.left)
                let left = try cart.beginAdding("c", "d", by: pair.left, pausingAt: first)
                // The other may be fenced before it comes to its moment, and is then as good as one that stands still.
                let right = try cart.beginAdding("e", "f", by: pair.right, pausingAt: second)
                let still = [left == nil ? pair.left : nil, right == nil ? pair.right : nil].compactMap(\.self)
                for process in isFirstFirst ? still : still.reversed() { try cart.resume(process) }
                try cart.add("g", by: pair.right)
                try cart.add("h", by: pair.left)
                try cart.checkHistory()
            }
        }
    }
}

extension TwoProcessTests {
    @Test(
        "one is stopped while it holds the lock, and the other gets it after its term: never two histories",
        arguments: [CommitMoment.handler, .beforeAppend, .afterAppend])
    func stoppedUnderLock(at moment: CommitMoment) throws {
        let pair = try ProbePair()
        for process in [pair.left, pair.right] { try #require(try process.ask("lock 900") == "locking") }
        let cart = try pair.openCart("locked")
        try cart.add("a", by: pair.right)
        #expect(try cart.beginAdding("b", "c", by: pair.left, pausingAt: moment) == nil)
        try pair.left.stop()
        try cart.add("d", by: pair.right)
        pair.left.goOn()
        #expect(try cart.resume(pair.left) == moment.isAppended)
        // What the lock did not come to refuse, the append did.
        let refusal = moment == .handler ? "the lock of Cart|locked" : "was expected; read it again"
        #expect(moment.isAppended ? cart.refusals.isEmpty : cart.refusals.last?.contains(refusal) == true)
        try cart.add("e", by: pair.left)
        try cart.add("f", by: pair.right)
        try cart.checkHistory()
    }
}

/// Two processes on a new file.
private struct ProbePair {
    private let folder: TemporaryFolder
    let left: ProbeProcess
    let right: ProbeProcess

    /// - Parameter pruning: whether only the newest snapshot is kept, and no event that is in it.
    init(pruning: Bool = false) throws {
        folder = try TemporaryFolder()
        try SQLiteStore.create(folder.file()).close()
        left = try ProbeProcess(on: folder.file())
        right = try ProbeProcess(on: folder.file())
        guard pruning else { return }
        for process in [left, right] { try #require(try process.ask("keep 1") == "keeping") }
    }

    /// Has both go on with a cart that was never heard of.
    func openCart(_ name: String) throws -> SharedCart {
        for process in [left, right] { try #require(try process.ask("cart \(name)") == "cart \(name)") }
        return SharedCart(id: try PersistenceID("Cart", name), path: folder.file())
    }
}

/// A cart that both processes write, with what they were told.
private final class SharedCart {
    let id: PersistenceID
    private let path: String
    /// What was in the cart, by each acknowledgement.
    private var acknowledged: [[String]] = []
    private(set) var refusals: [String] = []
    private var pending: [ObjectIdentifier: [String]] = [:]

    init(id: PersistenceID, path: String) {
        self.id = id
        self.path = path
    }

    /// Adds items, again where somebody else was first.
    func add(_ items: String..., by process: ProbeProcess) throws {
        for _ in 0..<3 {
            guard try note(try process.ask("add \(items.joined(separator: " "))"), to: items) else { continue }
            #expect(acknowledged.last?.suffix(items.count) == items[...], "they are the last in the cart")
            return
        }
        Issue.record("\(id): \(items) was refused again and again")
    }

    /// Begins to add items; nil where the process stands still then, else whether they were added.
    func beginAdding(
        _ items: String..., by process: ProbeProcess, pausingAt moment: CommitMoment
    ) throws -> Bool? {
        try #require(try process.ask("pause \(moment)") == "pausing")
        let answer = try process.ask("add \(items.joined(separator: " "))")
        if answer == "paused \(moment)" {
            pending[ObjectIdentifier(process)] = items
            return nil
        }
        try #require(try process.ask("pause nowhere") == "pausing")
        return try note(answer, to: items)
    }

    /// Lets a process go on that stands still, and answers whether its items were added.
    @discardableResult
    func resume(_ process: ProbeProcess) throws -> Bool {
        let begun = pending.removeValue(forKey: ObjectIdentifier(process))
        let items = try #require(begun)
        return try note(try process.ask("resume"), to: items)
    }

    private func note(_ answer: String, to items: [String]) throws -> Bool {
        let words = answer.split(separator: " ").map(String.init)
        if words.first == "added" {
            acknowledged.append(Array(words.dropFirst()))
            return true
        }
        // Refused for certain, and by whom; an unknown outcome would not be.
        try #require(
            ["was fenced by writer", "was expected; read it again", "was lost:"].contains { answer.contains($0) },
            "\(answer)")
        refusals.append(answer)
        return false
    }

    /// Compares the file with what was acknowledged and refused.
    func checkHistory() throws {
        let reader = try SQLiteReader(path)
        defer { reader.close() }
        let head = try #require(try reader.head(of: id))
        // What was deleted is what the newest snapshot has of it.
        let newest = try items(try reader.snapshot(of: id, atOrBelow: .max))
        var history = Array(newest.prefix(Int(head.deletedTo)))
        try #require(history.count == Int(head.deletedTo), "\(id) has a snapshot for what was deleted")
        var (numbers, epochs): ([Int64], [Int64]) = ([], [])
        try reader.read(id, from: 1, through: .max, reversed: false, fields: .all) { event in
            let isIntact = event.isIntact
            #expect(isIntact)
            numbers.append(event.sequenceNumber)
            epochs.append(event.epoch)
            history.append(try event.withPayload { try Self.codec.decode(CartOnFile.ItemAdded.self, from: $0).item })
            return .next
        }
        #expect(numbers == Array(head.deletedTo + 1..<head.sequenceNumber + 1), "\(id) has no gap")
        #expect(epochs == epochs.sorted(), "\(id) was written by one writer after the other")
        for items in acknowledged {
            #expect(history.starts(with: items), "\(id): \(items) was acknowledged, and the history is \(history)")
        }
        #expect(acknowledged.contains(history), "\(id): nothing else is in it")
        #expect(Set(history).count == history.count, "\(id): nothing is in it twice: \(history)")
        try checkSnapshots(history, reader)
    }

    private func checkSnapshots(_ history: [String], _ reader: SQLiteReader) throws {
        let snapshots = try reader.snapshots(of: id)
        #expect(!snapshots.isEmpty)
        for known in snapshots {
            let number = Int(known.sequenceNumber)
            let items = try items(try reader.snapshot(of: id, atOrBelow: known.sequenceNumber))
            #expect(items == Array(history.prefix(number)), "\(id): the snapshot at \(number) is the fold")
        }
    }

    private func items(_ snapshot: StoredSnapshot?) throws -> [String] {
        try snapshot?.state.withUnsafeBytes { try Self.codec.decode(CartOnFile.Cart.self, from: $0).items } ?? []
    }

    private static let codec = JSONCodec()
}

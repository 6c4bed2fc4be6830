import Actors

/// The dead letters of a store in memory, in the order in which they came.
struct DeadLetterRows: Sendable {
    private var letters: [(letter: StoredDeadLetter, isOpen: Bool)] = []
    private var open = MomentOrder()

    /// Keeps a letter under the next number.
    mutating func add(_ letter: StoredDeadLetter) {
        var letter = letter
        letter.number = Int64(letters.count) + 1
        letters.append((letter, true))
        open.insert(letter.number, at: letter.time)
    }

    /// The letter with a number that nothing was done about.
    func open(_ number: Int64) -> StoredDeadLetter? {
        guard number > 0, number <= Int64(letters.count), letters[Int(number) - 1].isOpen else { return nil }
        return letters[Int(number) - 1].letter
    }

    /// Notes that something was done about a letter, and answers whether nothing was before.
    mutating func close(_ number: Int64) -> Bool {
        guard let letter = open(number) else { return false }
        letters[Int(number) - 1].isOpen = false
        open.remove(number, at: letter.time)
        return true
    }

    func list(after letter: StoredDeadLetter?, limit: Int) -> [StoredDeadLetter] {
        open.rows(behind: letter.map { ($0.time, $0.number) }, limit: limit).compactMap { self.open($0) }
    }
}

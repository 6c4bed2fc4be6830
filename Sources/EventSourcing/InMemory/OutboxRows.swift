import Actors

/// The outbox of a store in memory.
///
/// The dictionaries are only looked up in, never walked, so the same calls give the same answers in every process.
struct OutboxRows: Sendable {
    private var rows: [Int64: OutboxEntry] = [:]
    /// The numbers of all rows, rising.
    private var numbers: [Int64] = []
    /// The last number that was given; none is given twice.
    private var lastNumber: Int64 = 0
    private var keys: [[UInt8]: Int64] = [:]
    /// The numbers of the rows that have not left, rising.
    private var waiting: [PersistenceID: [Int64]] = [:]
    /// What can be claimed, by the moment at which it was due.
    private var due = MomentOrder()
    /// What is claimed, by the end of the claim.
    private var claimed = MomentOrder()

    /// The earliest moment at which there may be something to claim.
    var next: Timestamp? { [due.first, claimed.first].compactMap(\.self).min() }

    /// The same without rows: numbers go on behind those that were given.
    var emptied: OutboxRows {
        var rows = OutboxRows()
        rows.lastNumber = lastNumber
        return rows
    }

    func entry(withKey key: String) -> OutboxEntry? { keys[Array(key.utf8)].flatMap { rows[$0] } }

    func entries(after number: Int64, limit: Int) -> [OutboxEntry] {
        let start = numbers.partition(where: { $0 <= number })
        return numbers[start...].prefix(max(0, limit)).compactMap { rows[$0] }
    }

    func waiting(of id: PersistenceID, limit: Int) -> [OutboxEntry] {
        waiting[id, default: []].prefix(max(0, limit)).compactMap { rows[$0] }
    }

    /// Adds a row behind all others, unless its key is there, and answers whether it did.
    mutating func add(_ entry: OutboxEntry, due moment: Timestamp) -> Bool {
        let key = Array(entry.idempotencyKey.utf8)
        guard keys[key] == nil else { return false }
        var entry = entry
        lastNumber += 1
        entry.number = lastNumber
        entry.due = waiting[entry.persistenceID, default: []].isEmpty ? moment : nil
        keys[key] = entry.number
        numbers.append(entry.number)
        waiting[entry.persistenceID, default: []].append(entry.number)
        rows[entry.number] = entry
        place(entry)
        return true
    }

    /// Claims what is due.
    mutating func claim(limit: Int, _ claim: RowClaim, at now: Timestamp) -> [OutboxEntry] {
        for number in claimed.rows(through: now, limit: limit) { adjust(number) { $0.claim = nil } }
        return due.rows(through: now, limit: limit).compactMap { number in
            adjust(number) { $0.claim(claim) }
            return rows[number]
        }
    }

    /// Changes a row as long as it stays in its place, and answers whether it did.
    mutating func change(_ number: Int64, _ body: (inout OutboxEntry) -> Bool) -> Bool {
        guard var entry = rows[number] else { return false }
        let before = entry
        guard body(&entry) else { return false }
        unplace(before)
        rows[number] = entry
        place(entry)
        return true
    }

    /// Ends a row, and lets the next one of its entity leave.
    mutating func complete(_ known: OutboxEntry, at now: Timestamp) -> Bool {
        guard change(known.number, { $0.complete(known, at: now) }) else { return false }
        leave(known.number)
        return true
    }

    /// Takes a row away that was given up, and lets the next one of its entity leave; nil where its claim is not its own.
    mutating func take(_ known: OutboxEntry) -> OutboxEntry? {
        guard let entry = rows[known.number], entry.isClaimed(by: known) else { return nil }
        leave(known.number)
        remove(entry)
        return entry
    }

    mutating func forgetCompleted(before moment: Timestamp) -> Int {
        let old = numbers.compactMap { rows[$0] }.filter { $0.completed.map { $0 < moment } ?? false }
        for entry in old { remove(entry) }
        return old.count
    }

    private mutating func adjust(_ number: Int64, _ body: (inout OutboxEntry) -> Void) {
        _ = change(number) {
            body(&$0)
            return true
        }
    }

    private mutating func leave(_ number: Int64) {
        guard let id = rows[number]?.persistenceID, let place = waiting[id]?.firstIndex(of: number) else { return }
        waiting[id]?.remove(at: place)
        guard let next = waiting[id]?.first else {
            waiting[id] = nil
            return
        }
        adjust(next) { if $0.due == nil { $0.due = $0.created } }
    }

    private mutating func remove(_ entry: OutboxEntry) {
        unplace(entry)
        rows[entry.number] = nil
        keys[Array(entry.idempotencyKey.utf8)] = nil
        numbers.remove(at: numbers.partition(where: { $0 < entry.number }))
    }

    private mutating func place(_ entry: OutboxEntry) {
        if let moment = entry.claimable { due.insert(entry.number, at: moment) }
        if let claim = entry.claim { claimed.insert(entry.number, at: claim.until) }
    }

    private mutating func unplace(_ entry: OutboxEntry) {
        if let moment = entry.claimable { due.remove(entry.number, at: moment) }
        if let claim = entry.claim { claimed.remove(entry.number, at: claim.until) }
    }
}

extension OutboxEntry {
    /// From when on it can be claimed, where nobody holds it.
    fileprivate var claimable: Timestamp? { claim == nil ? due : nil }
}

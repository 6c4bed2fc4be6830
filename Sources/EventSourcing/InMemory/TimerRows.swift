import Actors

/// The timers of a store in memory.
///
/// The dictionary is only looked up in, never walked, so the same calls give the same answers in every process.
struct TimerRows: Sendable {
    private var rows: [TimerRow] = []
    private var indexes: [PersistenceID: [(name: String, row: Int)]] = [:]
    /// What can be claimed, by deadline.
    private var due = MomentOrder()
    /// What can't be claimed yet, by the moment from which on it can.
    private var held = MomentOrder()

    /// What is kept of a name.
    func row(_ name: String, of id: PersistenceID) -> TimerRow? { index(name, of: id).map { rows[$0] } }

    /// The timers of an entity that are armed, by name.
    func timers(of id: PersistenceID) -> [StoredTimer] {
        indexes[id, default: []].map { rows[$0.row] }.compactMap(\.armed).sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
    }

    /// The earliest moment at which there may be something to claim.
    var next: Timestamp? { [due.first, held.first].compactMap(\.self).min() }

    /// Arms a timer, unless its generation is not a new one.
    mutating func arm(_ timer: NewTimer, of id: PersistenceID, generation: Int64) -> Bool {
        let known = index(timer.name, of: id)
        guard
            let armed = TimerRow.arming(
                timer, of: id, generation: generation, over: known.map { rows[$0] })
        else { return false }
        if let known {
            change(known) { $0 = armed }
        } else {
            indexes[id, default: []].append((timer.name, rows.count))
            rows.append(TimerRow(generation: generation))
            change(rows.count - 1) { $0 = armed }
        }
        return true
    }

    /// Changes what is kept of a name that was armed before, and answers whether it did.
    mutating func change(_ name: String, of id: PersistenceID, _ body: (inout TimerRow) -> Bool) -> Bool {
        guard let index = index(name, of: id) else { return false }
        return change(index, body)
    }

    /// Claims what is due.
    mutating func claimDue(limit: Int, _ claim: RowClaim, at now: Timestamp) -> [StoredTimer] {
        for row in held.rows(through: now, limit: limit) { change(Int(row)) { $0.wake() } }
        return due.rows(through: now, limit: limit).compactMap { row in
            change(Int(row)) { row in
                row.claim(claim)
                return row.armed
            }
        }
    }

    @discardableResult
    private mutating func change<Answer>(_ index: Int, _ body: (inout TimerRow) -> Answer) -> Answer {
        let row = Int64(index)
        if let moment = rows[index].due { due.remove(row, at: moment) }
        if let moment = rows[index].heldUntil { held.remove(row, at: moment) }
        let answer = body(&rows[index])
        if let moment = rows[index].due { due.insert(row, at: moment) }
        if let moment = rows[index].heldUntil { held.insert(row, at: moment) }
        return answer
    }

    private func index(_ name: String, of id: PersistenceID) -> Int? {
        indexes[id]?.first { $0.name.utf8.elementsEqual(name.utf8) }?.row
    }
}

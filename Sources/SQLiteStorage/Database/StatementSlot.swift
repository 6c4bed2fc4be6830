internal import EventSourcing

/// A place for one statement, which is prepared at its first use and kept.
final class StatementSlot {
    let sql: String
    private var statement: Statement?
    private var isInUse = false

    init(_ sql: String) { self.sql = sql }

    /// Lends the statement, and resets it afterwards whatever happens.
    ///
    /// Throws `StoreError.invalid` when it is already lent: a visitor that asks its own reader the same question again.
    func use<Result>(
        on connection: borrowing Connection, _ body: (borrowing Statement) throws -> Result
    ) throws -> Result {
        if isInUse {
            throw StoreError(.invalid, detail: "a visitor asked its own reader again while it was being read to")
        }
        if statement == nil { statement = try Statement(sql, on: connection) }
        isInUse = true
        defer {
            statement?.reset()
            isInUse = false
        }
        switch statement {
        case .some(let statement): return try body(statement)
        case .none: throw StoreError(.closed)
        }
    }
}

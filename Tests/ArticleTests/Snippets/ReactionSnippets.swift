import EventSourcing
import Reactions
import Testing

// snippet
struct Account: Aggregate {
    struct Deposited: Codable { var amount: Int }
    struct Withdrawn: Codable { var amount: Int }

    struct Deposit: Action {
        typealias State = Account
        var amount: Int
    }

    struct Withdraw: Action {
        typealias State = Account
        var amount: Int
    }

    static let entityType = "Account"
    var balance = 0

    static var parts: [AggregatePart<Account>] {
        Emits(Deposited.self) { account, deposited in account.balance += deposited.amount }
        Emits(Withdrawn.self) { account, withdrawn in account.balance -= withdrawn.amount }
        Accepts(Deposit.self) { deposit, _ in [Deposited(amount: deposit.amount)] }
        Accepts(
            Withdraw.self, given: Invariant("has enough") { account, withdraw in account.balance >= withdraw.amount }
        ) { withdraw, _ in [Withdrawn(amount: withdraw.amount)] }
    }
}
// end

// snippet
struct Audit: Aggregate {
    struct Noted: Codable { var text: String }

    struct Note: Action {
        typealias State = Audit
        var text: String
    }

    static let entityType = "Audit"
    var notes: [String] = []

    static var parts: [AggregatePart<Audit>] {
        Emits(Noted.self) { audit, noted in audit.notes.append(noted.text) }
        Accepts(Note.self) { note, _ in [Noted(text: note.text)] }
    }
}
// end

@Suite("Snippets about reactions")
struct ReactionSnippets {
    @Test("a deposit is noted, and can be looked up")
    func reactions() async throws {
        let store = InMemoryStore()
        // snippet
        let bank = try Application("bank", on: store) {
            Account.self
            Audit.self
            On(Account.Deposited.self, "audit deposits")
                .to { event in .stream(try Audit.id(event.stream.entityID)) }
                .retry(ReactionRetry(backoff: .exponential(base: .milliseconds(100), cap: .seconds(30))))
                .do { event, stream, app in
                    try await app.do(Audit.Note(text: "+\(event.amount)"), on: stream, reactingTo: event)
                }
            Projects("balances", of: Int.self) {
                Folding(Account.Deposited.self) { event, rows in
                    try rows.change(event.stream.entityID, from: 0) { balance in balance += event.amount }
                }
                Folding(Account.Withdrawn.self) { event, rows in
                    try rows.change(event.stream.entityID, from: 0) { balance in balance -= event.amount }
                }
            }
        }
        // end
        // snippet
        let result = try await bank.do(Account.Deposit(amount: 30), on: Account.id("a-1"))
        // end
        #expect(result.state.balance == 30)
        // snippet
        let totals = try await bank.settle()
        // end
        #expect(totals.blocked == 0)
        // snippet
        let balance = try await bank.projection("balances", of: Int.self).get("a-1")
        // end
        #expect(balance == 30)
        let notes = try await bank.load(Audit.self, Audit.id("a-1")).state.notes
        #expect(notes == ["+30"])
        // snippet
        for subscription in try await bank.blocked() {
            print(subscription.target, subscription.failure?.reaction ?? "", subscription.failure?.attempts.count ?? 0)
        }
        let preview = try await bank.unblock(.matching(.prefix("Audit|")), dryRun: true)
        // end
        #expect(preview.count == 0)
        // snippet
        let closing = try await bank.close(.matching(.suffix("-2024")), by: "ann", dryRun: true)
        // end
        #expect(closing.count == 0)
        // snippet
        await bank.shutdown()
        // end
    }
}

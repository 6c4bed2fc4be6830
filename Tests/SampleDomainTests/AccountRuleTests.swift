import Testing

@testable import SampleDomain

@Suite("The rules of an account")
struct AccountRuleTests {
    private func account(behind requests: Account.Request...) throws -> AccountState {
        try requests.reduce(into: AccountState()) { account, request in
            for event in try Account.decide(request, on: account).get() { try account.apply(event) }
        }
    }

    private func refusal(_ request: Account.Request, on account: AccountState) -> String? {
        if case .failure(let refusal) = Account.decide(request, on: account) { refusal.reason } else { nil }
    }

    @Test("an account is opened, filled, emptied and closed")
    func life() throws {
        let account = try account(
            behind: .open(owner: "Ada"), .deposit(amount: 300), .withdraw(amount: 100), .withdraw(amount: 200), .close)
        #expect(account.status == .closed)
        #expect(account.owner == "Ada")
        #expect(account.balance == 0 && account.deposits == 1 && account.withdrawals == 2)
    }

    @Test("what an account refuses, and why")
    func refused() throws {
        let new = AccountState()
        #expect(refusal(.deposit(amount: 1), on: new) == "there is no account yet; open one")
        #expect(refusal(.open(owner: ""), on: new) == "an account needs an owner")
        let open = try account(behind: .open(owner: "Ada"), .deposit(amount: 300))
        #expect(refusal(.open(owner: "Ada"), on: open) == "the account was opened before")
        #expect(refusal(.deposit(amount: 0), on: open) == "at least 1 cent can be deposited")
        #expect(refusal(.deposit(amount: .max), on: open) == "an account holds at most 1000000000 cents")
        #expect(refusal(.withdraw(amount: -5), on: open) == "at least 1 cent can be withdrawn")
        #expect(refusal(.withdraw(amount: 301), on: open) == "the balance is 300, and 301 was asked for")
        #expect(refusal(.close, on: open) == "the balance is 300; withdraw it first")
        let closed = try account(behind: .open(owner: "Ada"), .close)
        #expect(refusal(.deposit(amount: 1), on: closed) == "the account is closed")
    }

    @Test("amounts in a foreign event that can't be counted with are an error and not a trap")
    func hostile() throws {
        var rich = try account(behind: .open(owner: "Ada"), .deposit(amount: 1))
        #expect(throws: UncountableError(what: "balance")) { try rich.apply(.deposited(MoneyDeposited(amount: .max))) }
        var poor = try account(behind: .open(owner: "Ada"))
        #expect(throws: UncountableError(what: "balance")) { try poor.apply(.withdrawn(MoneyWithdrawn(amount: .min))) }
        try poor.apply(.withdrawn(MoneyWithdrawn(amount: .max)))
        #expect(refusal(.deposit(amount: 1), on: poor) == nil)
    }
}

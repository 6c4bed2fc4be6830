public import EventSourcing

/// An account that holds money: opened, filled, emptied, closed; amounts are in cents.
public enum Account {
    /// What can be asked of an account.
    public enum Request: Hashable, Sendable {
        case open(owner: String)
        case deposit(amount: Int)
        case withdraw(amount: Int)
        case close
    }

    /// The most that an account holds, in cents.
    static let mostMoney = 1_000_000_000

    /// Decides what a request does, or says why it is refused.
    static func decide(_ request: Request, on account: AccountState) -> Result<[AccountEvent], Refusal> {
        switch (request, account.status) {
        case (.open(let owner), .new):
            if owner.isEmpty { return .failure("an account needs an owner") }
            return .success([.opened(AccountOpened(owner: owner))])
        case (.open, _): return .failure("the account was opened before")
        case (_, .new): return .failure("there is no account yet; open one")
        case (_, .closed): return .failure("the account is closed")
        case (.deposit(let amount), .open):
            if amount < 1 { return .failure("at least 1 cent can be deposited") }
            if amount > mostMoney || account.balance > mostMoney - amount {
                return .failure("an account holds at most \(mostMoney) cents")
            }
            return .success([.deposited(MoneyDeposited(amount: amount))])
        case (.withdraw(let amount), .open):
            if amount < 1 { return .failure("at least 1 cent can be withdrawn") }
            if amount > account.balance {
                return .failure("the balance is \(account.balance), and \(amount) was asked for")
            }
            return .success([.withdrawn(MoneyWithdrawn(amount: amount))])
        case (.close, .open):
            if account.balance > 0 { return .failure("the balance is \(account.balance); withdraw it first") }
            return .success([.closed(AccountClosed())])
        }
    }
}

/// What an account is after its events.
public struct AccountState: Codable, Hashable, Sendable {
    /// How far an account has come.
    public enum Status: String, Codable, Sendable {
        case new, open, closed
    }

    public var status = Status.new
    public var owner = ""
    /// Cents.
    public var balance = 0
    public var deposits = 0
    public var withdrawals = 0

    /// Nothing has happened yet.
    public init() {}

    /// Folds one event; throws when its numbers can't be counted with, which the rules never let happen.
    public mutating func apply(_ event: AccountEvent) throws {
        switch event {
        case .opened(let event):
            status = .open
            owner = event.owner
        case .deposited(let event):
            balance = try balance.adding(event.amount, as: "balance")
            deposits += 1
        case .withdrawn(let event):
            balance = try balance.subtracting(event.amount, as: "balance")
            withdrawals += 1
        case .closed: status = .closed
        }
    }
}

/// What can happen to an account.
public enum AccountEvent: Hashable, Sendable {
    case opened(AccountOpened)
    case deposited(MoneyDeposited)
    case withdrawn(MoneyWithdrawn)
    case closed(AccountClosed)

    /// The account's event types under their logical names.
    public static func registry() throws(EventRegistryError) -> EventRegistry<AccountEvent> {
        try EventRegistry(
            EventType("AccountOpened", embed: AccountEvent.opened) { if case .opened(let it) = $0 { it } else { nil } },
            EventType("MoneyDeposited", embed: AccountEvent.deposited) {
                if case .deposited(let it) = $0 { it } else { nil }
            },
            EventType("MoneyWithdrawn", embed: AccountEvent.withdrawn) {
                if case .withdrawn(let it) = $0 { it } else { nil }
            },
            EventType("AccountClosed", embed: AccountEvent.closed) { if case .closed(let it) = $0 { it } else { nil } })
    }
}

/// Somebody opened an account.
public struct AccountOpened: Codable, Hashable, Sendable {
    public var owner: String
}

/// Money came in, in cents.
public struct MoneyDeposited: Codable, Hashable, Sendable {
    public var amount: Int
}

/// Money went out, in cents.
public struct MoneyWithdrawn: Codable, Hashable, Sendable {
    public var amount: Int
}

/// The account was closed.
public struct AccountClosed: Codable, Hashable, Sendable {}

import Actors
import EventSourcing
import EventSourcingTestKit

/// The account of the tests, which is kept as a whole.
struct Account: Codable, Hashable, Sendable {
    var balance = 0.0

    init(_ balance: Double = 0) { self.balance = balance }
}

typealias AccountEffect = DurableEffect<Account>

/// A command that says itself what is to be done, so that each test reads as one thing.
struct AccountCommand: Sendable, CustomStringConvertible {
    let description: String
    let decide: @Sendable (CommandContext<AccountCommand>, Account) throws -> AccountEffect

    init(
        _ description: String,
        _ decide: @escaping @Sendable (CommandContext<AccountCommand>, Account) throws -> AccountEffect
    ) {
        self.description = description
        self.decide = decide
    }

    static func doing(_ effect: AccountEffect) -> AccountCommand { AccountCommand("\(effect.kind)") { _, _ in effect } }

    static func set(_ balance: Double) -> AccountCommand {
        AccountCommand("set \(balance)") { _, _ in .persist(Account(balance)) }
    }

    static func add(_ amount: Double) -> AccountCommand {
        AccountCommand("add \(amount)") { _, account in .persist(Account(account.balance + amount)) }
    }
}

/// The account as a type of its own.
struct AccountActor: DurableStateActor {
    let persistenceID: PersistenceID
    let emptyState = Account()

    func handle(
        _ context: CommandContext<AccountCommand>, _ command: AccountCommand, _ account: Account
    ) throws -> AccountEffect {
        try command.decide(context, account)
    }
}

/// The two ways to write the same entity.
enum AccountStyle: CaseIterable, Sendable {
    case functional
    case byType

    func account(_ id: PersistenceID) -> DurableStateBehavior<AccountCommand, Account> {
        switch self {
        case .functional:
            DurableStateBehavior(
                id: id, emptyState: Account(),
                commandHandler: { context, command, account in try command.decide(context, account) })
        case .byType: AccountActor(persistenceID: id).durableState
        }
    }
}

/// A stepped system with a store of durable states, on which accounts live.
struct AccountStage {
    typealias AccountBehavior = DurableStateBehavior<AccountCommand, Account>

    let scheduler = StepScheduler(startingAt: Timestamp(microseconds: 1_000_000))
    let system: ActorSystem
    let log = RecordingLog()
    let store: UnreliableStore<InMemoryStore>
    let id: PersistenceID
    let style: AccountStyle

    /// A new system, on the store of another one where given.
    init(
        _ style: AccountStyle = .functional, on store: UnreliableStore<InMemoryStore> = UnreliableStore()
    ) throws {
        self.store = store
        self.style = style
        system = ActorSystem(name: "test", scheduler: scheduler, log: log)
        id = try PersistenceID("Account", "account-1")
    }

    func account() -> AccountBehavior { style.account(id).withDurableStateStore(store) }

    func spawn(_ account: AccountBehavior) -> ActorRef<AccountCommand> {
        system.spawn(account.behavior, name: "account")
    }

    func spawn() -> ActorRef<AccountCommand> { spawn(account()) }

    /// Sends commands and handles all that follows.
    func tell(_ account: ActorRef<AccountCommand>, _ commands: AccountCommand...) {
        for command in commands { account.tell(command) }
        scheduler.drain()
    }

    /// Asks, and handles all that follows; nil when nothing has answered then.
    func ask<Reply: Sendable>(
        _ account: ActorRef<AccountCommand>, _ make: (ActorRef<Reply>) -> AccountCommand
    ) -> Result<Reply, AskError>? {
        let reply = account.askLater(timeout: .seconds(5), make)
        scheduler.drain()
        return reply.result
    }

    /// Adds an amount and answers the balance behind it, or why not.
    func add(_ account: ActorRef<AccountCommand>, _ amount: Double) -> Result<Double, AskError>? {
        ask(account) { replyTo in
            AccountCommand("add \(amount)") { _, account in
                .persist(Account(account.balance + amount)).thenReply(to: replyTo) { $0.balance }
            }
        }
    }

    /// The balance of a running account.
    func balance(_ account: ActorRef<AccountCommand>) throws -> Double {
        let result: Result<Double, AskError>? = ask(account) { replyTo in
            AccountCommand("balance") { _, account in .reply(to: replyTo, account.balance) }
        }
        guard let result else { throw Failure("the account did not answer") }
        return try result.get()
    }

    /// The stored state, as `revision type payload`; nil where there is none.
    func stored() throws -> String? {
        let (store, id) = (store.base, id)
        return try scheduler.run {
            try await store.get(id).map {
                "\($0.description.revision) \($0.description.stateType) \(String(decoding: $0.state, as: UTF8.self))"
            }
        }
    }

    /// The last revision, also of a deleted state.
    func revision() throws -> Int64 {
        let (store, id) = (store.base, id)
        return try scheduler.run { try await store.revision(of: id) }
    }

    /// Puts a state into the store, under a revision of its own.
    func given(_ payload: String, revision: Int64 = 1, stateType: String = "Account") throws {
        let (store, id, now) = (store.base, id, scheduler.now)
        try scheduler.run {
            let state = NewDurableState(stateType: stateType, timestamp: now, state: Array(payload.utf8))
            for before in 0..<revision { try await store.put(state, of: id, expecting: before, by: .named("A")) }
        }
    }

    /// What was given up, as `command: reason`.
    var deadLetters: [String] { system.deadLetters.recent.map { "\($0.message): \($0.reason)" } }
}

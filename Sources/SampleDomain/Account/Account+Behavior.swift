import Actors
public import EventSourcing
public import Inspection

extension Account {
    /// The entity's actor: snapshots every 25 events.
    public static func behavior(
        _ id: PersistenceID
    ) throws -> EventSourcedBehavior<Asked<Request>, AccountEvent, AccountState> {
        try EventSourcedBehavior(
            id: id, emptyState: AccountState(), events: AccountEvent.registry(),
            commandHandler: { _, asked, account in
                switch decide(asked.request, on: account) {
                case .success(let events):
                    return .persist(events).thenReply(to: asked.replyTo) { account in
                        .done("\(account.status.rawValue), balance \(account.balance)")
                    }
                case .failure(let refusal): return .reply(to: asked.replyTo, .refused(refusal.reason))
                }
            },
            eventHandler: { account, event in try account.apply(event) }
        ).withSnapshots(.every(25), codec: .json("Account"))
    }

    /// The account as the workbench knows it.
    public static func domain() throws -> Domain {
        try Domain(
            "Account", behavior: behavior,
            commands: [
                DomainCommand("open", "Open the account", .text("owner", "whose it is")) { replyTo, owner in
                    Asked(.open(owner: owner), replyTo: replyTo)
                },
                DomainCommand("deposit", "Put money in", .integer("amount", "cents")) { replyTo, amount in
                    Asked(.deposit(amount: amount), replyTo: replyTo)
                },
                DomainCommand("withdraw", "Take money out", .integer("amount", "cents")) { replyTo, amount in
                    Asked(.withdraw(amount: amount), replyTo: replyTo)
                },
                DomainCommand("close", "Close the empty account") { replyTo in Asked(.close, replyTo: replyTo) },
            ])
    }
}

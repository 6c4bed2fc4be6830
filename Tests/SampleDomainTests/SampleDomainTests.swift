import Actors
import EventSourcing
import Inspection
import Testing

@testable import SampleDomain

/// A command as the command pane would have parsed it.
private func command(_ name: String, _ arguments: JSONObject = [:]) -> ParsedCommand {
    ParsedCommand(name: name, arguments: arguments)
}

@Suite("The sample domains")
struct SampleDomainTests {
    private let store = InMemoryStore()
    private let system = ActorSystem(name: "test")
    private let id: PersistenceID

    init() throws { id = try PersistenceID("Order", "order-1") }

    private func open(_ domain: Domain, _ id: PersistenceID, by letter: UInt64 = 1) throws -> any LiveEntity {
        let host = EntityHost(
            system: system, events: store, snapshots: store, writer: WriterID(ULID(high: letter, low: 0)))
        return try #require(try domain.open(id, on: host))
    }

    private func send(_ entity: any LiveEntity, _ name: String, _ arguments: JSONObject = [:]) async throws
        -> CommandOutcome
    {
        try await entity.send(command(name, arguments), timeout: .seconds(600))
    }

    @Test("the domains describe their commands, with a summary and a usage for each")
    func descriptions() throws {
        let domains = try SampleDomains.all()
        #expect(
            domains.map(\.entityType) == [
                "Order", "Account", "Purchase", "Sale", "Stock", "Charge", "Shipment", "Carrier",
            ])
        #expect(
            domains.flatMap { $0.commands.map(\.usage) } == [
                "place customer=text [city=text]", "add-item sku=text qty=integer [price=integer]",
                "remove-item sku=text", "pay [method=card|invoice|cash]", "ship [carrier=post|rail|bike]",
                "cancel reason=text", "open owner=text", "deposit amount=integer", "withdraw amount=integer", "close",
                "add sku=text [price=integer]", "pay amount=integer [method=card|invoice|cash]", "pack",
                "ship tracking=text [carrier=post|rail|bike]", "deliver", "lose", "cancel reason=text",
                "place item=text qty=integer [amount=integer]", "cancel reason=text",
                "receive qty=integer", "strike", "resume",
            ])
        #expect(domains.allSatisfy { !$0.isGeneric && $0.commands.allSatisfy { !$0.summary.isEmpty } })
    }

    @Test("every command of an order is decided by the real rules, and nothing is written")
    func decideOrder() throws {
        let domain = try Order.domain()
        func decision(_ parsed: ParsedCommand, behind events: OrderEvent...) throws -> Decision {
            let state = try fold(events, of: domain, registry: OrderEvent.registry())
            return domain.decide(parsed, on: state, of: id, at: Int64(events.count))
        }
        let placed = OrderEvent.placed(OrderPlaced(customer: "c-771", city: "Basel"))
        let tea = OrderEvent.itemAdded(ItemAdded(sku: "tea", qty: 2, price: 450))
        let paid = OrderEvent.paid(OrderPaid(amount: 900, method: "card"))
        #expect(try decision(command("place", ["customer": "c-771"])) == .append(types: ["OrderPlaced"]))
        let add = command("add-item", ["sku": "tea", "qty": 2])
        #expect(try decision(add, behind: placed) == .append(types: ["ItemAdded"]))
        #expect(try decision(add) == .refused("there is no order yet; place one"))
        #expect(
            try decision(command("remove-item", ["sku": "tea"]), behind: placed, tea) == .append(types: ["ItemRemoved"])
        )
        #expect(try decision(command("pay"), behind: placed, tea) == .append(types: ["OrderPaid"]))
        #expect(try decision(command("pay"), behind: placed) == .refused("the order has no items to pay"))
        #expect(try decision(command("ship"), behind: placed, tea, paid) == .append(types: ["OrderShipped"]))
        #expect(
            try decision(command("cancel", ["reason": "late"]), behind: placed) == .append(types: ["OrderCancelled"]))
        #expect(try decision(command("fly")) == .failed("there is no command fly"))
        #expect(try store.reader().totals().events == 0)
    }

    @Test("every command of an account is decided by the real rules")
    func decideAccount() throws {
        let domain = try Account.domain()
        func decision(_ parsed: ParsedCommand, behind events: AccountEvent...) throws -> Decision {
            let state = try fold(events, of: domain, registry: AccountEvent.registry())
            return domain.decide(parsed, on: state, of: try PersistenceID("Account", "a"), at: Int64(events.count))
        }
        let opened = AccountEvent.opened(AccountOpened(owner: "Ada"))
        let deposited = AccountEvent.deposited(MoneyDeposited(amount: 300))
        #expect(try decision(command("open", ["owner": "Ada"])) == .append(types: ["AccountOpened"]))
        #expect(try decision(command("deposit", ["amount": 5]), behind: opened) == .append(types: ["MoneyDeposited"]))
        #expect(
            try decision(command("withdraw", ["amount": 5]), behind: opened, deposited)
                == .append(types: ["MoneyWithdrawn"]))
        #expect(
            try decision(command("withdraw", ["amount": 500]), behind: opened, deposited)
                == .refused("the balance is 300, and 500 was asked for"))
        #expect(try decision(command("close"), behind: opened) == .append(types: ["AccountClosed"]))
    }

    private func fold<Event: Sendable>(
        _ events: [Event], of domain: Domain, registry: EventRegistry<Event>
    ) throws -> any FoldedState {
        var state = domain.emptyState()
        for (index, event) in events.enumerated() {
            let encoded = try registry.encode(event)
            try encoded.payload.withUnsafeBytes { payload in
                try state.fold(
                    StoredEvent(
                        persistenceID: id, position: 1, sequenceNumber: Int64(index + 1), type: encoded.type,
                        schemaVersion: encoded.version, timestamp: .epoch, writer: WriterID(ULID(high: 1, low: 0)),
                        epoch: 1, correlationID: nil, causationID: nil, commandID: nil, isIntact: true,
                        payload: payload, metadata: UnsafeRawBufferPointer(start: nil, count: 0)))
            }
        }
        return state
    }

    @Test("a live order takes a command, says what it appended and what is true now, and refuses what its rules refuse")
    func live() async throws {
        let order = try open(Order.domain(), id)
        let placed = try await send(order, "place", ["customer": "c-771"])
        #expect(placed.appended == [CommandOutcome.AppendedEvent(sequenceNumber: 1, type: "OrderPlaced")])
        #expect(placed.reply == "open, total 0" && placed.refusal == nil)
        let added = try await send(order, "add-item", ["sku": "tea", "qty": 2])
        #expect(added.appended == [CommandOutcome.AppendedEvent(sequenceNumber: 2, type: "ItemAdded")])
        #expect(added.reply == "open, total 900")
        let refused = try await send(order, "ship")
        #expect(refused.refusal == "the order is not paid yet" && refused.appended.isEmpty)
        #expect(try store.reader().totals().events == 2)
        await order.stop()
        await system.shutdown()
    }

    @Test("an entity that another writer fenced says by whom, and its next command takes the stream over again")
    func fencing() async throws {
        let domain = try Order.domain()
        let mine = try open(domain, id, by: 1)
        let theirs = try open(domain, id, by: 2)
        _ = try await send(mine, "place", ["customer": "c-771"])
        _ = try await send(theirs, "add-item", ["sku": "tea", "qty": 1])
        let error = await #expect(throws: WriterFencedError.self) {
            try await send(mine, "add-item", ["sku": "tea", "qty": 1])
        }
        #expect(error?.writer == WriterID(ULID(high: 2, low: 0)))
        let again = try await send(mine, "add-item", ["sku": "tea", "qty": 1])
        #expect(again.appended.map(\.sequenceNumber) == [3])
        #expect(again.reply == "open, total 900")
        await #expect(throws: WriterFencedError.self) { try await send(theirs, "cancel", ["reason": "late"]) }
        await system.shutdown()
    }

    @Test(
        "two entities of one writer on one stream: the later command is told of the conflict, and the one after it succeeds"
    )
    func conflict() async throws {
        let domain = try Account.domain()
        let id = try PersistenceID("Account", "a")
        let (one, two) = (try open(domain, id), try open(domain, id))
        _ = try await send(one, "open", ["owner": "Ada"])
        _ = try await send(two, "deposit", ["amount": 100])
        let error = await #expect(throws: ConcurrentModificationError.self) {
            try await send(one, "deposit", ["amount": 50])
        }
        #expect(error?.expected == .number(1) && error?.actual == 2)
        let outcome = try await send(one, "deposit", ["amount": 50])
        #expect(outcome.reply == "open, balance 150")
        await system.shutdown()
    }

    @Test("commands to a live order at the same time are handled one after the other, and none is lost")
    func together() async throws {
        let id = try PersistenceID("Account", "busy")
        let account = try open(Account.domain(), id)
        _ = try await send(account, "open", ["owner": "Ada"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask { _ = try await account.send(command("deposit", ["amount": 2]), timeout: .seconds(600)) }
            }
            try await group.waitForAll()
        }
        #expect(try await send(account, "deposit", ["amount": 1]).reply == "open, balance 101")
        #expect(try store.reader().totals().events == 52)
        await system.shutdown()
    }
}

import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

@Suite("Locks that are leases")
struct LeaseLockTests {
    private let stage: CartStage
    private let leases = UnreliableStore()
    private let store: PausingStore

    init() throws {
        stage = try CartStage()
        store = PausingStore(in: stage.system)
    }

    /// A running cart on the store that can wait, under a lease of ten seconds.
    private func spawn(
        in system: ActorSystem? = nil, waitingAtMost limit: Duration = .seconds(2)
    ) throws -> ActorRef<CartCommand> {
        let locks = try LeaseLockProvider(
            leases, term: .seconds(10), waitingAtMost: limit, askingEvery: .milliseconds(100))
        let cart = try stage.bareCart().withEventStore(store).withLocking(.pessimistic(locks))
        return (system ?? stage.system).spawn(cart.behavior, name: "cart")
    }

    /// Adds an item, without waiting for the end; the ask has a minute.
    private func add(_ item: String, to cart: ActorRef<CartCommand>) -> PendingReply<[String]> {
        let reply: PendingReply<[String]> = cart.askLater(timeout: .seconds(60)) { replyTo in
            CartCommand("add") { context, _ in
                .persist(.added("\(item) \(context.fencingNumber ?? 0)")).thenReply(to: replyTo) { $0.items }
            }
        }
        stage.scheduler.drain()
        return reply
    }

    /// Takes the cart's lease as somebody else.
    @discardableResult
    private func takeLease(for term: Duration = .seconds(10)) throws -> Lease {
        let (leases, id, now) = (leases, stage.id, stage.scheduler.now)
        let answer = try stage.scheduler.run {
            try await leases.acquire(id.description, for: term, as: ULID(high: 9, low: 9), by: .named("B"), at: now)
        }
        switch answer {
        case .acquired(let lease): return lease
        case .held(let lease):
            throw LockError.busy(id, holder: lease.holder, fencingNumber: lease.fencingNumber)
        }
    }

    private func heldLease() throws -> Lease? {
        let (leases, id, now) = (leases, stage.id, stage.scheduler.now)
        return try stage.scheduler.run { try await leases.get(id.description, at: now) }
    }

    // MARK: - Acquisitions

    @Test("engine 134: what the body answers and throws passes through, and two calls leave one row")
    func passesThrough() throws {
        let (leases, id, system) = (leases, stage.id, stage.system)
        let locks = try LeaseLockProvider(leases)
        let answers = try stage.scheduler.run {
            let text = try await locks.withLock(of: id, in: system) { _ in "executed" }
            let number = try await locks.withLock(of: id, in: system) { _ in 42 }
            return (text, number)
        }
        #expect(answers == ("executed", 42))
        #expect(try heldLease() == nil, "the lease was given back")
        #expect(try takeLease().fencingNumber == 3, "both calls had the same row")
        let other = try PersistenceID("Cart", "cart-2")
        #expect(throws: Failure("test error")) {
            try stage.scheduler.run {
                try await locks.withLock(of: other, in: system) { _ in throw Failure("test error") }
            }
        }
        let now = stage.scheduler.now
        #expect(try stage.scheduler.run { try await leases.get(other.description, at: now) } == nil)
    }

    @Test("a lock is kept although an actor at the top level fails and takes its siblings with it")
    func siblingFails() throws {
        let locks = try LeaseLockProvider(leases, term: .seconds(10))
        let behavior = try stage.bareCart().withEventStore(store).withLocking(.pessimistic(locks)).behavior
        let carts = EntityRegistry<String, CartCommand>(in: stage.system, name: "carts") { _ in behavior }
        let failing = stage.system.spawn(
            Behavior<Int>.receive { _, _ in throw Failure("sibling") }.supervised(by: .stop.allForOne()))
        store.pause(append: .seconds(25))
        let reply = add("apple", to: carts.ref(for: "cart-1"))
        failing.tell(1)
        stage.scheduler.advance(by: .seconds(24))
        #expect(failing.isStopped)
        #expect(try heldLease() != nil, "its term is long over, so it was renewed")
        stage.scheduler.advance(by: .seconds(1))
        #expect(try reply.result?.get() == ["apple 1"])
        #expect(stage.log.warnings.isEmpty)
    }

    @Test("systems that share the leases take turns without a conflict, and every command gets a higher number")
    func turns() throws {
        let other = ActorSystem(name: "other", scheduler: stage.scheduler)
        let carts = [try spawn(), try spawn(in: other)]
        var replies: [PendingReply<[String]>] = []
        for round in 0..<4 { replies.append(add("item", to: carts[round % 2])) }
        stage.scheduler.advance(by: .seconds(1))
        #expect(try replies.last?.result?.get().count == 4)
        let numbers = try stage.scheduler.run { [store, id = stage.id] in
            try await store.base.load(id, from: 1, through: .max, fields: .all, into: [String]()) { items, event in
                items.append(event.withPayload { String(decoding: $0, as: UTF8.self) })
                return .next
            }
        }
        #expect(numbers == (1...4).map { #"{"item":"item \#($0)"}"# })
    }

    @Test("a command waits for a lock that is given back in time")
    func waits() throws {
        let lease = try takeLease()
        let reply = add("a", to: try spawn())
        stage.scheduler.advance(by: .milliseconds(1_500))
        #expect(reply.result == nil)
        _ = try stage.scheduler.run { [leases] in try await leases.release(lease) }
        stage.scheduler.advance(by: .milliseconds(100))
        #expect(try reply.result?.get() == ["a 2"])
    }

    @Test("a lock whose holder died is free when its term is over")
    func holderDied() throws {
        try takeLease(for: .milliseconds(1_550))
        let reply = add("a", to: try spawn())
        stage.scheduler.advance(by: .milliseconds(1_549))
        #expect(reply.result == nil)
        stage.scheduler.advance(by: .milliseconds(1))
        #expect(try reply.result?.get() == ["a 2"])
    }

    @Test("a lock that stays busy rejects the command with who holds it, and the entity goes on")
    func busy() throws {
        let lease = try takeLease()
        let cart = try spawn()
        let reply = add("a", to: cart)
        stage.scheduler.advance(by: .milliseconds(1_999))
        #expect(reply.result == nil)
        stage.scheduler.advance(by: .milliseconds(1))
        let error = rejection(reply.result) as? LockError
        #expect(
            error
                == .timedOut(stage.id, holder: .named("B"), fencingNumber: 1, waited: .seconds(2)))
        #expect(error?.description.contains("Cart|cart-1 is locked by writer") == true)
        _ = try stage.scheduler.run { [leases] in try await leases.release(lease) }
        #expect(try add("b", to: cart).result?.get() == ["b 2"])
    }

    @Test("without a limit to wait within, a busy lock is told at once")
    func noWaiting() throws {
        try takeLease()
        let error = rejection(add("a", to: try spawn(waitingAtMost: .zero)).result) as? LockError
        #expect(error == .busy(stage.id, holder: .named("B"), fencingNumber: 1))
    }

    // MARK: - Renewals

    @Test("the lock of a long command is renewed three times in a term, and nobody else gets it")
    func heartbeat() throws {
        store.pause(append: .seconds(35))
        let reply = add("a", to: try spawn())
        for _ in 0..<34 {
            stage.scheduler.advance(by: .seconds(1))
            #expect(throws: LockError.self) { try takeLease() }
        }
        #expect(leases.renewalCount == 10)
        #expect(reply.result == nil)
        stage.scheduler.advance(by: .seconds(1))
        #expect(try reply.result?.get() == ["a 1"])
        #expect(try heldLease() == nil)
        stage.scheduler.advance(by: .seconds(60))
        #expect(leases.renewalCount == 10, "with the command its renewals ended")
        #expect(stage.log.warnings.isEmpty)
        #expect(stage.scheduler.pendingTimers == 0)
    }

    @Test("a renewal that fails is tried again, and the lock is not lost for it")
    func renewalFails() throws {
        store.pause(append: .seconds(20))
        leases.failRenewals(with: .busy)
        let reply = add("a", to: try spawn())
        stage.scheduler.advance(by: .seconds(8))
        leases.failRenewals(with: nil)
        stage.scheduler.advance(by: .seconds(12))
        #expect(try reply.result?.get() == ["a 1"])
        #expect(stage.log.warnings == Array(repeating: "A lock was not renewed.", count: 2))
    }

    @Test("a lock that is lost before the command is decided is a typed error to the asker, and nothing is written")
    func lostBefore() throws {
        let cart = try spawn()
        #expect(try add("a", to: cart).result?.get() == ["a 1"])
        store.pause(head: .seconds(15))
        leases.failRenewals(with: .closed)
        let reply = add("b", to: cart)
        stage.scheduler.advance(by: .seconds(15))
        let error = rejection(reply.result) as? LockError
        #expect(error == .lost(stage.id, fencingNumber: 2))
        store.pause()
        leases.failRenewals(with: nil)
        #expect(try add("c", to: cart).result?.get() == ["a 1", "c 3"], "the entity goes on")
    }

    @Test("a lock that another one took meanwhile is lost, and the error says to whom")
    func taken() throws {
        let cart = try spawn()
        _ = add("a", to: cart)
        store.pause(head: .seconds(15))
        leases.failRenewals(with: .closed)
        let reply = add("b", to: cart)
        stage.scheduler.advance(by: .seconds(10))
        leases.failRenewals(with: nil)
        let other = try takeLease(for: .seconds(60))
        stage.scheduler.advance(by: .seconds(5))
        #expect(
            rejection(reply.result) as? LockError
                == .lost(stage.id, fencingNumber: 2, holder: .named("B")))
        #expect(try heldLease() == other, "and the other one's stays")
    }

    @Test("a lock that is lost while the events are appended does not take them back")
    func lostDuring() throws {
        store.pause(append: .seconds(15))
        leases.failRenewals(with: .closed)
        let cart = try spawn()
        let reply = add("a", to: cart)
        stage.scheduler.advance(by: .seconds(12))
        try takeLease(for: .seconds(60))
        stage.scheduler.advance(by: .seconds(3))
        #expect(try reply.result?.get() == ["a 1"])
        #expect(
            stage.log.warnings.last
                == "A lock was lost while its command ran; the command stands as its store has decided.")
    }

    @Test(
        "a provider that can't work is refused when it is made",
        arguments: [
            (Duration.zero, Duration.zero, Duration.seconds(1), LeaseLockProviderError.term(.zero)),
            (.seconds(1), .seconds(-1), .seconds(1), .limit(.seconds(-1))),
            (.seconds(1), .zero, .microseconds(999), .pause(.microseconds(999))),
        ])
    func options(term: Duration, limit: Duration, pause: Duration, expected: LeaseLockProviderError) {
        #expect(throws: expected) {
            _ = try LeaseLockProvider(leases, term: term, waitingAtMost: limit, askingEvery: pause)
        }
    }
}

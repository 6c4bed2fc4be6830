import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

@Suite("Commands under a lock")
struct PessimisticLockTests {
    private let stage: CartStage
    private let locks = RecordingLocks()

    init() throws { stage = try CartStage() }

    /// Appends an item behind the back of whoever runs the cart.
    private func append(_ item: String, to store: InMemoryStore) async throws {
        let (type, version, payload) = try CartEvent.registry().encode(.added(item))
        _ = try await store.append(
            [NewEvent(type: type, schemaVersion: version, payload: payload, timestamp: .epoch)], to: stage.id,
            expecting: .any, by: .named("B"), epoch: nil, with: .none)
    }

    private func appendBehindItsBack(_ item: String) throws {
        let (store, append) = (stage.store.base, append)
        try stage.scheduler.run { try await append(item, store) }
    }

    @Test("engine 134: the provider is called once for each command, around all of it", arguments: CartStyle.allCases)
    func oncePerCommand(_ style: CartStyle) throws {
        let calls = locks.calls
        stage.store.beforeAppend { _ in calls.add("append") }
        let cart = stage.spawn(try stage.cart(style).withLocking(.pessimistic(locks)))
        let reply: Result<Int, AskError>? = stage.ask(cart) { replyTo in
            CartCommand("add") { context, _ in
                calls.add("handler \(context.fencingNumber.map(String.init) ?? "without a number")")
                return .persist(.added("a")).thenRun { _ in calls.add("hook") }.thenReply(to: replyTo) {
                    $0.items.count
                }
            }
        }
        #expect(try reply?.get() == 1)
        let id = stage.id
        #expect(calls.values == ["lock \(id)", "handler 1", "append", "hook", "unlock \(id)"])
        #expect(try stage.items(cart) == ["a"])
        #expect(calls.values.filter { $0 == "lock \(id)" }.count == 2, "also for a command that only reads")
    }

    @Test("engine 134: what was written behind the actor's back is folded before the handler decides")
    func foldsFirst() throws {
        let cart = stage.spawn(try stage.cart().withLocking(.pessimistic(locks)))
        #expect(try stage.add(cart, "a")?.get() == ["a"])
        try appendBehindItsBack("b")
        #expect(try stage.items(cart) == ["a", "b"])
        try appendBehindItsBack("c")
        #expect(try stage.add(cart, "d")?.get() == ["a", "b", "c", "d"], "and no conflict comes of it")
        #expect(try stage.stored().count == 4)
    }

    @Test("without a lock the same is a conflict")
    func optimistic() throws {
        let cart = try stage.spawn()
        _ = stage.add(cart, "a")
        try appendBehindItsBack("b")
        #expect(rejection(stage.add(cart, "c")) is WriterFencedError)
    }

    @Test("the lock does not keep out who does not ask for it: the append still decides")
    func conflict() throws {
        let append = append
        stage.store.beforeAppend(2) { try await append("other", $0) }
        let cart = stage.spawn(try stage.cart().withLocking(.pessimistic(locks)))
        _ = stage.add(cart, "a")
        #expect(rejection(stage.add(cart, "b")) is WriterFencedError)
        #expect(try stage.stored().count == 2)
    }

    @Test("a command that does not get its lock is rejected, nothing is decided, and the entity goes on")
    func refused() throws {
        let locks = RecordingLocks(refusal: Failure("no lock today"))
        let decided = Recorder<Int>()
        let cart = stage.spawn(try stage.cart().withLocking(.pessimistic(locks)))
        let reply: Result<Int, AskError>? = stage.ask(cart) { _ in
            CartCommand("look") { _, _ in
                decided.add(1)
                return .none
            }
        }
        #expect(rejection(reply) as? Failure == Failure("no lock today"))
        #expect(decided.values.isEmpty)
        #expect(!cart.isStopped)
        #expect(stage.log.warnings == ["A command did not get its lock."])
    }

    @Test("engine 134: what the handler throws passes through the provider to the asker and to supervision")
    func handlerThrows() throws {
        let cart = stage.spawn(try stage.cart().withLocking(.pessimistic(locks)))
        let reply: Result<Int, AskError>? = stage.ask(cart) { _ in
            CartCommand("boom") { _, _ in throw Failure("test error") }
        }
        #expect(rejection(reply) as? Failure == Failure("test error"))
        #expect(cart.isStopped)
        #expect(locks.calls.values == ["lock \(stage.id)"])
    }

    @Test("a provider that fails when the command is done changes nothing of what it did")
    func failsLate() throws {
        let locks = RecordingLocks(lateFailure: Failure("the lock broke"))
        let cart = stage.spawn(try stage.cart().withLocking(.pessimistic(locks)))
        #expect(try stage.add(cart, "a")?.get() == ["a"])
        #expect(!cart.isStopped)
        #expect(stage.log.warnings == ["A lock could not be given back."])
    }

    @Test("a lock of another entity is none for a command, which takes its own", arguments: [true, false])
    func another(_ isOwn: Bool) throws {
        let cart = stage.spawn(try stage.cart().withLocking(.pessimistic(locks)))
        let lock = HeldLock(of: isOwn ? stage.id : try PersistenceID("Cart", "another"), fencingNumber: 9)
        let number = try stage.scheduler.run {
            try await cart.ask(timeout: .seconds(5), under: lock) { (replyTo: ActorRef<Int>) in
                CartCommand("look") { context, _ in .reply(to: replyTo, Int(context.fencingNumber ?? 0)) }
            }
        }
        #expect(number == (isOwn ? 9 : 1))
        #expect(locks.calls.values.isEmpty == isOwn)
    }

    @Test("the modifier makes a copy, and the behavior that it was called on has no lock")
    func copies() throws {
        let plain = try stage.cart()
        _ = plain.withLocking(.pessimistic(locks))
        #expect(try stage.add(stage.spawn(plain), "a")?.get() == ["a"])
        #expect(locks.calls.values.isEmpty)
        let back = plain.withLocking(.pessimistic(locks)).withLocking(.optimistic)
        #expect(try stage.add(stage.spawn(back), "b")?.get() == ["a", "b"])
        #expect(locks.calls.values.isEmpty)
    }
}

@Suite("Commands of a durable state under a lock")
struct PessimisticStateLockTests {
    private let locks = RecordingLocks()

    @Test(
        "engine 134: a state written behind the actor's back is what the handler sees, once for each command",
        arguments: AccountStyle.allCases)
    func readsFirst(_ style: AccountStyle) throws {
        let stage = try AccountStage(style)
        let account = stage.spawn(stage.account().withLocking(.pessimistic(locks)))
        #expect(try stage.add(account, 1)?.get() == 1)
        let (store, id) = (stage.store.base, stage.id)
        _ = try stage.scheduler.run {
            try await store.put(
                NewDurableState(stateType: "Account", timestamp: .epoch, state: Array(#"{"balance":999}"#.utf8)),
                of: id, expecting: 1, by: .named("B"))
        }
        #expect(try stage.balance(account) == 999)
        #expect(try stage.add(account, 1)?.get() == 1000, "and no conflict comes of it")
        #expect(locks.calls.values == Array(repeating: ["lock \(id)", "unlock \(id)"], count: 3).flatMap(\.self))
        #expect(try stage.revision() == 3)
    }

    @Test("the modifier makes a copy, and the behavior that it was called on has no lock")
    func copies() throws {
        let stage = try AccountStage()
        let plain = stage.account()
        _ = plain.withLocking(.pessimistic(locks))
        #expect(try stage.add(stage.spawn(plain), 1)?.get() == 1)
        #expect(locks.calls.values.isEmpty)
    }

    @Test("a command that does not get its lock is rejected, and nothing is written")
    func refused() throws {
        let stage = try AccountStage()
        let locks = RecordingLocks(refusal: Failure("no lock today"))
        let account = stage.spawn(stage.account().withLocking(.pessimistic(locks)))
        #expect(rejection(stage.add(account, 1)) as? Failure == Failure("no lock today"))
        #expect(!account.isStopped)
        #expect(stage.store.stateWriteCount == 0)
    }
}

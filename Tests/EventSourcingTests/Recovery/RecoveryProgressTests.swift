import Actors
import EventSourcingTestKit
import TestSupport
import Testing

@testable import EventSourcing

@Suite("Recovery that is watched, bounded and cancelled")
struct RecoveryProgressTests {
    private func given(_ stage: CartStage, events: Int64) throws {
        let encoded = try CartEvent.registry().encode(.cleared(CartCleared()))
        let (id, time) = (stage.id, stage.scheduler.now)
        try stage.given(
            (1...events).map { number in
                ImportedEvent(
                    persistenceID: id, sequenceNumber: number,
                    event: NewEvent(type: encoded.type, payload: encoded.payload, timestamp: time),
                    writer: .named("A"), epoch: 1)
            })
    }

    @Test("engine 161: progress is told at the start, after every page and at the end")
    func progress() throws {
        let stage = try CartStage()
        try given(stage, events: 25_000)
        try stage.given(snapshotAt: 1_000, [])
        let seen = Recorder<RecoveryProgress>()
        let cart = stage.spawn(
            try stage.cart().withSnapshots(.never).withRecoveryObserver { progress in
                seen.add(progress)
                return .next
            })
        #expect(try stage.items(cart) == [])
        #expect(seen.values.map(\.eventsDone) == [0, 10_000, 20_000, 24_000])
        #expect(seen.values.allSatisfy { $0.eventsTotal == 24_000 && $0.snapshot == 1_000 && $0.head == 25_000 })
    }

    @Test("engine 161: a recovery that its observer cancels stops the entity, writes nothing and says so")
    func cancelled() throws {
        let stage = try CartStage()
        try given(stage, events: 25_000)
        let cart = stage.spawn(
            try stage.cart().withRecoveryObserver { $0.sequenceNumber >= 10_000 ? .stop : .next })
        let result = stage.add(cart, "apple")
        #expect(
            rejection(result).map { "\($0)" }
                == "Cart|cart-1 could not be recovered at #10000 (events): it was cancelled by its observer, "
                + "on its way to #25000")
        #expect(cart.isStopped)
        #expect(stage.store.pageSizes.count == 1)
        #expect(stage.store.appendCount == 0)
    }

    @Test("an entity that is told to stop leaves its recovery")
    func stopped() throws {
        let stage = try CartStage()
        try given(stage, events: 25_000)
        let system = stage.system
        let place = Recorder<ActorRef<CartCommand>>()
        let cart = stage.spawn(
            try stage.cart().withRecoveryObserver { progress in
                if progress.sequenceNumber == 10_000 { place.values.first.map { system.stop($0) } }
                return .next
            })
        place.add(cart)
        stage.scheduler.drain()
        #expect(cart.isStopped)
        #expect(stage.store.pageSizes.count == 1)
        #expect(stage.log.warnings == ["Cart|cart-1: recovery was left at #10000 of #25000, for the entity is to stop"])
    }

    @Test("no more recoveries run at a time than are allowed, and the others follow in their order", arguments: [1, 3])
    func bounded(limit: Int) async throws {
        let system = ActorSystem(name: "bounded")
        try system.limitRecoveries(to: limit)
        let store = GatedStore()
        let count = 12
        let carts = try (0..<count).map { index in
            let cart = try CartBehavior(
                id: PersistenceID("Cart", "\(index)"), emptyState: Cart(), events: CartEvent.registry(),
                commandHandler: { context, command, cart in try command.decide(context, cart) },
                eventHandler: { cart, event in try cart.apply(event) }
            ).withEventStore(store)
            return system.spawn(cart.behavior)
        }
        let replies = carts.map { cart in
            cart.askLater(timeout: .seconds(600)) { (replyTo: ActorRef<Int>) in
                CartCommand("count") { _, cart in .reply(to: replyTo, cart.items.count) }
            }
        }
        for _ in 0..<count { await store.letOneThrough() }
        for reply in replies { #expect(try await reply.value() == 0) }
        #expect(store.most == limit)
        await system.shutdown()
    }

    @Test("64 recoveries run at a time where the system says nothing else")
    func standardLimit() throws {
        let stage = try CartStage()
        stage.store.slowDown(by: .seconds(1), in: stage.system)
        let carts = try (0..<150).map { number in
            let cart = try CartBehavior(
                id: PersistenceID("Cart", "\(number)"), emptyState: Cart(), events: CartEvent.registry(),
                commandHandler: { context, command, cart in try command.decide(context, cart) },
                eventHandler: { cart, event in try cart.apply(event) }
            ).withEventStore(stage.store)
            return stage.spawn(cart)
        }
        stage.scheduler.drain()
        var seen = [stage.store.waitingCount]
        while stage.store.waitingCount > 0, seen.count < 20 {
            stage.scheduler.advance(by: .seconds(1))
            seen.append(stage.store.waitingCount)
        }
        #expect(seen.first == 64 && seen.max() == 64 && seen.last == 0, "\(seen)")
        stage.store.slowDown(by: .zero, in: stage.system)
        #expect(try carts.allSatisfy { try stage.items($0) == [] })
    }

    @Test("a limit that lets none recover is refused", arguments: [0, -1])
    func refused(limit: Int) throws {
        let stage = try CartStage()
        let error = #expect(throws: RecoveryLimitError.self) { try stage.system.limitRecoveries(to: limit) }
        #expect(error?.description == "1 or more entities can be recovered at a time, and not \(limit)")
    }
}

/// A store in memory whose heads are read one by one, as a test lets them.
private final class GatedStore: ForwardingStore {
    private struct State {
        var waiting: [CheckedContinuation<Void, Never>] = []
        var opener: CheckedContinuation<CheckedContinuation<Void, Never>, Never>?
        var reading = 0
        var most = 0
    }

    private let base = InMemoryStore()
    private let state = Locked(State())

    func target(isWrite: Bool) -> any EventStore & SnapshotStore { base }

    /// How many heads were asked for at the same time at most.
    var most: Int { state.withLock { $0.most } }

    /// Waits for one that asks, and answers it.
    func letOneThrough() async {
        let reader = await withCheckedContinuation { continuation in
            let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
                if !state.waiting.isEmpty { return state.waiting.removeFirst() }
                state.opener = continuation
                return nil
            }
            if let waiting { continuation.resume(returning: waiting) }
        }
        state.withLock { $0.reading -= 1 }
        reader.resume()
    }

    func head(of id: PersistenceID) async throws -> StreamHead? {
        await withCheckedContinuation { continuation in
            let opener = state.withLock { state in
                state.reading += 1
                state.most = max(state.most, state.reading)
                if state.opener == nil { state.waiting.append(continuation) }
                return state.opener.take()
            }
            opener?.resume(returning: continuation)
        }
        return try await base.head(of: id)
    }
}

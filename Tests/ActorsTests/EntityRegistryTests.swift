import Actors
import TestSupport
import Testing

private enum NoteMessage: Sendable {
    case add(Int)
    case stop
    case fail
    case read(replyTo: ActorRef<[Int]>)
}

/// Keeps the numbers it got in this life, and writes down what happens as `id.life what`.
private func note(_ id: String, _ seen: Recorder<String>) -> Behavior<NoteMessage> {
    .setup { context in
        let life = seen.values.count { $0.hasPrefix(id + ".") && $0.hasSuffix(" starts") } + 1
        seen.add("\(id).\(life) starts")
        @Sendable func keeping(_ numbers: [Int]) -> Behavior<NoteMessage> {
            .receive { _, message in
                switch message {
                case .add(let number):
                    seen.add("\(id).\(life) \(number)")
                    return keeping(numbers + [number])
                case .stop: return .stopped
                case .fail: throw Failure("boom")
                case .read(let replyTo):
                    replyTo.tell(numbers)
                    return .same
                }
            }.onSignal { _, signal in
                guard signal is PostStop else { return .unhandled }
                seen.add("\(id).\(life) ends")
                return .same
            }
        }
        return keeping([])
    }
}

@Suite("entity registry")
struct EntityRegistryTests {
    private let stage = Stage()
    private let seen = Recorder<String>()

    private func notes(
        passivatingAfter idle: Duration? = nil,
        backOff: SupervisionStrategy.BackOff = .init(initial: .seconds(1), maximum: .seconds(8))
    ) -> EntityRegistry<String, NoteMessage> {
        EntityRegistry(in: stage.system, name: "notes", passivatingAfter: idle, backOff: backOff) { [seen] id in
            note(id, seen)
        }
    }

    @Test("an entity is started by its first message, once however many send, and by no other's")
    func start() throws {
        let notes = notes()
        let a = notes.ref(for: "a")
        #expect(notes.ref(for: "a") == a)
        #expect(a.path.description == "/notes/a")
        stage.scheduler.drain()
        #expect(seen.values.isEmpty)
        a.tell(.add(1))
        notes.tell(.add(2), to: "a")
        notes.tell(.add(3), to: "b")
        stage.scheduler.drain()
        #expect(seen.values == ["a.1 starts", "a.1 1", "b.1 starts", "b.1 3", "a.1 2"])
        #expect(notes.activeCount == 2)
        let numbers = try stage.scheduler.run { try await a.ask(timeout: .seconds(1)) { .read(replyTo: $0) } }
        #expect(numbers == [1, 2])
    }

    @Test("an idle entity is passivated, and its next message starts it anew")
    func passivation() {
        let notes = notes(passivatingAfter: .seconds(10))
        notes.tell(.add(1), to: "a")
        stage.scheduler.advance(by: .seconds(6))
        notes.tell(.add(2), to: "a")
        stage.scheduler.advance(by: .seconds(9))
        #expect(notes.activeCount == 1)
        stage.scheduler.advance(by: .seconds(1))
        #expect(notes.activeCount == 0)
        #expect(stage.scheduler.pendingTimers == 0)
        notes.tell(.add(3), to: "a")
        stage.scheduler.drain()
        #expect(seen.values == ["a.1 starts", "a.1 1", "a.1 2", "a.1 ends", "a.2 starts", "a.2 3"])
        #expect(stage.deadLetters.isEmpty)
    }

    @Test("an entity that handles ReceiveTimeout, that has a stash or that took its time-out away is not passivated")
    func refusesPassivation() {
        let registry = EntityRegistry<String, Int>(in: stage.system, name: "odd", passivatingAfter: .seconds(1)) { id in
            .setup { context in
                if id == "untimed" { context.setReceiveTimeout(.seconds(3_600)) }
                return .receive { context, _ in
                    if id == "stashing" { try context.stash() }
                    return .same
                }
            }.onSignal { _, signal in
                signal is ReceiveTimeout && id == "handling" ? .same : .unhandled
            }
        }
        for id in ["untimed", "stashing", "handling", "plain"] { registry.tell(1, to: id) }
        stage.scheduler.advance(by: .seconds(10))
        #expect(registry.activeCount == 3)
    }

    @Test("what waits when an entity stops, and what comes while it stops, goes to its successor in that order")
    func handOver() {
        let later = Recorder<ActorRef<Int>>()
        let registry = EntityRegistry<String, Int>(in: stage.system, name: "entities") { [seen] _ in
            .setup { context in
                seen.add("starts")
                // A child keeps the entity stopping for a step or two.
                context.spawn(
                    Behavior<Int>.receive { _, _ in .same }.onSignal { _, signal in
                        if signal is PostStop { later.values.first?.tell(4) }
                        return .same
                    })
                return .receive { context, number in
                    seen.add("\(number)")
                    if number == 1 { try context.stash() }
                    return number == 2 ? .stopped : .same
                }
            }.onSignal { context, signal in
                if signal is PostStop {
                    seen.add("ends")
                    later.values.first?.tell(5)
                    context.myself.tell(6)
                }
                return .same
            }
        }
        let entity = registry.ref(for: "a")
        later.add(entity)
        for number in 1...3 { entity.tell(number) }
        stage.scheduler.drain()
        #expect(seen.values == ["starts", "1", "2", "ends", "starts", "1", "3", "4", "5", "6"])
        #expect(stage.deadLetters.isEmpty)
    }

    @Test("what comes after an actor's end and before its successor's start goes behind what that actor left")
    func betweenTwoLives() {
        /// Sends its last message when the behavior that holds it is let go, which is after the mailbox was closed.
        final class Farewell: Sendable {
            let entity: ActorRef<Int>
            init(_ entity: ActorRef<Int>) { self.entity = entity }
            deinit { entity.tell(9) }
        }
        let addresses = Recorder<ActorRef<Int>>()
        let registry = EntityRegistry<String, Int>(in: stage.system, name: "entities") { [seen] _ in
            .setup { _ in
                let farewell = seen.values.isEmpty ? addresses.values.first.map(Farewell.init) : nil
                return .receive { _, number in
                    withExtendedLifetime(farewell) { seen.add("\(number)") }
                    return .same
                }
            }
        }
        let entity = registry.ref(for: "a")
        addresses.add(entity)
        entity.tell(1)
        stage.scheduler.drain()
        stage.system.suspend(entity)
        for number in 2...3 { entity.tell(number) }
        registry.passivate("a")
        stage.scheduler.drain()
        #expect(seen.values == ["1", "2", "3", "9"])
    }

    @Test("the address that an entity gave away of itself reaches its successor")
    func ownAddress() {
        let given = Recorder<ActorRef<Int>>()
        let registry = EntityRegistry<String, Int>(in: stage.system, name: "entities") { [seen] _ in
            .receive { context, number in
                given.add(context.myself)
                seen.add("\(number)")
                return .stopped
            }
        }
        registry.tell(1, to: "a")
        stage.scheduler.drain()
        given.values[0].tell(2)
        stage.scheduler.drain()
        #expect(seen.values == ["1", "2"])
    }

    @Test("the successor of an entity that failed waits longer each time, and the messages wait with it in order")
    func backOff() {
        let notes = notes()
        let a = notes.ref(for: "a")
        for message in [NoteMessage.fail, .add(1), .fail, .add(2)] { a.tell(message) }
        stage.scheduler.advance(by: .milliseconds(999))
        a.tell(.add(3))
        #expect(seen.values == ["a.1 starts", "a.1 ends"])
        stage.scheduler.advance(by: .milliseconds(1))
        #expect(seen.values.suffix(3) == ["a.2 starts", "a.2 1", "a.2 ends"])
        stage.scheduler.advance(by: .milliseconds(1_999))
        #expect(seen.values.last == "a.2 ends")
        stage.scheduler.advance(by: .milliseconds(1))
        #expect(seen.values.suffix(3) == ["a.3 starts", "a.3 2", "a.3 3"])
        stage.scheduler.advance(by: .seconds(60))
        a.tell(.fail)
        a.tell(.add(4))
        stage.scheduler.advance(by: .seconds(1))
        #expect(seen.values.suffix(2) == ["a.4 starts", "a.4 4"], "it was well for the quiet period")
    }

    @Test("a back-off is remembered although nobody keeps the entity's address, and forgotten after the quiet period")
    func backOffWithoutAddress() {
        let notes = notes()
        notes.tell(.fail, to: "a")
        stage.scheduler.drain()
        notes.tell(.add(1), to: "a")
        stage.scheduler.advance(by: .milliseconds(999))
        #expect(seen.values.last == "a.1 ends")
        stage.scheduler.advance(by: .milliseconds(1))
        #expect(seen.values.last == "a.2 1")
        notes.tell(.fail, to: "a")
        stage.scheduler.drain()
        stage.scheduler.advance(by: .seconds(63))
        notes.tell(.fail, to: "a")
        stage.scheduler.drain()
        notes.tell(.add(2), to: "a")
        stage.scheduler.advance(by: .seconds(1))
        #expect(seen.values.last == "a.4 2", "the wait is as short as the first one")
    }

    @Test("an entity that can't start rejects what waits with the cause, and the next message tries again")
    func failedStart() {
        let attempts = Recorder<Int>()
        let registry = EntityRegistry<String, ActorRef<Int>>(
            in: stage.system, name: "entities", backOff: .init(initial: .seconds(1), maximum: .seconds(1))
        ) { _ in
            .setup { _ in
                attempts.add(1)
                if attempts.values.count == 1 { throw Failure("the store is away") }
                return .receive { _, replyTo in
                    replyTo.tell(7)
                    return .same
                }
            }
        }
        let entity = registry.ref(for: "a")
        let first = entity.askLater(timeout: .seconds(5)) { $0 }
        stage.scheduler.drain()
        guard case .failure(.rejected(let error as Failure)) = first.result else {
            Issue.record("the ask ended with \(String(describing: first.result))")
            return
        }
        #expect(error == Failure("the store is away"))
        #expect(
            stage.system.deadLetters.recent.map(\.reason)
                == [.recipientFailedToStart("/entities/a could not start: the store is away")])
        let second = entity.askLater(timeout: .seconds(5)) { $0 }
        stage.scheduler.drain()
        #expect(second.result == nil)
        stage.scheduler.advance(by: .seconds(1))
        #expect(second.value == 7)
    }

    @Test("an entity that stops before it handles anything is not started again and again at once")
    func stopsInSetup() {
        let starts = Recorder<Int>()
        let registry = EntityRegistry<String, Int>(
            in: stage.system, name: "entities", backOff: .init(initial: .seconds(1), maximum: .seconds(1))
        ) { _ in
            .setup { _ in
                starts.add(1)
                return .stopped
            }
        }
        registry.tell(1, to: "a")
        stage.scheduler.drain()
        #expect(starts.values.count == 1)
        stage.scheduler.advance(by: .seconds(3))
        #expect(starts.values.count == 4)
    }

    @Test("an entity's failure leaves the others alone, and escalation ends with the registry")
    func failuresStayApart() {
        let registry = EntityRegistry<String, CounterMessage>(in: stage.system, name: "entities") { _ in
            counter().supervised(by: .escalate)
        }
        for id in ["a", "b"] { registry.tell(.increment, to: id) }
        registry.tell(.fail("boom"), to: "a")
        stage.scheduler.drain()
        #expect(registry.activeCount == 1)
        #expect(!registry.parent.isStopped)
    }

    @Test("an entity's mailbox is bounded like any other, also during the wait for a successor")
    func bounded() throws {
        let seen = seen
        let behavior = try note("a", seen).withMailbox(atMost: 2)
        let registry = EntityRegistry<String, NoteMessage>(
            in: stage.system, name: "notes", backOff: .init(initial: .seconds(1), maximum: .seconds(1))
        ) { _ in behavior }
        let a = registry.ref(for: "a")
        for number in 1...3 { a.tell(.add(number)) }
        stage.scheduler.drain()
        #expect(stage.system.deadLetters.recent.map(\.reason) == [.mailboxOverflow(capacity: 2)])
        a.tell(.fail)
        stage.scheduler.drain()
        a.tell(.add(4))
        stage.scheduler.drain()
        for number in 5...6 { a.tell(.add(number)) }
        stage.scheduler.advance(by: .seconds(1))
        #expect(seen.values.suffix(2) == ["a.2 4", "a.2 5"])
        #expect(stage.system.deadLetters.count == 2)
    }

    @Test("a watcher is told when the entity's actor stops, by the address it watched")
    func watch() {
        let notes = notes()
        let a = notes.ref(for: "a")
        a.tell(.add(1))
        stage.scheduler.drain()
        stage.system.spawn(
            Behavior<Int>.setup { context in
                context.watch(a)
                return .receive { _, _ in .same }
            }.onSignal { [seen] _, signal in
                if let signal = signal as? Terminated { seen.add("told: \(signal.actor == a.erased)") }
                return .same
            }, name: "watcher")
        stage.scheduler.drain()
        notes.passivate("a")
        stage.scheduler.drain()
        #expect(seen.values == ["a.1 starts", "a.1 1", "a.1 ends", "told: true"])
    }

    @Test("a shutdown stops the entities, and what is sent then or later is a dead letter")
    func shutdown() throws {
        let notes = notes()
        notes.tell(.add(1), to: "a")
        stage.scheduler.drain()
        for id in ["a", "b"] {
            notes.tell(.fail, to: id)
            notes.tell(.add(2), to: id)
        }
        try stage.scheduler.run { [stage] in await stage.system.shutdown() }
        notes.tell(.add(3), to: "a")
        notes.tell(.add(4), to: "c")
        stage.scheduler.drain()
        #expect(!seen.values.contains { $0.hasSuffix(" 2") || $0.hasSuffix(" 3") })
        #expect(stage.system.deadLetters.count >= 4)
        #expect(stage.scheduler.pendingTimers == 0)
        #expect(stage.system.deadLetters.recent.map(\.reason).allSatisfy { $0 == .recipientStopped })
        #expect(stage.system.deadLetters.recent.map(\.recipient.description).suffix(2) == ["/notes/a", "/notes/c"])
        #expect(notes.ref(for: "a").isStopped)
    }

    @Test("nothing is kept of an entity that does not run and whose address nobody has")
    func forgets() {
        final class Ballast: Sendable {
            let ends: Recorder<String>
            init(_ ends: Recorder<String>) { self.ends = ends }
            deinit { ends.add("gone") }
        }
        let registry = EntityRegistry<Int, Int>(in: stage.system, name: "entities") { [seen] _ in
            let ballast = Ballast(seen)
            return .receive { _, _ in
                withExtendedLifetime(ballast) { .stopped }
            }
        }
        func use() {
            let entity = registry.ref(for: 1)
            entity.tell(1)
            stage.scheduler.drain()
            #expect(seen.values.isEmpty)
        }
        use()
        #expect(seen.values == ["gone"])
        #expect(registry.activeCount == 0)
    }

    @Test("seeded interleavings of sends, stops, failures and time: all is handled once, in order, by one at a time")
    func interleavings() {
        for seed: UInt64 in 1...200 {
            var random = SeededRandom(seed: seed)
            let stage = Stage()
            let seen = Recorder<String>()
            let registry = EntityRegistry<String, NoteMessage>(
                in: stage.system, name: "notes", passivatingAfter: .milliseconds(50),
                backOff: .init(initial: .milliseconds(10), maximum: .milliseconds(40))
            ) { note($0, seen) }
            var sent = 0
            for _ in 0..<100 {
                switch random.next() % 8 {
                case 0: registry.tell(.stop, to: "a")
                case 1: registry.tell(.fail, to: "a")
                case 2: registry.passivate("a")
                case 3: stage.scheduler.advance(by: .milliseconds(random.next() % 60))
                case 4: stage.scheduler.step()
                default:
                    sent += 1
                    registry.tell(.add(sent), to: "a")
                }
            }
            stage.scheduler.advance(by: .seconds(60))
            let numbers = seen.values.compactMap { Int($0.split(separator: " ")[1]) }
            #expect(numbers == Array(1...max(1, sent)), "seed \(seed)")
            var running = false
            for line in seen.values where line.hasSuffix("starts") || line.hasSuffix("ends") {
                #expect(running == line.hasSuffix("ends"), "seed \(seed): \(line)")
                running.toggle()
            }
            #expect(stage.deadLetters.isEmpty, "seed \(seed)")
        }
    }

    @Test("live: many send while the entities stop all the time, and all is handled once, in each sender's order")
    func live() async throws {
        struct Numbered: Sendable {
            let sender: Int
            let number: Int
        }
        let system = ActorSystem(name: "live")
        let each = 1_000
        let handled = (0..<3).map { _ in Recorder<Numbered>() }
        let left = Counter(3 * 4 * each)
        let living = (0..<3).map { _ in Counter(0) }
        let overlaps = Recorder<Int>()
        let done = AsyncStream<Void>.makeStream()
        let registry = EntityRegistry<Int, Numbered>(in: system, name: "entities") { id in
            .setup { _ in
                if living[id].add(1) != 1 { overlaps.add(id) }
                return .receive { _, message in
                    handled[id].add(message)
                    if left.add(-1) == 0 { done.continuation.finish() }
                    return message.number % 97 == 0 ? .stopped : .same
                }
            }.onSignal { _, signal in
                if signal is PostStop { living[id].add(-1) }
                return .same
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for sender in 0..<4 {
                group.addTask {
                    for number in 1...each {
                        for id in 0..<3 { registry.tell(Numbered(sender: sender, number: number), to: id) }
                        if number % 50 == 0 { system.stop(registry.ref(for: number % 3)) }
                    }
                }
            }
        }
        for await _ in done.stream {}
        for recorder in handled {
            for sender in 0..<4 {
                #expect(recorder.values.filter { $0.sender == sender }.map(\.number) == Array(1...each))
            }
        }
        #expect(overlaps.values.isEmpty)
        #expect(system.deadLetters.count == 0)
        await system.shutdown()
    }
}

/// A number that many change.
private final class Counter: Sendable {
    private let value: Locked<Int>

    init(_ value: Int) { self.value = Locked(value) }

    @discardableResult
    func add(_ change: Int) -> Int {
        value.withLock { value in
            value += change
            return value
        }
    }
}

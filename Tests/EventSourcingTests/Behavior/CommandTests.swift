import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("Commands of an event-sourced entity")
struct CommandTests {
    @Test("engine 86, 110: a command persists its event, and the next one sees it")
    func persist() throws {
        let stage = try CartStage()
        let cart = try stage.spawn()
        let seen = Recorder<String>()
        stage.tell(
            cart, .add("apple"),
            CartCommand("look") { context, cart in
                seen.add("\(context.persistenceID) \(context.sequenceNumber) \(cart.items)")
                return .none
            })
        #expect(try stage.stored() == [#"1 ItemAdded {"item":"apple"}"#])
        #expect(seen.values == ["Cart|cart-1 1 [\"apple\"]"])
    }

    @Test("engine 87: one command persists two events in one batch")
    func batch() throws {
        let stage = try CartStage()
        stage.tell(try stage.spawn(), .add("apple", "apple-bonus"))
        #expect(
            try stage.stored() == [#"1 ItemAdded {"item":"apple"}"#, #"2 ItemAdded {"item":"apple-bonus"}"#])
        #expect(stage.store.appendCount == 1)
    }

    @Test("engine 88: three commands get the numbers 1, 2 and 3")
    func numbers() throws {
        let stage = try CartStage()
        stage.tell(try stage.spawn(), .add("a"), .add("b"), .add("c"))
        #expect(try stage.stored().map { $0.prefix(1) } == ["1", "2", "3"])
    }

    @Test("events carry the system's writer, its time, and one correlation and causation for the command")
    func envelope() throws {
        let stage = try CartStage()
        let cart = try stage.spawn()
        stage.scheduler.advance(by: .seconds(7))
        stage.tell(cart, .add("a", "b"), .add("c"))
        let (store, id) = (stage.store, stage.id)
        let rows = try stage.scheduler.run {
            try await store.load(id, from: 1, through: .max, fields: .all, into: [Row]()) { rows, event in
                rows.append(
                    Row(
                        writer: event.writer, epoch: event.epoch, time: event.timestamp,
                        correlation: event.correlationID, causation: event.causationID))
                return .next
            }
        }
        #expect(rows.allSatisfy { $0.writer == stage.system.writerID && $0.epoch == 1 })
        #expect(rows.allSatisfy { $0.time == Timestamp(microseconds: 8_000_000) })
        #expect(rows.allSatisfy { $0.correlation != nil && $0.correlation == $0.causation })
        #expect(rows[0].correlation == rows[1].correlation && rows[1].correlation != rows[2].correlation)
    }

    private struct Row: Sendable {
        var writer: WriterID
        var epoch: Int64
        var time: Timestamp
        var correlation: ULID?
        var causation: ULID?
    }

    @Test("engine 94: an effect of none writes nothing and leaves the state")
    func none() throws {
        let stage = try CartStage()
        let cart = try stage.spawn()
        let seen = Recorder<[String]>()
        let look = { @Sendable (effect: CartEffect) in
            CartCommand("look") { _, cart in
                seen.add(cart.items)
                return effect
            }
        }
        stage.tell(cart, look(.persist(.added("apple"))), look(.none), look(.none))
        #expect(seen.values == [[], ["apple"], ["apple"]])
        #expect(try stage.stored().count == 1)
    }

    @Test("persisting nothing writes nothing and runs its hooks")
    func persistNothing() throws {
        let stage = try CartStage()
        #expect(try stage.add(stage.spawn())?.get() == [])
        #expect(stage.store.appendCount == 0)
    }

    @Test("engine 95: a reply persists nothing")
    func reply() throws {
        let stage = try CartStage()
        let cart = try stage.spawn()
        stage.tell(cart, .add("apple"), .add("banana"))
        #expect(try stage.items(cart) == ["apple", "banana"])
        #expect(try stage.stored().count == 2)
    }

    @Test("engine 96: stop stops the entity, and what comes later is a dead letter")
    func stop() throws {
        let stage = try CartStage()
        let cart = try stage.spawn()
        stage.tell(cart, .add("apple"), .doing(.stop))
        #expect(cart.isStopped)
        stage.tell(cart, .add("late"))
        #expect(stage.deadLetters == ["add late: the recipient has stopped"])
        #expect(try stage.stored().count == 1)
    }

    @Test(
        "engine 101: stash puts the command aside with its ask, runs its hooks, and unstashing brings it back in front")
    func stash() throws {
        let stage = try CartStage()
        let cart = try stage.spawn()
        let hooks = Recorder<String>()
        let whenOpen = { @Sendable (replyTo: ActorRef<[String]>) in
            CartCommand("when open") { _, cart in
                if cart.items.isEmpty { return .stash.thenRun { _ in hooks.add("on-stash") } }
                return .persist(.added("second")).thenReply(to: replyTo) { $0.items }
            }
        }
        let reply = cart.askLater(timeout: .seconds(5), whenOpen)
        stage.scheduler.drain()
        #expect(hooks.values == ["on-stash"])
        #expect(reply.result == nil)
        stage.tell(
            cart, CartCommand("open") { _, _ in .persist(.added("first")).thenUnstashAll() }, .add("third"))
        #expect(try reply.result?.get() == ["first", "second"])
        #expect(try stage.items(cart) == ["first", "second", "third"])
    }

    @Test("engine 101: a full stash makes the command a dead letter and tells its asker, and those in it stay")
    func stashOverflow() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.cart().withStashCapacity(1))
        let waiting = CartCommand("waiting") { _, cart in
            cart.items.isEmpty ? .stash.thenRun { _ in } : .persist(.added("waited"))
        }
        let hooks = Recorder<String>()
        stage.tell(cart, waiting)
        let overflow: Result<Int, AskError>? = stage.ask(cart) { _ in
            CartCommand("too many") { _, _ in .stash.thenRun { _ in hooks.add("not stashed") } }
        }
        #expect((rejection(overflow) as? StashOverflowError)?.capacity == 1)
        #expect(stage.deadLetters == ["too many: the recipient's stash is full (1 messages)"])
        #expect(hooks.values.isEmpty)
        stage.tell(cart, CartCommand("open") { _, _ in .persist(.added("open")).thenUnstashAll() })
        #expect(try stage.items(cart) == ["open", "waited"])
    }

    @Test("what empties a stash empties it also where its own command found it full")
    func unstashAtOverflow() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.cart().withStashCapacity(1))
        let isOpen = Recorder<Bool>()
        stage.tell(
            cart,
            CartCommand("waiting") { _, _ in isOpen.values.isEmpty ? .stash : .persist(.added("waited")) },
            CartCommand("too many") { _, _ in
                isOpen.add(true)
                return .stash.thenUnstashAll()
            })
        #expect(try stage.items(cart) == ["waited"])
    }

    @Test("engine 102: an unhandled command is a dead letter, its asker is told, and the state stays")
    func unhandled() throws {
        let stage = try CartStage()
        let cart = try stage.spawn()
        let hooks = Recorder<String>()
        stage.tell(cart, .add("apple"))
        let reply: Result<Int, AskError>? = stage.ask(cart) { _ in
            CartCommand("strange") { _, _ in .unhandled.thenRun { hooks.add("on-unhandled \($0.items)") } }
        }
        #expect(rejection(reply) is UnhandledMessageError)
        #expect(stage.deadLetters == ["strange: the recipient does not handle it"])
        #expect(hooks.values == ["on-unhandled [\"apple\"]"])
        #expect(try stage.items(cart) == ["apple"])
    }

    @Test("engine 112: without an event store the asker is told which modifier to call")
    func missingStore() throws {
        let stage = try CartStage()
        let cart = stage.spawn(try stage.bareCart())
        let error = try #require(rejection(stage.add(cart, "apple")))
        #expect("\(error)" == "Cart|cart-1 has no event store; give it one with withEventStore(_:)")
    }

    @Test("engine 112: every modifier leaves the original as it was")
    func modifiers() throws {
        let stage = try CartStage()
        let original = try stage.bareCart()
        _ = try original.withEventStore(stage.store).withSnapshotStore(stage.store).withWriter(.named("A"))
            .withSnapshots(.every(1)).withReplayFilter(ReplayFilter(mode: .off)).withRetries(3)
            .withStashCapacity(1).supervised(by: .resume).withRetention(.snapshots(keep: 1))
            .withRecovery(.strict.skipping(.gap)).withRecoveryObserver { _ in .next }
        #expect(original.events == nil && original.snapshots == nil && original.writer == nil)
        #expect(original.definition.snapshotCodec == nil && original.definition.replayFilter == .standard)
        #expect(original.retries == 0 && original.stashCapacity == nil && original.supervision == nil)
        #expect(original.definition.retentionPolicy == .keepAll && original.definition.recoveryPolicy == .strict)
        #expect(original.recoveryObserver == nil)
    }
}

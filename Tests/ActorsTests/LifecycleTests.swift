import Actors
import Testing

/// Spawns a chain of children below it and records when each one stops.
private func node(depth: Int, _ seen: Recorder<String>) -> Behavior<Int> {
    .setup { context in
        if depth > 0 {
            context.spawn(node(depth: depth - 1, seen), name: "a")
            context.spawn(node(depth: depth - 1, seen), name: "b")
        }
        return .receive { _, _ in .same }
    }.onSignal { context, signal in
        if signal is PostStop { seen.add(context.path.description) }
        return .same
    }
}

@Suite("life of an actor")
struct LifecycleTests {
    private let stage = Stage()
    private let seen = Recorder<String>()

    @Test("stopping is leaf first: no actor stops before its children have")
    func leafFirst() {
        let top = stage.system.spawn(node(depth: 2, seen), name: "top")
        stage.scheduler.drain()
        stage.system.stop(top)
        stage.scheduler.drain()
        let order = seen.values
        #expect(order.count == 7)
        #expect(order.last == "/top")
        for (index, path) in order.enumerated() {
            #expect(!order[index...].dropFirst().contains { $0.hasPrefix(path + "/") }, "\(path) stopped too early")
        }
    }

    @Test("a shutdown stops all, and what is left in mailboxes is a dead letter with the reason")
    func shutdown() throws {
        let top = stage.system.spawn(node(depth: 1, seen), name: "top")
        stage.scheduler.drain()
        stage.system.suspend(top)
        top.tell(1)
        try stage.scheduler.run { [stage] in await stage.system.shutdown() }
        #expect(seen.values.last == "/top")
        #expect(stage.system.children.isEmpty)
        top.tell(2)
        stage.system.spawn(node(depth: 0, seen), name: "late").tell(3)
        #expect(stage.deadLetters == (1...3).map { "\($0): the recipient has stopped" })
        #expect(stage.system.deadLetters.recent.map(\.recipient.description) == ["/top", "/top", "/late"])
    }

    @Test("a shutdown of a system without actors ends, as does a second one")
    func emptyShutdown() throws {
        try stage.scheduler.run { [stage] in
            await stage.system.shutdown()
            await stage.system.shutdown()
        }
    }

    @Test("an actor that returns .stopped handles nothing more")
    func stopsItself() {
        let handled = Recorder<Int>()
        let actor = stage.system.spawn(
            Behavior<Int>.receive { _, number in
                handled.add(number)
                return number == 2 ? .stopped : .same
            }, name: "actor")
        for number in 1...4 { actor.tell(number) }
        stage.scheduler.drain()
        #expect(handled.values == [1, 2])
        #expect(stage.deadLetters == ["3: the recipient has stopped", "4: the recipient has stopped"])
    }

    @Test("engine 144: a suspended actor that gets a, b, c handles a, b, c once it is resumed")
    func suspend() {
        let actor = stage.system.spawn(recording(into: seen), name: "actor")
        stage.scheduler.drain()
        stage.system.suspend(actor)
        for message in ["a", "b", "c"] { actor.tell(message) }
        stage.scheduler.drain()
        #expect(seen.values.isEmpty)
        #expect(stage.scheduler.pendingMessages == 3)
        stage.system.resume(actor)
        stage.scheduler.drain()
        #expect(seen.values == ["a", "b", "c"])
    }

    @Test("messages wait in order while a setup is suspended for long")
    func slowSetup() {
        let handled = Recorder<Int>()
        let store = stage.system.spawn(
            Behavior<ActorRef<Int>>.receive { context, replyTo in
                context.startTimer("answer", after: .seconds(1), sending: replyTo)
                return .receive { _, replyTo in
                    replyTo.tell(100)
                    return .same
                }
            }, name: "store")
        let actor = stage.system.spawn(
            Behavior<Int>.setup { context in
                handled.add(try await store.ask(timeout: .seconds(5)) { $0 })
                return recording(into: handled)
            }, name: "actor")
        for number in 1...3 { actor.tell(number) }
        stage.scheduler.drain()
        #expect(handled.values.isEmpty)
        stage.scheduler.advance(by: .seconds(1))
        #expect(handled.values == [100, 1, 2, 3])
    }

    @Test("the signals of a life come in order, and raised ones go before waiting messages")
    func signals() {
        struct Recovered: Signal {}
        let actor = stage.system.spawn(
            Behavior<Int>.setup { [seen] context in
                seen.add("setup")
                context.raise(Recovered())
                return .receive { _, number in
                    seen.add("message \(number)")
                    return .same
                }
            }.onSignal { [seen] _, signal in
                seen.add("\(type(of: signal))")
                return .same
            }, name: "actor")
        actor.tell(1)
        stage.scheduler.drain()
        stage.system.stop(actor)
        stage.scheduler.drain()
        #expect(seen.values == ["setup", "PreStart", "Recovered", "message 1", "PostStop"])
    }

    @Test("a watcher is told once, also when the other has stopped before")
    func watch() {
        let other = stage.system.spawn(Behavior<Int>.receive { _, _ in .stopped }, name: "other")
        let watching = Behavior<Int>.setup { context in
            context.watch(other)
            context.watch(other)
            return .receive { _, _ in .same }
        }.onSignal { [seen] context, signal in
            if let signal = signal as? Terminated { seen.add("\(context.path): \(signal.actor)") }
            return .same
        }
        stage.system.spawn(watching, name: "early")
        stage.scheduler.drain()
        other.tell(1)
        stage.scheduler.drain()
        stage.system.spawn(watching, name: "late")
        stage.scheduler.drain()
        #expect(seen.values.prefix(1) == ["/early: /other"])
        #expect(Set(seen.values) == ["/early: /other", "/late: /other"])
    }

    @Test("after unwatch nothing is told, also when the other has stopped already and the news is on its way")
    func unwatch() {
        let others = ["a", "b"].map { stage.system.spawn(Behavior<Int>.receive { _, _ in .stopped }, name: $0) }
        let watcher = stage.system.spawn(
            Behavior<Int>.setup { context in
                for other in others { context.watch(other) }
                return .receive { context, _ in
                    // The other stops while this message is handled, so its end is told after it.
                    context.watch(others[0])
                    context.unwatch(others[0])
                    return .same
                }
            }.onSignal { [seen] _, signal in
                if let signal = signal as? Terminated { seen.add("\(signal.actor)") }
                return .same
            }, name: "watcher")
        stage.scheduler.drain()
        watcher.tell(1)
        stage.scheduler.drain()
        for other in others { other.tell(1) }
        stage.scheduler.drain()
        #expect(seen.values == ["/b"])
        let late = stage.system.spawn(
            Behavior<Int>.setup { context in
                context.watch(others[0])
                context.unwatch(others[0])
                return .receive { _, _ in .same }
            }.onSignal { [seen] _, signal in
                if signal is Terminated { seen.add("late") }
                return .same
            }, name: "late")
        stage.scheduler.drain()
        #expect(!late.isStopped)
        #expect(seen.values == ["/b"])
    }

    @Test("an actor can be watched again after its end was told, and is told again")
    func watchAgain() {
        let other = stage.system.spawn(Behavior<Int>.receive { _, _ in .stopped }, name: "other")
        stage.system.stop(other)
        stage.scheduler.drain()
        let watcher = stage.system.spawn(
            Behavior<Int>.receive { context, _ in
                context.watch(other)
                return .same
            }.onSignal { [seen] _, signal in
                if signal is Terminated { seen.add("told") }
                return .same
            }, name: "watcher")
        for number in 1...2 {
            watcher.tell(number)
            stage.scheduler.drain()
        }
        #expect(seen.values == ["told", "told"])
    }

    @Test("timers and the receive time-out end with a restart, and a timer's message that waits is not handled")
    func timersEndWithRestart() {
        let actor = stage.system.spawn(
            Behavior<Int>.receive { [seen] context, number in
                seen.add("\(number)")
                switch number {
                case 1:
                    context.startTimer("tick", after: .seconds(1), repeating: true, sending: 9)
                    context.setReceiveTimeout(.seconds(5))
                case 2: throw Failure("boom")
                default: break
                }
                return .same
            }.onSignal { [seen] _, signal in
                if signal is ReceiveTimeout { seen.add("idle") }
                return .same
            }.supervised(by: .restart), name: "actor")
        actor.tell(1)
        stage.scheduler.drain()
        stage.system.suspend(actor)
        actor.tell(2)
        stage.scheduler.advance(by: .seconds(1))
        actor.tell(3)
        stage.system.resume(actor)
        stage.scheduler.advance(by: .seconds(20))
        #expect(seen.values == ["1", "2", "3"])
        #expect(stage.scheduler.pendingTimers == 0)
        #expect(stage.deadLetters.isEmpty)
    }

    @Test("a name that a living sibling has gets a number, and is free again when that one has stopped")
    func names() {
        let first = stage.system.spawn(recording(into: seen), name: "actor")
        let second = stage.system.spawn(recording(into: seen), name: "actor")
        #expect(first.path.description == "/actor")
        #expect(second.path.description == "/actor#2")
        #expect(first != second)
        stage.scheduler.drain()
        stage.system.stop(first)
        stage.scheduler.drain()
        #expect(stage.system.spawn(recording(into: seen), name: "actor").path.description == "/actor")
    }

    @Test("a parent can stop its child, and children come in the order they were spawned in")
    func children() {
        let actor = stage.system.spawn(
            Behavior<String>.receive { [seen] context, message in
                if message == "stop", let first = context.children.first {
                    context.stop(first)
                } else if message != "list" {
                    context.spawn(node(depth: 0, seen), name: message)
                } else {
                    seen.add(context.children.map(\.path.name).joined(separator: " "))
                }
                return .same
            }, name: "parent")
        for message in ["c", "a", "b", "list", "stop"] { actor.tell(message) }
        stage.scheduler.drain()
        actor.tell("list")
        stage.scheduler.drain()
        #expect(seen.values == ["c a b", "/parent/c", "a b"])
    }

    @Test("a dead letter names recipient, sender, reason and type, and reaches its subscribers until they cancel")
    func deadLetters() {
        let letters = Recorder<String>()
        let subscription = stage.system.deadLetters.subscribe { letters.add($0.description) }
        let sender = stage.system.spawn(recording(into: seen), name: "sender")
        let actor = stage.system.spawn(
            Behavior<Int>.receive { context, number in
                guard number > 1 else { return .unhandled }
                context.deadLetter(number, .other("it is too large"))
                return .same
            }, name: "actor")
        actor.tell(1, from: sender)
        actor.tell(2)
        stage.scheduler.drain()
        subscription.cancel()
        actor.tell(3)
        stage.scheduler.drain()
        #expect(
            letters.values == [
                "A message of type Int for /actor from /sender was not handled: the recipient does not handle it.",
                "A message of type Int for /actor was not handled: it is too large.",
            ])
        #expect(stage.system.deadLetters.count == 3)
    }

    @Test("only the last dead letters are kept, oldest first")
    func deadLetterCapacity() {
        let scheduler = StepScheduler()
        let system = ActorSystem(name: "small", scheduler: scheduler, deadLetterCapacity: 3)
        let actor = system.spawn(Behavior<Int>.receive { _, _ in .unhandled }, name: "actor")
        for number in 1...5 { actor.tell(number) }
        scheduler.drain()
        #expect(system.deadLetters.recent.map { $0.message as? Int } == [3, 4, 5])
        #expect(system.deadLetters.count == 5)
    }
}

import Actors
import Testing

private enum TallyMessage: Sendable {
    case add(sender: Int, number: Int)
    case fail
    case total(replyTo: ActorRef<Int>)
}

/// Counts what it gets, and sees to it that each sender's numbers come in order.
private func tally(_ last: [Int: Int] = [:], count: Int = 0, disorder: Recorder<String>) -> Behavior<TallyMessage> {
    .receive { _, message in
        switch message {
        case .add(let sender, let number):
            if last[sender, default: 0] + 1 != number {
                disorder.add("\(sender): \(number) after \(last[sender, default: 0])")
            }
            var last = last
            last[sender] = number
            return tally(last, count: count + 1, disorder: disorder)
        case .fail:
            throw Failure("boom")
        case .total(let replyTo):
            replyTo.tell(count)
            return .same
        }
    }
}

@Suite("live system")
struct LiveSystemTests {
    @Test("many senders at once: nothing is lost, and each sender's messages come in order")
    func stress() async throws {
        let system = ActorSystem(name: "live")
        let disorder = Recorder<String>()
        let actor = system.spawn(tally(disorder: disorder).supervised(by: .resume), name: "tally")
        let senders = 8
        let each = 2_000
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 1...senders {
                group.addTask {
                    for number in 1...each {
                        actor.tell(.add(sender: sender, number: number))
                        if number % 500 == 0 { actor.tell(.fail) }
                        if number % 100 == 0 {
                            let total = try await actor.ask(timeout: .seconds(600)) { .total(replyTo: $0) }
                            #expect(total >= number)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let total = try await actor.ask(timeout: .seconds(600)) { .total(replyTo: $0) }
        #expect(total == senders * each)
        #expect(disorder.values.isEmpty)
        await system.shutdown()
        #expect(actor.isStopped)
    }

    @Test("actors that start, fail, restart and stop while others send: every message is handled or a dead letter")
    func churn() async throws {
        let system = ActorSystem(name: "live", deadLetterCapacity: 1)
        let handled = Recorder<Int>()
        let worker = Behavior<Int>.receive { _, number in
            handled.add(number)
            if number % 50 == 0 { throw Failure("boom") }
            return number % 333 == 0 ? .stopped : .same
        }.supervised(by: .restart(atMost: 1_000, within: .seconds(1)))
        let rounds = 20
        await withTaskGroup(of: Void.self) { group in
            for round in 0..<rounds {
                let actor = system.spawn(worker, name: "worker")
                for sender in 0..<3 {
                    group.addTask {
                        for number in 1...200 { actor.tell(round * 1_000 + sender * 200 + number) }
                    }
                }
                if round % 3 == 0 { group.addTask { system.stop(actor) } }
            }
        }
        await system.shutdown()
        #expect(handled.values.count + system.deadLetters.count == rounds * 600)
        #expect(system.children.isEmpty)
    }

    @Test("timers, receive time-outs and asks' deadlines fire in real time")
    func realTime() async throws {
        let system = ActorSystem(name: "live")
        let ticks = AsyncStream<String>.makeStream()
        system.spawn(
            Behavior<Int>.setup { context in
                context.startTimer("tick", after: .milliseconds(2), repeating: true, sending: 1)
                return .receive { context, _ in
                    ticks.continuation.yield("tick")
                    return .same
                }
            }, name: "ticking")
        system.spawn(
            Behavior<Int>.setup { context in
                context.setReceiveTimeout(.milliseconds(1))
                return .receive { _, _ in .same }
            }.onSignal { _, signal in
                guard signal is ReceiveTimeout else { return .same }
                ticks.continuation.yield("idle")
                return .stopped
            }, name: "idle")
        let silent = system.spawn(Behavior<ActorRef<Int>>.receive { _, _ in .same }, name: "silent")
        await #expect(throws: AskError.self) {
            try await silent.ask(timeout: .milliseconds(1)) { $0 }
        }
        var seen: [String] = []
        for await tick in ticks.stream {
            seen.append(tick)
            if seen.contains("idle"), seen.count(where: { $0 == "tick" }) >= 3 { break }
        }
        await system.shutdown()
    }

    @Test("an ask from a main-actor task is answered")
    @MainActor
    func mainActor() async throws {
        let system = ActorSystem(name: "live")
        let actor = system.spawn(counter(41), name: "counter")
        actor.tell(.increment)
        #expect(try await actor.ask(timeout: .seconds(600)) { .read(replyTo: $0) } == 42)
        await system.shutdown()
    }
}

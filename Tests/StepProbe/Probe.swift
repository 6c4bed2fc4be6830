internal import Actors
internal import EventSourcing
internal import TestSupport

/// A small program that runs two stepped systems on one store and prints all that happened.
///
/// `step-probe SEED`: two processes with the same seed must print the same bytes.
@main
struct Probe {
    static func main() throws {
        let seed = CommandLine.arguments.dropFirst().first.flatMap { UInt64($0) } ?? 0
        for line in try Scenario(seed: seed).run() { print(line) }
    }
}

/// Entities, timers, failures and restarts in an order that a seed decides.
struct Scenario {
    private let seed: UInt64
    private let scheduler: StepScheduler
    private let systems: [ActorSystem]
    private let store = InMemoryStore()
    private let trace = Trace()

    init(seed: UInt64) {
        self.seed = seed
        scheduler = StepScheduler(startingAt: Timestamp(microseconds: 1_000_000), seed: seed)
        systems = ["left", "right"].map { [scheduler] in ActorSystem(name: $0, scheduler: scheduler) }
    }

    func run() throws -> [String] {
        var random = SeededRandom(seed: seed)
        for system in systems {
            system.deadLetters.subscribe { [trace] letter in trace.add("\(system.name): \(letter)") }
        }
        let registries = try systems.map(registry)
        let tickers = systems.flatMap(tickers)
        for round in 1...60 {
            let side = Int(random.next() % 2)
            switch random.next() % 6 {
            case 0: scheduler.advance(by: .milliseconds(random.next() % 700))
            case 1: registries[side].passivate("account-\(random.next() % 5)")
            case 2: tickers[Int(random.next() % UInt64(tickers.count))].tell(Int(random.next() % 10))
            case 3: scheduler.step()
            default: registries[side].tell(Deposit(amount: round), to: "account-\(random.next() % 5)")
            }
        }
        scheduler.advance(by: .seconds(10))
        try scheduler.run(advancingAtMost: .seconds(60)) { [systems] in
            for system in systems { await system.shutdown() }
        }
        return trace.lines + (try storedLines())
    }

    /// What is in the store, with identifiers, times and payload.
    private func storedLines() throws -> [String] {
        try scheduler.run { [store] in
            try await store.readAll(after: 0, limit: .max, fields: .all, into: [String]()) { lines, event in
                let payload = event.withPayload { String(decoding: $0, as: UTF8.self) }
                lines.append(
                    "\(event.persistenceID) \(event.sequenceNumber) \(event.type) \(payload) \(event.writer) "
                        + "\(event.epoch) \(event.timestamp) \(String(describing: event.correlationID))")
                return .next
            }
        }
    }

    // MARK: - Actors

    private func registry(_ system: ActorSystem) throws -> EntityRegistry<String, Deposit> {
        let events = try EventRegistry(EventType("Deposited", of: Deposited.self))
        return EntityRegistry(in: system, name: "accounts", passivatingAfter: .milliseconds(400)) {
            [store, trace] name in
            do {
                return account(try PersistenceID("Account", name), events, store, trace)
            } catch {
                return .setup { _ in throw error }
            }
        }
    }

    private func account(
        _ id: PersistenceID, _ events: EventRegistry<Deposited>, _ store: InMemoryStore, _ trace: Trace
    ) -> Behavior<Deposit> {
        EventSourcedBehavior<Deposit, Deposited, Int>(
            id: id, emptyState: 0, events: events,
            commandHandler: { context, deposit, _ in
                .persist([Deposited(amount: deposit.amount)]).thenRun { balance in
                    trace.add("\(context.persistenceID) has \(balance)")
                }
            },
            eventHandler: { balance, event in
                balance += event.amount
            }
        ).withEventStore(store).behavior
    }

    /// Three siblings that tick, hand work to each other, and are restarted together.
    private func tickers(_ system: ActorSystem) -> [ActorRef<Int>] {
        (0..<3).map { index in
            let actor = Behavior<Int>.setup { [trace] context in
                trace.add("\(system.name) \(context.path) starts at \(context.now)")
                context.startTimer("tick", after: .milliseconds(90 + index * 7), repeating: true, sending: 100)
                return .receive { context, number in
                    trace.add("\(system.name) \(context.path) \(number) at \(context.now)")
                    await withTaskGroup(of: Int.self) { group in
                        for child in 0..<3 {
                            group.addTask {
                                await Task.yield()
                                return child
                            }
                        }
                        for await child in group { trace.add("task \(child)") }
                    }
                    if number == 7 { throw TickerFailure() }
                    if number < 100, number > 0 {
                        for key in ["a", "b", "c"] {
                            context.startTimer(key, after: .milliseconds(number * 30), sending: number - 1)
                        }
                    }
                    return .same
                }
            }
            let strategy = SupervisionStrategy.restart(
                atMost: 5, within: .seconds(5),
                backOff: .init(initial: .milliseconds(50), maximum: .milliseconds(400)))
            return system.spawn(actor.supervised(by: index == 0 ? strategy.allForOne() : strategy), name: "ticker")
        }
    }
}

private struct TickerFailure: Error {}

struct Deposit: Sendable {
    let amount: Int
}

struct Deposited: Codable, Sendable {
    let amount: Int
}

/// Lines in the order they were added in.
final class Trace: Sendable {
    private let stored = Locked<[String]>([])

    var lines: [String] { stored.withLock { $0 } }

    func add(_ line: String) { stored.withLock { $0.append(line) } }
}

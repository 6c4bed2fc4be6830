import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("A courier")
struct CourierTests {
    @Test(
        "machines 41: what an instance produces it gets itself, after the sender has its answer",
        arguments: StoreKind.allCases)
    func produced(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) { On(.e1).goto(.b).producing(.e2) }
            From(.b) { On(.e2).goto(.c) }
        }
        let instances = stage.registry(machine)
        let transition = try stage.send(.e1, in: instances)
        #expect(transition.outcome == .moved(from: .a, to: .b))
        #expect(try stage.stored("Letters") == ["E1"])
        let courier = try stage.courier(OutboxDestination(machine, in: instances))
        stage.scheduler.drain()
        #expect(try stage.state(in: instances) == .c)
        #expect(try stage.stored("Letters") == ["E1", "E2"])
        #expect(courier.metrics.delivered == 1 && courier.metrics.processed == 1)
        #expect(try await stage.rows().map(\.completed) == [.second(0)])
        #expect(stage.log.warnings.isEmpty)
    }

    @Test("machines 41: it is woken by what is written, and each event follows at once", arguments: StoreKind.allCases)
    func woken(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try dominoes()
        let instances = stage.registry(machine)
        let courier = try stage.courier(OutboxDestination(machine) { instances.ref(for: $0) })
        stage.advance(.seconds(5))
        try stage.send(.e1, in: instances)
        stage.scheduler.drain()
        #expect(try stage.stored("Letters") == ["E1", "E2", "E3"] && stage.state(in: instances) == .d)
        #expect(courier.metrics.delivered == 2 && courier.metrics.lateness == .zero)
    }

    @Test(
        "machines 42: an event that can't be produced leaves the transition, and the courier nothing to do",
        arguments: StoreKind.allCases)
    func notProduced(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) {
                On(.e1).goto(.b).producing(.e2) { _, _ in throw Broken() }.posting { _, _ in throw Broken() }
            }
            From(.b) { On(.e2).goto(.c) }
        }
        let instances = stage.registry(machine)
        let courier = try stage.courier(OutboxDestination(machine, in: instances))
        #expect(try stage.send(.e1, in: instances).effectsFailed.count == 2)
        stage.advance(.seconds(60))
        #expect(try stage.stored("Letters") == ["E1"])
        #expect(try await stage.rows().isEmpty)
        #expect(courier.metrics == OutboxCourierMetrics())
    }

    @Test("machines 43: a row that stays produces in the state it stays in", arguments: StoreKind.allCases)
    func stays(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let notes = Notes()
        let machine = try letters {
            From(.a) {
                On(.e1).stay().producing(.e2) { state, event in
                    notes.add("\(event.rawValue) in \(state.rawValue)")
                    return [.e2]
                }
                On(.e2).goto(.b)
            }
        }
        let instances = stage.registry(machine)
        let courier = try stage.courier(OutboxDestination(machine, in: instances))
        try stage.send(.e1, in: instances)
        stage.scheduler.drain()
        #expect(notes.words == ["E1 in A"])
        #expect(try stage.stored("Letters") == ["E1", "E2"] && stage.state(in: instances) == .b)
        #expect(courier.metrics.delivered == 1)
    }

    @Test(
        "a transition posts to another machine's instance and to a handler, in the order of its rows",
        arguments: StoreKind.allCases)
    func others(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let chore = try chores()
        let machine = try letters {
            From(.a) {
                On(.e1).goto(.b).posting { _, _ in
                    [try chore.message(.start, to: "7"), NewOutboxEntry(to: "mail", payload: Array("hello".utf8))]
                }
            }
        }
        let (these, those) = (stage.registry(machine), stage.registry(chore))
        let handler = NotingHandler()
        let courier = try stage.courier(
            OutboxDestination(machine, in: these), OutboxDestination(chore, in: those),
            OutboxDestination("mail", handler: handler))
        try stage.send(.e1, in: these)
        stage.scheduler.drain()
        #expect(try stage.stored("Chore", "7") == ["Start"] && stage.state(of: "7", in: those) == .waiting)
        #expect(handler.words == ["hello#1"])
        #expect(try await stage.rows().map(\.idempotencyKey) == ["Letters|1/1/0", "Letters|1/1/1"])
        #expect(courier.metrics.delivered == 2)
    }

    @Test("the rows of one entity leave in their order, and those of others do not wait", arguments: StoreKind.allCases)
    func order(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let handler = NotingHandler { entry in
            if entry.word == "one", entry.attempts < 3 { throw Broken() }
            return .done
        }
        try stage.post(["one", "two", "three"], of: "1")
        try stage.post(["uno", "due"], of: "2")
        let courier = try stage.courier(
            OutboxDestination("mail", retry: try .fixed(.seconds(1), attempts: 5), handler: handler))
        stage.scheduler.drain()
        #expect(handler.words == ["one#1", "uno#1", "due#1"])
        #expect(try await stage.rows().map { $0.completed != nil } == [false, false, false, true, true])
        stage.advance(.seconds(2))
        #expect(handler.words.dropFirst(3) == ["one#2", "one#3", "two#1", "three#1"])
        #expect(courier.metrics.delivered == 5 && courier.metrics.retried == 2)
    }

    @Test("a slow handler keeps nobody else waiting, and no more run at once than is said")
    func slow() async throws {
        let stage = try TimedStage(.memory)
        let system = stage.system
        let handler = NotingHandler { entry in
            if entry.word == "slow" { await system.pause(for: .seconds(5)) }
            return .done
        }
        try stage.post(["slow"], of: "1")
        for id in ["2", "3", "4"] { try stage.post(["a", "b"], of: id) }
        let courier = try stage.courier(
            OutboxDestination("mail", handler: handler), settings: .steady(atOnce: 2))
        stage.scheduler.drain()
        #expect(courier.metrics.delivered == 6)
        #expect(try await stage.rows().filter { $0.claim != nil }.map(\.word) == ["slow"])
        stage.advance(.seconds(5))
        #expect(courier.metrics.delivered == 7 && courier.metrics.greatestLateness == .seconds(5))
    }

    @Test("never more rows are claimed than may be under way at once")
    func bounded() async throws {
        let stage = try TimedStage(.memory)
        let system = stage.system
        for id in 1...5 { try stage.post(["x"], of: "\(id)") }
        let courier = try stage.courier(
            OutboxDestination("mail") { _ in
                await system.pause(for: .seconds(1))
                return .done
            }, settings: .steady(atOnce: 2))
        var delivered: [Int] = []
        for _ in 1...4 {
            stage.advance(.milliseconds(999))
            #expect(try await stage.rows().count { $0.claim != nil } <= 2)
            stage.advance(.milliseconds(1))
            delivered.append(courier.metrics.delivered)
        }
        #expect(delivered == [2, 4, 5, 5])
    }

    @Test("of two couriers on one store each row is delivered once", arguments: StoreKind.allCases)
    func two(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let scheduler = StepScheduler(startingAt: .second(0))
        let stages = [TimedStage(shared, on: scheduler), TimedStage(shared, on: scheduler)]
        let machine = try dominoes()
        let instances = stages.map { $0.registry(machine) }
        let handler = NotingHandler()
        for id in 1...6 {
            try stages[id % 2].post(["x", "y"], of: "\(id)")
            try stages[id % 2].send(.e1, to: "\(id)", in: instances[id % 2])
        }
        let couriers = try zip(stages, instances).map { stage, instances in
            try stage.courier(
                OutboxDestination(machine, in: instances), OutboxDestination("mail", handler: handler),
                settings: .steady(atOnce: 2))
        }
        scheduler.advance(by: .seconds(60))
        for id in 1...6 { #expect(try stages[0].stored("Letters", "\(id)") == ["E1", "E2", "E3"]) }
        #expect(handler.words.sorted() == Array(repeating: "x#1", count: 6) + Array(repeating: "y#1", count: 6))
        #expect(couriers.reduce(0) { $0 + $1.metrics.delivered } == 24)
        #expect(couriers.allSatisfy { $0.metrics.delivered > 0 && $0.metrics.retried == 0 })
    }

    @Test("an event goes on in the chain of the one that produced it, under the id of its row")
    func chain() throws {
        let stage = try TimedStage(.memory)
        let machine = try dominoes()
        let instances = stage.registry(machine)
        let courier = try stage.courier(OutboxDestination(machine, in: instances))
        for id in ["1", "2"] { try stage.send(.e1, to: id, in: instances) }
        stage.scheduler.drain()
        #expect(courier.metrics.delivered == 4)
        let (store, ids) = (stage.store, try ["1", "2"].map { try PersistenceID("Letters", $0) })
        let chains = try stage.scheduler.run {
            var chains: [[ULID?]] = []
            for id in ids {
                chains.append(
                    try await store.load(id, from: 1, through: 9, fields: .all, into: []) { chain, event in
                        chain += [event.correlationID, event.commandID]
                        return .next
                    })
            }
            return chains
        }
        for chain in chains {
            try #require(chain.count == 6)
            #expect(chain[0] != nil && chain[2] == chain[0] && chain[4] == chain[0])
            #expect(chain[1] == nil && chain[3] != nil && chain[5] != nil && chain[3] != chain[5])
        }
        #expect(chains[0][0] != chains[1][0] && chains[0][3] != chains[1][3])
    }

    @Test("what a handler sends goes on in the chain of the row", arguments: StoreKind.allCases)
    func handlerChain(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) {
                On(.e1).goto(.b).posting { _, _ in [NewOutboxEntry(to: "mail", payload: [])] }
                On(.e2).stay()
            }
        }
        let instances = stage.registry(machine)
        let courier = try stage.courier(
            OutboxDestination("mail") { _ in
                instances.tell(.send(.e2), to: "2")
                return .done
            })
        try stage.send(.e1, in: instances)
        stage.scheduler.drain()
        let chains = try await stage.store.readAll(after: 0, limit: 9, fields: .all, into: [ULID?]()) { chains, event in
            chains.append(event.correlationID)
            return .next
        }
        #expect(courier.metrics.delivered == 1)
        try #require(chains.count == 2)
        #expect(chains[0] != nil && chains[0] == chains[1])
    }

    @Test("an action that fails behind an event leaves the event and is a warning", arguments: StoreKind.allCases)
    func action(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) { On(.e1).goto(.b).producing(.e2) }
            From(.b) { On(.e2).goto(.c).onEntry { _, _, _ in throw Broken() } }
        }
        let instances = stage.registry(machine)
        let courier = try stage.courier(OutboxDestination(machine, in: instances))
        try stage.send(.e1, in: instances)
        stage.advance(.seconds(600))
        #expect(try stage.stored("Letters") == ["E1", "E2"])
        #expect(courier.metrics.delivered == 1 && courier.metrics.retried == 0)
        #expect(stage.log.warnings == ["An event of the outbox was taken, and an action behind it failed."])
    }

    @Test("handlers that go on behind their time keep their places for as long as their rows were claimed")
    func hung() throws {
        let stage = try TimedStage(.memory)
        for id in 1...4 { try stage.post(["\(id)"], of: "\(id)") }
        let system = stage.system
        let handler = NotingHandler { entry in
            // It does not heed its cancellation; the second one ends a little later.
            await system.pause(for: .seconds(entry.word == "2" ? 20 : 500))
            return .done
        }
        let courier = try stage.courier(
            OutboxDestination("mail", retry: RetryPolicy.none, handler: handler), settings: .steady(atOnce: 2))
        stage.advance(.seconds(15))
        #expect(handler.words == ["1#1", "2#1"] && courier.metrics.deadLetters == 2)
        stage.advance(.seconds(6))
        #expect(handler.words == ["1#1", "2#1", "3#1"])
        stage.advance(.seconds(10))
        #expect(handler.words == ["1#1", "2#1", "3#1", "4#1"])
    }
}

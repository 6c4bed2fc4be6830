import Actors
import EventSourcing
import EventSourcingTestKit
import StateMachines
import Testing

@Suite("The end of a courier, and what it is described by")
struct CourierEndTests {
    @Test(
        "stopped, it has finished what was under way, leaves nothing running, and delivers no more",
        arguments: StoreKind.allCases)
    func stops(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let system = stage.system
        let courier = try stage.courier(
            OutboxDestination("mail") { _ in
                await system.pause(for: .seconds(5))
                return .done
            })
        try stage.post(["one", "two"])
        stage.advance(.seconds(1))
        #expect(courier.isRunning && courier.metrics.delivered == 0)
        try stage.scheduler.run(advancingAtMost: .seconds(10)) { await courier.stop() }
        #expect(!courier.isRunning && courier.metrics.delivered == 1)
        #expect(stage.scheduler.pendingTimers == 0 && stage.system.children.isEmpty)
        stage.advance(.seconds(60))
        let rows = try await stage.rows()
        try #require(rows.count == 2)
        #expect(rows.map { $0.completed != nil } == [true, false] && rows[1].attempts == 0 && rows[1].claim == nil)
        // Once more, and after the system's own end.
        try stage.scheduler.run {
            await courier.stop()
            await system.shutdown()
            await courier.stop()
        }
    }

    @Test("stopped at any step, it leaves no claim, and no attempt that was none", arguments: StoreKind.allCases)
    func stopsAnywhere(_ kind: StoreKind) async throws {
        let machine = try dominoes()
        var (isOver, steps) = (false, 0)
        while !isOver {
            let stage = try TimedStage(kind)
            let instances = stage.registry(machine)
            for id in ["1", "2", "3"] { try stage.send(.e1, to: id, in: instances) }
            let courier = try stage.courier(OutboxDestination(machine, in: instances))
            for _ in 0..<steps { isOver = !stage.scheduler.step() }
            try stage.scheduler.run { await courier.stop() }
            let rows = try await stage.rows()
            #expect(rows.allSatisfy { $0.claim == nil }, "after \(steps) steps")
            #expect(rows.allSatisfy { $0.attempts == ($0.completed == nil ? 0 : 1) }, "after \(steps) steps")
            steps += 1
        }
        #expect(steps > 6)
    }

    @Test("stopped while it claims, it gives back what it gets, untried")
    func givesBack() async throws {
        let stage = try TimedStage(.memory)
        let base = try #require(stage.store as? InMemoryStore)
        let store = UnreliableStore(over: base)
        let slow = ActorSystem(name: "slow", scheduler: stage.scheduler)
        store.slowDown(by: .seconds(1), in: slow)
        let handler = NotingHandler()
        for id in ["1", "2"] { try stage.post(["x"], of: id) }
        let courier = try stage.courier(OutboxDestination("mail", handler: handler), on: store)
        // It has asked what is due, and waits for what it claims.
        stage.advance(.milliseconds(1_500))
        #expect(try await stage.rows().allSatisfy { $0.claim == nil } && store.waitingCount == 1)
        try stage.scheduler.run(advancingAtMost: .seconds(10)) { await courier.stop() }
        #expect(stage.scheduler.now >= .second(3) && handler.words.isEmpty)
        #expect(try await stage.rows().allSatisfy { $0.claim == nil && $0.attempts == 0 && $0.completed == nil })
        #expect(courier.metrics == OutboxCourierMetrics())
    }

    @Test(
        "a system that shuts down at any step ends its courier, which leaves no claim, and no attempt that was none",
        arguments: StoreKind.allCases)
    func shutDown(_ kind: StoreKind) async throws {
        let machine = try dominoes()
        for steps in 0...12 {
            let stage = try TimedStage(kind)
            let instances = stage.registry(machine)
            for id in ["1", "2", "3"] { try stage.send(.e1, to: id, in: instances) }
            let courier = try stage.courier(OutboxDestination(machine, in: instances))
            for _ in 0..<steps { stage.scheduler.step() }
            let system = stage.system
            try stage.scheduler.run { await system.shutdown() }
            #expect(!courier.isRunning)
            let rows = try await stage.rows()
            #expect(rows.allSatisfy { $0.claim == nil }, "after \(steps) steps")
            #expect(rows.allSatisfy { $0.attempts == ($0.completed == nil ? 0 : 1) }, "after \(steps) steps")
            #expect(throws: OutboxCourierError.systemStopped("test")) { try stage.courier() }
        }
    }

    @Test("put on, its clock makes due what it says is due, within its longest sleep")
    func putOn() throws {
        let stage = try TimedStage(.memory)
        let clock = MovableClock(stage.scheduler)
        let handler = NotingHandler { entry in
            if entry.attempts == 1 { throw Broken() }
            return .done
        }
        try stage.post(["x"])
        let courier = try stage.courier(
            OutboxDestination("mail", retry: try .fixed(.seconds(3_600), attempts: 2), handler: handler), clock: clock)
        stage.advance(.seconds(5))
        clock.move(by: .seconds(3_600))
        stage.advance(.seconds(55))
        #expect(courier.metrics.delivered == 1)
    }

    @Test("settings that can't work are refused with a sentence, and the usual ones are these")
    func settings() throws {
        let usual = try OutboxCourierSettings()
        #expect(usual.atOnce == 100 && usual.claim == .seconds(30) && usual.jitter == 0.2)
        #expect(usual.answer == .seconds(10) && usual.poll == .seconds(1) && usual.longestSleep == .seconds(60))
        #expect(usual.retry == (try .exponential(initial: .seconds(1), cap: .seconds(300), attempts: 10)))
        for count in [0, -1] {
            #expect(throws: OutboxCourierError.atOnce(count)) { try OutboxCourierSettings(atOnce: count) }
        }
        for jitter in [-0.1, 1.1, .infinity] {
            #expect(throws: OutboxCourierError.jitter(jitter)) { try OutboxCourierSettings(jitter: jitter) }
        }
        #expect(throws: OutboxCourierError.self) { try OutboxCourierSettings(jitter: .nan) }
        let second = Duration.seconds(30)
        #expect(throws: OutboxCourierError.claim(second, answer: second)) {
            try OutboxCourierSettings(claim: second, answer: second)
        }
        let short = Duration.microseconds(999)
        for (name, make) in [
            ("claim", { () throws(OutboxCourierError) in try OutboxCourierSettings(claim: short) }),
            ("poll", { () throws(OutboxCourierError) in try OutboxCourierSettings(poll: short) }),
            ("longestSleep", { () throws(OutboxCourierError) in try OutboxCourierSettings(longestSleep: short) }),
            ("answer", { () throws(OutboxCourierError) in try OutboxCourierSettings(answer: short) }),
            (
                "outage",
                { () throws(OutboxCourierError) in
                    try OutboxCourierSettings(outage: .init(initial: short, maximum: .seconds(1)))
                }
            ),
        ] as [(String, () throws(OutboxCourierError) -> OutboxCourierSettings)] {
            let error = #expect(throws: OutboxCourierError.tooShort(name, short)) { _ = try make() }
            #expect(error?.description.contains("a courier's \(name) is at least a millisecond") == true)
        }
        #expect("\(OutboxCourierError.atOnce(0))" == "a courier delivers at least one row at once, not 0")
    }

    @Test("two destinations of one name are refused, and so is a handler's name that no row can have")
    func destinations() throws {
        let stage = try TimedStage(.memory)
        let (machine, handler) = (try dominoes(), NotingHandler())
        let instances = stage.registry(machine)
        #expect(throws: OutboxCourierError.twice(destination: "Letters")) {
            try stage.courier(OutboxDestination(machine, in: instances), OutboxDestination(machine, in: instances))
        }
        #expect(throws: OutboxCourierError.twice(destination: "mail")) {
            try stage.courier(
                OutboxDestination("mail", handler: handler), OutboxDestination("mail", handler: handler))
        }
        let long = String(repeating: "x", count: NewOutboxEntry.longestName + 1)
        for name in ["", "Letters|1", long] {
            let error = #expect(throws: OutboxCourierError.handlerName(name)) {
                _ = try stage.courier(OutboxDestination(name, handler: handler))
            }
            #expect(error?.description.contains("from 1 to 1024 bytes") == true)
        }
        // A machine and a handler may share one, for no row can mean both.
        let courier = try stage.courier(
            OutboxDestination(machine, in: instances), OutboxDestination("Letters", handler: handler))
        try stage.post(NewOutboxEntry(to: "Letters", payload: Array("x".utf8)))
        stage.scheduler.drain()
        #expect(handler.words == ["x#1"] && courier.metrics.delivered == 1)
    }
}

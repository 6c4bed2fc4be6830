import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("The end of a sweeper")
struct SweeperEndTests {
    @Test(
        "machines 108: stopped, it has given back its lease, leaves nothing running, and sweeps no more",
        arguments: StoreKind.allCases)
    func stops(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let sweeper = try stage.sweeper(chores(initial: .waiting), settings: .steady(electsLeader: true))
        stage.advance(.seconds(1))
        #expect(sweeper.isSweeping)
        #expect(try await stage.store.get("timers", at: .second(1)) != nil)
        try stage.arm(at: 2)
        try stage.scheduler.run { await sweeper.stop() }
        #expect(!sweeper.isSweeping)
        #expect(try await stage.store.get("timers", at: .second(1)) == nil)
        #expect(stage.scheduler.pendingTimers == 0 && stage.system.children.map(\.path.name) == ["Chore"])
        stage.advance(.seconds(60))
        #expect(sweeper.metrics == TimerSweeperMetrics())
        #expect(try stage.timers().map(\.attempts) == [0])
        // Once more, and after the system's own end.
        try stage.scheduler.run {
            await sweeper.stop()
            await stage.system.shutdown()
            await sweeper.stop()
        }
    }

    @Test(
        "a sweeper that is stopped while it waits for an answer finishes what it has claimed",
        arguments: StoreKind.allCases)
    func stopsLater(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try chores(initial: .waiting)
        let instances = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: instances)
        try stage.arm(at: 0, of: "1")
        try stage.arm(at: 0, of: "2")
        // It has claimed and sent by now, and nobody has answered.
        stage.scheduler.step()
        #expect(try stage.timers().allSatisfy { $0.claim != nil })
        try stage.scheduler.run { await sweeper.stop() }
        #expect(sweeper.metrics.fired == 2)
        for id in ["1", "2"] { #expect(try stage.timers("Chore", id).isEmpty) }
    }

    @Test(
        "a system that shuts down ends its sweeper, which gives its claims and its lease back",
        arguments: StoreKind.allCases)
    func shutDown(_ kind: StoreKind) async throws {
        let stage = try TimedStage(kind)
        let sweeper = try stage.sweeper(chores(initial: .waiting), settings: .steady(electsLeader: true))
        try stage.arm(at: 1)
        stage.advance(.milliseconds(500))
        let system = stage.system
        try stage.scheduler.run { await system.shutdown() }
        #expect(!sweeper.isSweeping)
        #expect(try await stage.store.get("timers", at: .second(1)) == nil)
        #expect(throws: TimerSweeperError.systemStopped("test")) { try stage.sweeper(chores()) }
    }
}

import Actors
import EventSourcing
import EventSourcingTestKit
import StateMachines
import Testing

@Suite("Sweepers that elect a leader")
struct LeadershipTests {
    /// Two sweepers, each in a system of its own; the first of them leads.
    private func two(
        _ kind: StoreKind
    ) throws -> (stages: [TimedStage], sweepers: [TimerSweeper], scheduler: StepScheduler) {
        let shared = try kind.make()
        let scheduler = StepScheduler(startingAt: .second(0))
        let stages = [TimedStage(shared, on: scheduler), TimedStage(shared, on: scheduler)]
        let sweepers = try stages.map { stage in
            defer { scheduler.drain() }
            return try stage.sweeper(chores(initial: .waiting), settings: .steady(electsLeader: true))
        }
        return (stages, sweepers, scheduler)
    }

    @Test("machines 124: only the leader fires, for as long as it lives", arguments: StoreKind.allCases)
    func leader(_ kind: StoreKind) throws {
        let (stages, sweepers, scheduler) = try two(kind)
        #expect(sweepers.map(\.isSweeping) == [true, false])
        for id in 1...9 {
            try stages[1].arm(at: Int64(id) * 30, of: "\(id)")
            scheduler.advance(by: .seconds(30))
        }
        #expect(sweepers.map(\.metrics.fired) == [9, 0] && sweepers[1].metrics.sweeps == 0)
        #expect(sweepers.map(\.isSweeping) == [true, false])
    }

    @Test(
        "machines 123, 124: where the leader is stopped the other fires within one renewal, and what was missed is not lost",
        arguments: StoreKind.allCases)
    func stopped(_ kind: StoreKind) throws {
        let (stages, sweepers, scheduler) = try two(kind)
        scheduler.advance(by: .seconds(5))
        try scheduler.run { [first = sweepers[0]] in await first.stop() }
        try stages[0].arm(at: 6)
        scheduler.advance(by: .seconds(10))
        #expect(sweepers.map(\.isSweeping) == [false, true])
        #expect(sweepers.map(\.metrics.fired) == [0, 1])
        #expect(sweepers[1].metrics.greatestLateness <= .seconds(10))
        scheduler.advance(by: .seconds(600))
        #expect(sweepers.map(\.isSweeping) == [false, true])
    }

    @Test(
        "machines 121, 124: a leader that dies is replaced within its lease and a renewal",
        arguments: StoreKind.allCases)
    func dead(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let first = TimedStage(shared)
        let leader = try first.sweeper(chores(initial: .waiting), settings: .steady(electsLeader: true))
        first.advance(.seconds(25))
        #expect(leader.isSweeping)
        // It renewed at 20 seconds, and nothing is heard of it from here on.
        let second = TimedStage(shared, after: 25)
        try second.arm(at: 26)
        let other = try second.sweeper(chores(initial: .waiting), settings: .steady(electsLeader: true))
        second.advance(.milliseconds(24_999))
        #expect(!other.isSweeping && other.metrics.fired == 0)
        second.advance(.seconds(15))
        #expect(other.isSweeping && other.metrics.fired == 1)
        #expect(other.metrics.greatestLateness <= .seconds(40))
    }

    @Test(
        "machines 124: a leader that was paused past its lease sweeps nothing when it comes back, and stands behind the other",
        arguments: StoreKind.allCases)
    func paused(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let first = TimedStage(shared)
        let leader = try first.sweeper(chores(initial: .waiting), settings: .steady(electsLeader: true))
        first.advance(.seconds(5))
        let second = TimedStage(shared, after: 5)
        let other = try second.sweeper(chores(initial: .waiting), settings: .steady(electsLeader: true))
        second.advance(.seconds(60))
        #expect(other.isSweeping)
        try second.arm(at: 100)
        first.advance(.seconds(60))
        #expect(!leader.isSweeping)
        second.advance(.seconds(35))
        first.advance(.seconds(60))
        #expect(leader.metrics.sweeps == 0 && other.metrics.fired == 1)
        #expect(first.log.warnings == ["A sweeper is the leader no more."])
    }

    @Test("machines 124: a leader that resigns does not take it back by itself", arguments: StoreKind.allCases)
    func resigned(_ kind: StoreKind) throws {
        let (stages, sweepers, scheduler) = try two(kind)
        try scheduler.run { [first = sweepers[0]] in try await first.resign() }
        #expect(sweepers.map(\.isSweeping) == [false, false])
        scheduler.advance(by: .seconds(10))
        #expect(sweepers.map(\.isSweeping) == [false, true])
        try scheduler.run { [second = sweepers[1]] in await second.stop() }
        try stages[0].arm(at: 30)
        scheduler.advance(by: .seconds(600))
        #expect(sweepers.map(\.isSweeping) == [false, false])
        #expect(sweepers.map(\.metrics.fired) == [0, 0])
        #expect(stages[0].log.warnings.isEmpty)
    }

    @Test("a leader whose renewals fail for a while stays it, and is none once its lease has run out")
    func renewals() throws {
        let stage = try TimedStage(.memory)
        guard let base = stage.store as? InMemoryStore else { return }
        let store = UnreliableStore(over: base)
        let sweeper = try stage.sweeper(
            chores(initial: .waiting), on: store, settings: .steady(electsLeader: true))
        stage.advance(.seconds(5))
        store.failRenewals(with: .busy)
        stage.advance(.seconds(24))
        #expect(sweeper.isSweeping)
        store.failRenewals(with: nil)
        stage.advance(.seconds(3))
        #expect(sweeper.isSweeping)
        store.failRenewals(with: .busy)
        stage.advance(.seconds(60))
        #expect(!sweeper.isSweeping)
        store.failRenewals(with: nil)
        stage.advance(.seconds(20))
        #expect(sweeper.isSweeping)
    }
}

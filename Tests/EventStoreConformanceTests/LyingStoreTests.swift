import EventSourcing
import EventStoreConformance
import Testing

/// A store that breaks one rule, and the case that must catch it.
struct Lie: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let abilities: Set<StoreAbility>
    /// How the name of the case begins.
    let caughtBy: String
    let makeStore: @Sendable () -> any Sendable

    static let all: [Lie] =
        LyingStore.Lie.allCases.map { lie in
            Lie(
                testDescription: lie.rawValue, abilities: [.events], caughtBy: lie.caughtBy,
                makeStore: { LyingStore(lie: lie) })
        }
        + LyingStateStore.Lie.allCases.map { lie in
            Lie(
                testDescription: lie.rawValue, abilities: [.durableStates], caughtBy: lie.caughtBy,
                makeStore: { LyingStateStore(lie: lie) })
        }
        + LyingLeaseStore.Lie.allCases.map { lie in
            Lie(
                testDescription: lie.rawValue, abilities: [.leases], caughtBy: lie.caughtBy,
                makeStore: { LyingLeaseStore(lie: lie) })
        }
        + LyingSubscriptionStore.Lie.allCases.map { lie in
            Lie(
                testDescription: lie.rawValue, abilities: [.subscriptions], caughtBy: lie.caughtBy,
                makeStore: { LyingSubscriptionStore(lie: lie) })
        }
        + LyingTimerStore.Lie.allCases.map { lie in
            Lie(
                testDescription: lie.rawValue, abilities: [.timers], caughtBy: lie.caughtBy,
                makeStore: { LyingTimerStore(lie: lie) })
        }
}

@Suite("The suite catches stores that break a rule")
struct LyingStoreTests {
    @Test("a store that breaks one rule fails the case of that rule", arguments: Lie.all)
    func catches(_ lie: Lie) async throws {
        let conformance = try #require(
            EventStoreConformance.cases(for: lie.abilities).first { $0.name.contains(lie.caughtBy) },
            "the case is there")
        let failure = await #expect(throws: ConformanceFailure.self) {
            try await conformance.run(on: lie.makeStore)
        }
        let found = try #require(failure)
        #expect(found.caseName == conformance.name)
        #expect(found.description.hasPrefix(conformance.name))
        #expect(!found.sentence.isEmpty && !found.expected.isEmpty && !found.actual.isEmpty)
    }

    @Test("one call runs every case, and says what failed and what was left out")
    func report() async throws {
        let honest = await EventStoreConformance.run([.durableStates]) { InMemoryStore() }
        #expect(honest.failures == [])
        #expect(honest.passed == EventStoreConformance.cases(for: [.durableStates]).map(\.name))
        #expect(honest.passed.count + honest.leftOut.count == EventStoreConformance.cases.count)
        let lying = await EventStoreConformance.run([.durableStates]) { LyingStateStore(lie: .listsBackwards) }
        #expect(lying.passed.count + lying.failures.count == honest.passed.count)
        let failure = try #require(lying.failures.first)
        #expect(failure.caseName.hasPrefix("states are listed"))
        #expect(lying.description.contains(failure.description))
    }

    @Test("one call runs the cases of readers and of opening again where it is told how")
    func everything() async {
        let abilities = Set(StoreAbility.allCases).subtracting([.reader, .reopening])
        let report = await EventStoreConformance.run(
            abilities, reader: { $0.reader() }, reopening: { $0 }, on: { InMemoryStore() })
        #expect(report.failures == [])
        #expect(report.leftOut == [])
    }

    @Test(
        "a case fails where the store has not what it needs, and does not pass unseen", arguments: StoreAbility.allCases
    )
    func needs(ability: StoreAbility) async throws {
        let conformance = try #require(EventStoreConformance.cases.first { $0.needs.contains(ability) })
        let failure = await #expect(throws: ConformanceFailure.self) {
            switch ability {
            case .reader, .reopening: try await conformance.run(on: { InMemoryStore() })
            default: try await conformance.run(on: { "no store at all" })
            }
        }
        #expect(failure?.caseName == conformance.name)
        #expect(failure?.actual == "nil")
    }

    @Test("every case has a name of its own")
    func names() {
        #expect(Set(EventStoreConformance.cases.map(\.name)).count == EventStoreConformance.cases.count)
    }
}

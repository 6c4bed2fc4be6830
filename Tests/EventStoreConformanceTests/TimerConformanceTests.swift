import Actors
import EventSourcing
import EventSourcingTestKit
import EventStoreConformance
import Testing

@Suite("The stores in memory keep timers as every store must")
struct TimerConformanceTests {
    @Test("the store in memory", arguments: EventStoreConformance.timerCases)
    func inMemory(_ conformance: PortCase<any TimerStore>) async throws {
        try await conformance.run(on: { InMemoryStore() })
    }

    @Test("a sandbox", arguments: EventStoreConformance.timerCases)
    func sandbox(_ conformance: PortCase<any TimerStore>) async throws {
        try await conformance.run(on: { SandboxStore(over: InMemoryStore().reader()) })
    }

    @Test("the test kit's store, while it is not told to fail", arguments: EventStoreConformance.timerCases)
    func unreliable(_ conformance: PortCase<any TimerStore>) async throws {
        try await conformance.run(on: { UnreliableStore() })
    }

    @Test("several nodes on the store in memory", arguments: EventStoreConformance.nodeCases)
    func nodes(_ conformance: PortCase<any EventStore & LeaseStore & TimerStore>) async throws {
        try await conformance.run(on: { InMemoryStore() })
    }

    @Test("a sandbox keeps its timers when its first events are written")
    func sandboxWithEvents() async throws {
        let beneath = InMemoryStore()
        let id = try PersistenceID("Order", "1")
        func append(to store: some EventStore) async throws {
            let event = NewEvent(type: "Paid", payload: Array("{}".utf8), timestamp: .epoch)
            _ = try await store.append(
                [event], to: id, expecting: .any, by: WriterID(ULID(high: 1, low: 1)), epoch: nil, with: .none)
        }
        try await append(to: beneath)
        let sandbox = SandboxStore(over: beneath.reader())
        try await sandbox.arm(NewTimer("pay", deadline: .epoch), of: id)
        try await append(to: sandbox)
        #expect(try await sandbox.timer("pay", of: id)?.generation == 1, "the number of the last event beneath")
        #expect(try await beneath.timer("pay", of: id) == nil)
    }

    @Test("a store that breaks one rule fails the case of that rule", arguments: LyingTimerStore.Lie.allCases)
    func catches(_ lie: LyingTimerStore.Lie) async throws {
        let conformance = try #require(
            EventStoreConformance.timerCases.first { $0.name.contains(lie.caughtBy) }, "the case is there")
        await #expect(throws: ConformanceFailure.self) {
            try await conformance.run(on: { LyingTimerStore(lie: lie) })
        }
    }
}

/// A store of timers that breaks one rule on purpose.
struct LyingTimerStore: TimerStore {
    enum Lie: String, CaseIterable, CustomTestStringConvertible {
        case armsAGenerationAgain
        case completesAnyGeneration
        case claimsForNobody
        case forgetsErrors
        case countsWhatIsGivenBack

        var testDescription: String { rawValue }

        /// What stands in the name of a case that must catch it.
        var caughtBy: String {
            switch self {
            case .armsAGenerationAgain: "machines 118"
            case .completesAnyGeneration: "machines 93, 116"
            case .claimsForNobody: "machines 97, 105"
            case .forgetsErrors: "machines 106"
            case .countsWhatIsGivenBack: "machines 94"
            }
        }
    }

    let lie: Lie
    let inner = InMemoryStore()

    func arm(_ timer: NewTimer, of id: PersistenceID) async throws -> Bool {
        let known = try await inner.timer(timer.name, of: id)
        let isArmed = try await inner.arm(timer, of: id)
        guard lie == .armsAGenerationAgain, !isArmed, let known else { return isArmed }
        var again = timer
        again.generation = known.generation + 1
        return try await inner.arm(again, of: id)
    }

    func cancel(_ name: String, of id: PersistenceID) async throws -> Bool { try await inner.cancel(name, of: id) }

    func claimDue(
        limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp
    ) async throws -> [StoredTimer] {
        let claimed = try await inner.claimDue(limit: limit, for: term, as: claimer, at: now)
        if lie == .claimsForNobody { for timer in claimed { try await inner.release(timer) } }
        return claimed
    }

    func complete(_ name: String, of id: PersistenceID, generation: Int64) async throws -> Bool {
        guard lie == .completesAnyGeneration else {
            return try await inner.complete(name, of: id, generation: generation)
        }
        return try await inner.cancel(name, of: id)
    }

    func release(_ timer: StoredTimer) async throws -> Bool {
        lie == .countsWhatIsGivenBack
            ? try await inner.fail(timer, error: "", retryAt: .epoch) : try await inner.release(timer)
    }

    func fail(_ timer: StoredTimer, error: String, retryAt: Timestamp) async throws -> Bool {
        try await inner.fail(timer, error: lie == .forgetsErrors ? "" : error, retryAt: retryAt)
    }

    func deadLetter(_ timer: StoredTimer, reason: String, at now: Timestamp) async throws -> Bool {
        try await inner.deadLetter(timer, reason: reason, at: now)
    }

    func deadLetters(after letter: StoredDeadLetter?, limit: Int) async throws -> [StoredDeadLetter] {
        try await inner.deadLetters(after: letter, limit: limit)
    }

    func replay(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await inner.replay(letter, at: now)
    }

    func dismiss(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await inner.dismiss(letter, at: now)
    }

    func nextDeadline() async throws -> Timestamp? { try await inner.nextDeadline() }

    func timer(_ name: String, of id: PersistenceID) async throws -> StoredTimer? {
        try await inner.timer(name, of: id)
    }

    func timers(of id: PersistenceID) async throws -> [StoredTimer] { try await inner.timers(of: id) }
}

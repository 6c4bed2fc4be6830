import Actors
import EventSourcing
import EventStoreConformance
import Testing

/// A store of leases that breaks one rule on purpose.
struct LyingLeaseStore: LeaseStore {
    enum Lie: String, CaseIterable, CustomTestStringConvertible {
        case givesWhatIsHeld
        case ownsByHolder
        case startsNumbersAnewAfterARelease
        case renewsWhatHasRunOut
        case forgetsTheAcquisition
        case releasesForAnybody

        var testDescription: String { rawValue }

        /// How the name of a case begins that must catch it.
        var caughtBy: String {
            switch self {
            case .givesWhatIsHeld, .ownsByHolder: "a lease that is held is not taken"
            case .startsNumbersAnewAfterARelease: "a lease that was given back is free"
            case .renewsWhatHasRunOut: "a lease that has run out"
            case .forgetsTheAcquisition: "an acquisition that holds the lease"
            case .releasesForAnybody: "only its acquisition gives"
            }
        }
    }

    let lie: Lie
    let inner = InMemoryStore()

    func acquire(
        _ name: String, for term: Duration, as acquisition: ULID, by holder: WriterID, at now: Timestamp
    ) async throws -> LeaseAnswer {
        let answer = try await inner.acquire(name, for: term, as: acquisition, by: holder, at: now)
        switch (answer, lie) {
        case (.held(let lease), .givesWhatIsHeld): return .acquired(lease)
        case (.held(let lease), .ownsByHolder) where lease.holder == holder: return .acquired(lease)
        case (.acquired(let lease), .forgetsTheAcquisition) where lease.acquired != now: return .held(lease)
        case (.acquired(var lease), .startsNumbersAnewAfterARelease):
            lease.fencingNumber = 1
            return .acquired(lease)
        default: return answer
        }
    }

    func renew(_ lease: Lease, for term: Duration, at now: Timestamp) async throws -> Lease {
        let now = lie == .renewsWhatHasRunOut ? min(now, lease.acquired) : now
        return try await inner.renew(lease, for: term, at: now)
    }

    func release(_ lease: Lease) async throws -> Bool {
        var lease = lease
        if lie == .releasesForAnybody, let held = try await inner.get(lease.name, at: lease.expires) { lease = held }
        return try await inner.release(lease)
    }

    func get(_ name: String, at now: Timestamp) async throws -> Lease? { try await inner.get(name, at: now) }
}

@Suite("The store in memory is a store of leases")
struct LeaseConformanceTests {
    @Test("it does what every store of leases must", arguments: EventStoreConformance.leaseCases)
    func conforms(_ conformance: LeaseCase) async throws {
        try await conformance.run(on: { InMemoryStore() })
    }

    @Test("a store that breaks one rule fails the case of that rule", arguments: LyingLeaseStore.Lie.allCases)
    func catches(_ lie: LyingLeaseStore.Lie) async throws {
        let conformance = try #require(
            EventStoreConformance.leaseCases.first { $0.name.hasPrefix(lie.caughtBy) }, "the case is there")
        let failure = await #expect(throws: ConformanceFailure.self) {
            try await conformance.run(on: { LyingLeaseStore(lie: lie) })
        }
        #expect(failure?.caseName == conformance.name)
    }

    @Test("a case that opens again fails where the store can't, and passes where it can", arguments: [false, true])
    func needsReopening(canReopen: Bool) async throws {
        let same: @Sendable (InMemoryStore) async throws -> InMemoryStore = { $0 }
        for conformance in EventStoreConformance.leaseReopeningCases {
            let run: () async throws -> Void = {
                try await conformance.run(on: { InMemoryStore() }, reopening: canReopen ? same : nil)
            }
            if canReopen {
                try await run()
            } else {
                await #expect(throws: ConformanceFailure.self) { try await run() }
            }
        }
    }

    @Test("every case has a name of its own")
    func names() {
        let all = EventStoreConformance.leaseCases + EventStoreConformance.leaseReopeningCases
        #expect(Set(all.map(\.name)).count == all.count)
    }
}

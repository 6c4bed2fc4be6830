import Actors
import EventSourcing

/// A store of timers that breaks one rule on purpose.
struct LyingTimerStore: TimerStore {
    enum Lie: String, CaseIterable {
        case armsAGenerationAgain
        case completesAnyGeneration
        case claimsForNobody
        case forgetsErrors
        case countsWhatIsGivenBack

        /// How the name of a case begins that must catch it.
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

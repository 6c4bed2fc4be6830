import Actors
import EventSourcing

// The opening of a machine's instance asks for the timers by a cast.
extension SteppedEvents: TimerStore {
    private var timers: any TimerStore {
        get throws {
            guard let timers = base as? any TimerStore else {
                throw StoreError(.invalid, detail: "this store keeps no timers")
            }
            return timers
        }
    }

    func arm(_ timer: NewTimer, of id: PersistenceID) async throws -> Bool { try await timers.arm(timer, of: id) }

    func cancel(_ name: String, of id: PersistenceID) async throws -> Bool { try await timers.cancel(name, of: id) }

    func claimDue(
        limit: Int, for term: Duration, as claimer: ULID, at now: Timestamp
    ) async throws -> [StoredTimer] {
        try await timers.claimDue(limit: limit, for: term, as: claimer, at: now)
    }

    func complete(_ name: String, of id: PersistenceID, generation: Int64) async throws -> Bool {
        try await timers.complete(name, of: id, generation: generation)
    }

    func release(_ timer: StoredTimer) async throws -> Bool { try await timers.release(timer) }

    func fail(_ timer: StoredTimer, error: String, retryAt: Timestamp) async throws -> Bool {
        try await timers.fail(timer, error: error, retryAt: retryAt)
    }

    func deadLetter(_ timer: StoredTimer, reason: String, at now: Timestamp) async throws -> Bool {
        try await timers.deadLetter(timer, reason: reason, at: now)
    }

    func nextDeadline() async throws -> Timestamp? { try await timers.nextDeadline() }

    func timer(_ name: String, of id: PersistenceID) async throws -> StoredTimer? {
        try await timers.timer(name, of: id)
    }

    func timers(of id: PersistenceID) async throws -> [StoredTimer] { try await timers.timers(of: id) }

    func deadLetters(after letter: StoredDeadLetter?, limit: Int) async throws -> [StoredDeadLetter] {
        try await timers.deadLetters(after: letter, limit: limit)
    }

    func replay(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await timers.replay(letter, at: now)
    }

    func dismiss(_ letter: StoredDeadLetter, at now: Timestamp) async throws -> Bool {
        try await timers.dismiss(letter, at: now)
    }
}

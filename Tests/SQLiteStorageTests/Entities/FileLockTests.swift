import Actors
import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

@Suite("Locks that are leases on a file")
struct FileLockTests {
    private let folder: TemporaryFolder
    private let store: SQLiteStore
    private let system = ActorSystem(name: "node-2")
    private let id: PersistenceID

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteStore.create(folder.file())
        id = try PersistenceID("Cart", "1")
    }

    /// Takes the lock as another node, for longer than any of this takes.
    private func holdLock() async throws -> Lease {
        let answer = try await store.acquire(
            id.description, for: .seconds(6_000), as: ULID(high: 1, low: 1), by: .first, at: system.now)
        guard case .acquired(let lease) = answer else { throw LockHeld() }
        return lease
    }

    private struct LockHeld: Error {}

    @Test("machines 129: a lock that is free is taken at once, at the first time of asking")
    func free() async throws {
        let locks = try LeaseLockProvider(store, waitingAtMost: .seconds(20))
        let before = store.commitCount
        let (store, id, system) = (store, id, system)
        let commits = try await locks.withLock(of: id, in: system) { lock in
            let held = try await store.get(id.description, at: system.now)
            #expect(held?.holder == system.writerID && held?.fencingNumber == lock.fencingNumber)
            return store.commitCount
        }
        #expect(commits == before + 1)
        #expect(try await store.get(id.description, at: system.now) == nil)
        store.close()
    }

    @Test("machines 135: of a lock that stays held the error says who has it, and nothing is run")
    func held() async throws {
        let lease = try await holdLock()
        let locks = try LeaseLockProvider(store, waitingAtMost: .milliseconds(50), askingEvery: .milliseconds(5))
        let expected = LockError.timedOut(
            id, holder: .first, fencingNumber: lease.fencingNumber, waited: .milliseconds(50))
        await #expect(throws: expected) {
            try await locks.withLock(of: id, in: system) { _ in Issue.record("it was run without its lock") }
        }
        #expect(try await store.get(id.description, at: system.now) == lease)
        store.close()
    }

    @Test("machines 137: who is interrupted while it waits leaves without the lock, and its holder keeps it")
    func interrupted() async throws {
        let lease = try await holdLock()
        let locks = try LeaseLockProvider(store, waitingAtMost: .seconds(20), askingEvery: .milliseconds(5))
        let before = store.commitCount
        let (id, system) = (id, system)
        let waiter = Task {
            try await locks.withLock(of: id, in: system) { _ in Issue.record("it was run without its lock") }
        }
        // It has asked more than once, so that it waits.
        while store.commitCount < before + 2 { await Task.yield() }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        #expect(try await store.get(id.description, at: system.now) == lease)
        // Nobody waits any more who would take it when it is free.
        #expect(try await store.release(lease))
        #expect(try await store.get(id.description, at: system.now) == nil)
        store.close()
    }
}

import Actors
import EventSourcing

/// A store of durable states in memory that fails where a test says so.
final class FaultyStateStore: DurableStateStore {
    struct Script: Sendable {
        /// Errors by the number of the write or deletion, from 1; nothing is written.
        var writeErrors: [Int: any Error] = [:]
        /// Errors by the number of the write or deletion, from 1, after it was written.
        var lateWriteErrors: [Int: any Error] = [:]
        /// Errors of the next recoveries.
        var readErrors: [any Error] = []
        /// Done before the write or deletion with this number, from 1, on the store beneath.
        var beforeWrite: [Int: @Sendable (InMemoryStore) async throws -> Void] = [:]
        /// Done between the two questions of the next recovery, on the store beneath.
        var betweenReads: (@Sendable (InMemoryStore) async throws -> Void)?
        var isDamaged = false
        /// How many writes and deletions were tried.
        var writes = 0
        /// How many recoveries there were.
        var recoveries = 0
    }

    let base = InMemoryStore()
    private let script = Locked(Script())

    var seen: Script { script.withLock { $0 } }

    func will(_ change: (inout Script) -> Void) { script.withLock { change(&$0) } }

    func revision(of id: PersistenceID) async throws -> Int64 {
        let error = script.withLock { script in
            script.recoveries += 1
            return script.readErrors.isEmpty ? nil : script.readErrors.removeFirst()
        }
        if let error { throw error }
        return try await base.revision(of: id)
    }

    func get(_ id: PersistenceID) async throws -> StoredDurableState? {
        let (meanwhile, isDamaged) = script.withLock { script in
            defer { script.betweenReads = nil }
            return (script.betweenReads, script.isDamaged)
        }
        try await meanwhile?(base)
        var found = try await base.get(id)
        if isDamaged { found?.isIntact = false }
        return found
    }

    func put(
        _ state: NewDurableState, of id: PersistenceID, expecting revision: Int64, by writer: WriterID
    ) async throws -> DurableStateDescription {
        try await write { try await $0.put(state, of: id, expecting: revision, by: writer) }
    }

    func delete(_ id: PersistenceID, expecting revision: Int64) async throws -> Bool {
        try await write { try await $0.delete(id, expecting: revision) }
    }

    private func write<Answer>(_ body: (InMemoryStore) async throws -> Answer) async throws -> Answer {
        let (number, plan) = script.withLock { script in
            script.writes += 1
            return (script.writes, script)
        }
        try await plan.beforeWrite[number]?(base)
        if let error = plan.writeErrors[number] { throw error }
        let answer = try await body(base)
        if let error = plan.lateWriteErrors[number] { throw error }
        return answer
    }

    func list(after: PersistenceID?, prefix: String, limit: Int) async throws -> [DurableStateDescription] {
        try await base.list(after: after, prefix: prefix, limit: limit)
    }
}

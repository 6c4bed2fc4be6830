import Actors
import EventSourcing
import EventSourcingTestKit
import TestSupport

/// The connection of one system to a store that others use too: every call waits until the simulation lets it through, and
/// so does every answer; when its system crashes, whatever is on the way is lost.
final class SimulatedConnection: ForwardingStore {
    /// What a store does wrong, to see that the simulation finds it.
    enum Lie: CaseIterable, Sendable {
        case writesWhateverIsExpected
        case acknowledgesWhatIsLost
        case forgetsCommands
        case forgetsTheLastEvent
    }

    private struct State: Sendable {
        var waiting: [UnsafeContinuation<Void, any Error>] = []
        var isLost = false
    }

    let store: UnreliableStore<InMemoryStore>
    private let lie: Lie?
    private let state = Locked(State())

    init(to base: InMemoryStore, lie: Lie?) {
        store = UnreliableStore(over: base)
        self.lie = lie
    }

    /// How many calls and answers wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Lets one of those that wait through.
    func letThrough(_ index: Int) { state.withLock { $0.waiting.remove(at: index) }.resume() }

    /// Loses all that is on the way, and all that comes.
    func lose() {
        let waiting = state.withLock { state in
            state.isLost = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for call in waiting { call.resume(throwing: StoreError(.closed)) }
    }

    private func pass() async throws {
        try await withUnsafeThrowingContinuation { (call: UnsafeContinuation<Void, any Error>) in
            let isLost = state.withLock { state in
                if !state.isLost { state.waiting.append(call) }
                return state.isLost
            }
            if isLost { call.resume(throwing: StoreError(.closed)) }
        }
    }

    private func call<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        try await pass()
        let answer: Result<Answer, any Error>
        do {
            answer = .success(try await body())
        } catch {
            answer = .failure(error)
        }
        try await pass()
        return try answer.get()
    }

    // MARK: - Events and snapshots

    func target(isWrite: Bool) -> any EventStore & SnapshotStore { store }

    func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        try await call {
            var (events, companions, expecting, epoch) = (events, companions, expecting, epoch)
            switch lie {
            case .writesWhateverIsExpected: (expecting, epoch) = (.any, nil)
            case .forgetsCommands: companions = .none
            case .forgetsTheLastEvent where events.count > 2: events.removeLast()
            default: break
            }
            do {
                return try await store.append(
                    events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
            } catch let error as StoreError where lie == .acknowledgesWhatIsLost && error.reason == .outcomeUnknown {
                let head = try await store.base.head(of: id)
                let next = (head?.sequenceNumber ?? 0) + 1
                return AppendReceipt(
                    sequenceNumbers: next..<next + Int64(events.count), positions: 1..<2, epoch: head?.epoch ?? 1)
            }
        }
    }

    func head(of id: PersistenceID) async throws -> StreamHead? { try await call { try await store.head(of: id) } }

    func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await call {
            try await store.load(id, from: from, through: through, fields: fields, into: initial, visit: visit)
        }
    }

    func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try await call { try await store.deleteEvents(of: id, upTo: upTo) }
    }

    func save(_ snapshot: StoredSnapshot) async throws { try await call { try await store.save(snapshot) } }

    func latest(of id: PersistenceID, atOrBelow: Int64) async throws -> StoredSnapshot? {
        try await call { try await store.latest(of: id, atOrBelow: atOrBelow) }
    }

    func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try await call { try await store.delete(of: id, upTo: upTo) }
    }
}

extension SimulatedConnection: CommandStore {
    func command(_ id: ULID) async throws -> CommandRecord? {
        try await call { lie == .forgetsCommands ? nil : try await store.command(id) }
    }

    func forgetCommands(before moment: Timestamp) async throws -> Int { try await store.forgetCommands(before: moment) }
}

extension SimulatedConnection: DurableStateStore {
    func get(_ id: PersistenceID) async throws -> StoredDurableState? {
        try await call { try await store.get(id) }
    }

    func revision(of id: PersistenceID) async throws -> Int64 {
        try await call { try await store.revision(of: id) }
    }

    func put(
        _ new: NewDurableState, of id: PersistenceID, expecting revision: Int64, by writer: WriterID,
        with companions: Companions
    ) async throws -> DurableStateDescription {
        try await call {
            let expected = lie == .writesWhateverIsExpected ? try await store.base.revision(of: id) : revision
            return try await store.put(
                new, of: id, expecting: expected, by: writer, with: lie == .forgetsCommands ? .none : companions)
        }
    }

    func delete(
        _ id: PersistenceID, expecting revision: Int64, at time: Timestamp, with companions: Companions
    ) async throws -> Bool {
        try await call {
            try await store.delete(id, expecting: revision, at: time, with: companions)
        }
    }

    func list(after: PersistenceID?, prefix: String, limit: Int) async throws -> [DurableStateDescription] {
        try await store.list(after: after, prefix: prefix, limit: limit)
    }
}

extension SimulatedConnection: LeaseStore {
    func acquire(
        _ name: String, for term: Duration, as acquisition: ULID, by holder: WriterID, at now: Timestamp
    ) async throws -> LeaseAnswer {
        try await call {
            try await store.base.acquire(name, for: term, as: acquisition, by: holder, at: now)
        }
    }

    func renew(_ lease: Lease, for term: Duration, at now: Timestamp) async throws -> Lease {
        try await call { try await store.base.renew(lease, for: term, at: now) }
    }

    func release(_ lease: Lease) async throws -> Bool { try await call { try await store.base.release(lease) } }

    func get(_ name: String, at now: Timestamp) async throws -> Lease? { try await store.base.get(name, at: now) }
}

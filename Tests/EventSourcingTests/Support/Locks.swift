import Actors
import EventSourcing
import TestSupport

/// Locks that nobody else wants, which tell of every call.
struct RecordingLocks: LockProvider {
    let calls = Recorder<String>()
    /// Thrown instead of giving a lock.
    var refusal: (any Error)?
    /// Thrown when the body has run.
    var lateFailure: (any Error)?

    func withLock<Result: Sendable>(
        of id: PersistenceID, in system: ActorSystem, _ body: (HeldLock) async throws -> Result
    ) async throws -> Result {
        calls.add("lock \(id)")
        if let refusal { throw refusal }
        let result = try await body(HeldLock(of: id, fencingNumber: Int64(calls.values.count)))
        calls.add("unlock \(id)")
        if let lateFailure { throw lateFailure }
        return result
    }
}

/// A store in memory that waits, by a system's clock, before it tells a head or writes, where a test says so.
final class PausingStore: ForwardingStore {
    let base = InMemoryStore()
    private let system: ActorSystem
    private let pauses = Locked((head: Duration.zero, append: Duration.zero))

    init(in system: ActorSystem) { self.system = system }

    func pause(head: Duration = .zero, append: Duration = .zero) { pauses.withLock { $0 = (head, append) } }

    func target(isWrite: Bool) -> any EventStore & SnapshotStore { base }

    func head(of id: PersistenceID) async throws -> StreamHead? {
        await pause { $0.head }
        return try await base.head(of: id)
    }

    func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        await pause { $0.append }
        return try await base.append(
            events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
    }

    private func pause(_ length: @Sendable ((head: Duration, append: Duration)) -> Duration) async {
        let length = pauses.withLock { length($0) }
        if length > .zero { await system.pause(for: length) }
    }
}

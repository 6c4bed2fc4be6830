import Actors
import EventSourcing
import TestSupport

/// A store that breaks one rule on purpose.
struct LyingStore: ForwardingStore {
    enum Lie: String, CaseIterable {
        case writesWhereverTheStreamIs
        case writesHalfOfARefusedBatch
        case letsFencedWritersWrite
        case forgetsCommands
        case cutsPayloadsAtNUL
        case roundsTimesToMilliseconds
        case dropsMetadata
        case loadsWithoutTheLastEvent
        case swallowsVisitorsErrors
        case forgetsTheHeadOfAPrunedStream
        case sortsStreamsBackwards
        case loadsTheSnapshotSavedLast
        case keepsDeletedSnapshots
        case recoversFromNoSnapshot
        case countsOneTooFew
        case deletesOneTooFew
        case importsTimesInSeconds

        /// How the name of a case begins that must catch it.
        var caughtBy: String {
            switch self {
            case .writesWhereverTheStreamIs: "engine 27"
            case .writesHalfOfARefusedBatch: "engine 28"
            case .letsFencedWritersWrite: "an append with an older epoch"
            case .forgetsCommands: "engine 162"
            case .cutsPayloadsAtNUL: "payloads are kept"
            case .roundsTimesToMilliseconds: "times are exact"
            case .dropsMetadata: "engine 25"
            case .loadsWithoutTheLastEvent: "engine 18"
            case .swallowsVisitorsErrors: "what a visitor throws"
            case .forgetsTheHeadOfAPrunedStream: "engine 30"
            case .sortsStreamsBackwards: "streams are listed"
            case .loadsTheSnapshotSavedLast: "engine 34, 35"
            case .keepsDeletedSnapshots: "engine 36"
            case .recoversFromNoSnapshot: "a recovery begins with the head"
            case .countsOneTooFew: "reactions 130"
            case .deletesOneTooFew: "reactions 111"
            case .importsTimesInSeconds: "reactions 150"
            }
        }
    }

    let lie: Lie
    let inner = InMemoryStore()

    func target(isWrite: Bool) -> any EventStore & SnapshotStore { inner }

    func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        var (events, expecting, epoch, companions) = (events, expecting, epoch, companions)
        switch lie {
        case .writesWhereverTheStreamIs: expecting = .any
        case .letsFencedWritersWrite: epoch = nil
        case .forgetsCommands: companions = .none
        case .cutsPayloadsAtNUL:
            for index in events.indices { events[index].payload = Array(events[index].payload.prefix { $0 != 0 }) }
        case .roundsTimesToMilliseconds:
            for index in events.indices {
                let rounded = events[index].timestamp.microseconds / 1000 * 1000
                events[index].timestamp = Timestamp(microseconds: rounded)
            }
        case .dropsMetadata: for index in events.indices { events[index].metadata = Metadata() }
        default: break
        }
        do {
            return try await inner.append(
                events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
        } catch let error as ConcurrentModificationError where lie == .writesHalfOfARefusedBatch {
            _ = try await inner.append(
                Array(events.suffix(events.count / 2)), to: id, expecting: .any, by: writer, epoch: nil, with: .none)
            throw error
        }
    }

    func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        let through = lie == .loadsWithoutTheLastEvent && through > .min ? through - 1 : through
        return try await inner.load(
            id, from: from, through: through, fields: fields, into: initial
        ) { result, event in
            guard lie == .swallowsVisitorsErrors else { return try visit(&result, event) }
            return (try? visit(&result, event)) ?? .stop
        }
    }

    func head(of id: PersistenceID) async throws -> StreamHead? {
        var head = try await inner.head(of: id)
        if lie == .countsOneTooFew, let count = head?.eventCount, count > 1 { head?.eventCount = count - 1 }
        return lie == .forgetsTheHeadOfAPrunedStream && head?.eventCount == 0 ? nil : head
    }

    func recoveryStart(of id: PersistenceID, snapshots: (any SnapshotStore)?) async throws -> RecoveryStart {
        try await RecoveryStart(of: id, in: self, lie == .recoversFromNoSnapshot ? nil : snapshots)
    }

    func streams(after: PersistenceID?, prefix: String, limit: Int) async throws -> [StreamHead] {
        let heads = try await inner.streams(after: after, prefix: prefix, limit: limit)
        return lie == .sortsStreamsBackwards ? heads.reversed() : heads
    }

    func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        let upTo = lie == .deletesOneTooFew && upTo > .min ? upTo - 1 : upTo
        return try await inner.deleteEvents(of: id, upTo: upTo)
    }

    func importHistory(_ events: [ImportedEvent]) async throws {
        var events = events
        for index in events.indices where lie == .importsTimesInSeconds {
            let second = events[index].event.timestamp.microseconds / 1_000_000 * 1_000_000
            events[index].event.timestamp = Timestamp(microseconds: second)
        }
        try await inner.importHistory(events)
    }

    func save(_ snapshot: StoredSnapshot) async throws {
        if lie == .loadsTheSnapshotSavedLast {
            _ = try await inner.delete(of: snapshot.description.persistenceID, upTo: .max)
        }
        try await inner.save(snapshot)
    }

    func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        if lie == .keepsDeletedSnapshots { return try await !inner.list(of: id).isEmpty }
        return try await inner.delete(of: id, upTo: upTo)
    }
}

import Actors
import EventSourcing
import Reactions
import SQLiteStorage
import TestSupport
import Testing

/// On which store a test runs.
enum StoreKind: CaseIterable, Sendable {
    case memory
    case file
}

/// A store that has all that an application can use.
typealias WholeStore = ReactionStore & SnapshotStore & CommandStore & LiveStore & ProjectionStore & CheckpointStore

/// A fresh store, a clock that is moved by hand, and applications that do only what they are told.
final class ReactionStage: Sendable {
    let store: any WholeStore
    let clock = HandClock()
    private let folder: TemporaryFolder?

    init(_ kind: StoreKind) throws {
        switch kind {
        case .memory: (store, folder) = (InMemoryStore(), nil)
        case .file:
            let folder = try TemporaryFolder.inMemory()
            var options = SQLiteStoreOptions()
            options.checkpointsInBackground = false
            options.watchesFile = false
            (store, self.folder) = (try SQLiteStore.create(folder.file(), options: options), folder)
        }
    }

    /// The store, where it is one in memory.
    var memory: InMemoryStore {
        get throws { try #require(store as? InMemoryStore) }
    }

    /// An application with some parts, which has shut down when the body is over.
    @discardableResult
    func application<Result: Sendable>(
        _ name: String = "counting", on other: (any ReactionStore)? = nil,
        @ApplicationBuilder _ parts: () -> [ApplicationPart],
        do body: @Sendable (Application) async throws -> Result
    ) async throws -> Result {
        let settings = try ApplicationSettings(isSelfDriving: false)
        let app = try Application(name, on: other ?? store, settings: settings, clock: clock, parts: parts)
        do {
            let result = try await body(app)
            await app.shutdown()
            return result
        } catch {
            await app.shutdown()
            throw error
        }
    }

    /// Who wrote the last event of a stream.
    func writer(of id: PersistenceID) async throws -> WriterID {
        try #require(try await store.head(of: id)?.lastWriter)
    }

    /// Appends one increment of each amount to a counter, each in an append of its own.
    func increment(_ id: String = "c-1", by amounts: Int...) async throws {
        for amount in amounts {
            let event = NewEvent(
                type: "Incremented", payload: Array(#"{"amount":\#(amount)}"#.utf8), timestamp: clock.now)
            _ = try await store.append(
                [event], to: Counter.id(id), expecting: .any, by: WriterID(ULID(high: 1, low: 1)), epoch: nil,
                with: .none)
        }
    }
}

/// Something that a test turns on and off.
final class Switch: Sendable {
    private let state: Locked<Bool>

    init(_ isOn: Bool) { state = Locked(isOn) }

    var isOn: Bool { state.withLock { $0 } }

    func turn(on isOn: Bool) { state.withLock { $0 = isOn } }
}

/// A clock that stands still until it is moved.
final class HandClock: ActorClock {
    private let time = Locked(Timestamp(microseconds: 1_700_000_000_000_000))

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 = $0.adding(duration) } }
}

internal import Actors
public import EventSourcing
internal import Synchronization

/// Tells those who follow a store's log of its own commits at once, and of those of other processes as the system does.
final class StoreChanges: Sendable {
    private struct State: Sendable {
        var isClosed = false
        var watching: StoreWatching?
    }

    private let path: String
    private let watchesFile: Bool
    private let watchers = ChangeWatchers()
    private let state = Locked(State())
    // Asked after each commit, where mostly nobody follows.
    private let isWatched = Atomic(false)

    /// - Parameter watchesFile: whether other processes' commits are told of too.
    init(_ path: String, watchesFile: Bool = true) {
        self.path = path
        self.watchesFile = watchesFile
    }

    /// Tells somebody from now on; the file is watched from the first time on until the store is closed.
    func watch(_ notice: @escaping @Sendable () -> Void) throws -> ChangeWatch {
        let watch = watchers.add(notice)
        isWatched.store(true, ordering: .sequentiallyConsistent)
        try state.withLock { state in
            if state.isClosed { throw StoreError(.closed, file: path) }
            guard watchesFile, state.watching == nil else { return }
            state.watching = StoreWatching(path) { [watchers] in watchers.tell() }
            if state.watching == nil {
                throw StoreError(.inputOutput, file: path, detail: "the system has no thread left to watch it")
            }
        }
        return watch
    }

    /// A transaction of this store is durable.
    func noteCommit() {
        if isWatched.load(ordering: .sequentiallyConsistent) { watchers.tell() }
    }

    /// Ends the watching, and tells everybody a last time, so that they find the store closed.
    func close() {
        let watching = state.withLock { state in
            state.isClosed = true
            return state.watching.take()
        }
        watching?.stop()
        watchers.tell()
    }
}

extension SQLiteStore: LiveStore {
    public func watchChanges(_ notice: @escaping @Sendable () -> Void) throws -> ChangeWatch {
        try changes.watch(notice)
    }
}

import Actors
import EventSourcing

/// What a stretch of the log came to.
enum ProjectionStep {
    /// So many events were read and are in the rows, and there may be more.
    case went(Int, to: Int64)
    /// All that there is was folded before, or is not for this version.
    case caughtUp
    /// So many events were read, and the next one can't be folded.
    case stopped(Int, ProjectionFailure)
}

/// A walk of a projection through the log, from where it stands to the end.
///
/// While a window is folded the one before it is written, and the next stretch is read, so that reading, folding and writing
/// have a thread each.
final class ProjectionPass {
    private let table: ProjectionTable
    private let store: any EventStore & ProjectionStore
    private let clock: any ActorClock
    /// Where the projection is, as far as is known; nil where that has to be asked.
    private var position: Int64?
    private var rows: KeptRows
    /// Whether another version is read, so that this one takes its place when it has caught up.
    private var isBeside = false
    /// The next stretch, which was read while the one before it was folded.
    private var ahead: LogStretch?
    /// An event that is not to be folded, and why.
    private var obstacle: ProjectionFailure?

    private var projection: Projection { table.projection }

    init(of table: ProjectionTable, on store: any EventStore & ProjectionStore, _ clock: any ActorClock) {
        self.table = table
        self.store = store
        self.clock = clock
        rows = table.rows()
    }

    /// Folds the next stretch, and writes it window by window.
    ///
    /// - Parameter progress: is told the position of the projection behind each window.
    func step(_ progress: (Int64) -> Void = { _ in }) async throws -> ProjectionStep {
        try Task.checkCancellation()
        if position == nil, try await !open() { return .caughtUp }
        guard let start = position else { return .caughtUp }
        let stretch: LogStretch
        if let read = ahead.take() { stretch = read } else { stretch = try await read(behind: start) }
        let (table, store) = (table, store)
        let end = stretch.isFull && obstacle == nil ? stretch.last : nil
        async let next: LogStretch? =
            if let end { .read(table, from: store, behind: end) } else { nil }
        do {
            let step = try await fold(stretch, progress)
            // What can't be read is read again, and said, when its turn has come.
            if case .went = step { ahead = try? await next }
            return step
        } catch is ProjectionConflictError {
            // Another one was first; what is to be done is what it has left.
            position = nil
        } catch let error as UnwritableRow {
            // All before the event is folded again, without it.
            if let obstacle, obstacle.position <= error.position { throw error }
            obstacle = ProjectionFailure(projection, at: error.position, because: error)
            position = nil
        } catch {
            position = nil
            throw error
        }
        return .went(0, to: start)
    }

    // MARK: - Folding

    private func fold(_ stretch: LogStretch, _ progress: (Int64) -> Void) async throws -> ProjectionStep {
        let (writing, start) = (WindowWriting(projection: projection, store: store, now: clock.now), position ?? 0)
        var (count, last) = (0, start)
        var before: FoldedWindow?
        for window in stretch.windows {
            try Task.checkCancellation()
            let former = before
            async let written: Void = writing.write(former)
            var fold = WindowFold(of: window)
            while let key = fold.run(stretch, into: rows, by: table.steps) {
                // What was let go of is in the store when that is written.
                try await written
                try await read(key)
            }
            let changes = Result { () throws(UnwritableRow) in try rows.changes(by: table.codec) }
            try await written
            note(former, progress)
            before = nil
            if fold.count > 0 {
                before = FoldedWindow(changes: try changes.get(), last: fold.last, expected: last)
                (count, last) = (count + fold.count, fold.last)
            }
            rows.noteWritten()
            rows.letGo(keeping: table.declaration.rowsInMemory)
            if let trouble = fold.trouble {
                try await writing.write(before)
                note(before, progress)
                return .stopped(count, ProjectionFailure(projection, trouble.event, because: trouble.cause))
            }
        }
        try await writing.write(before)
        note(before, progress)
        if let obstacle, !stretch.isFull { return .stopped(count, obstacle) }
        if count > 0 { return .went(count, to: last) }
        try await takePlace()
        return .caughtUp
    }

    /// Notes that a window is in the store.
    private func note(_ written: FoldedWindow?, _ progress: (Int64) -> Void) {
        guard let written else { return }
        position = written.last
        progress(written.last)
    }

    /// Keeps a row as it stands in the store.
    private func read(_ key: String) async throws {
        let text = try await store.get(key, of: projection.name, version: projection.version)
        do {
            try rows.keep(text, by: table.codec)
        } catch {
            throw ProjectionError.row(key: key, of: projection, error)
        }
    }

    // MARK: - Reading

    /// Finds where the projection is; false where a later version has taken its place, and nothing of it is there.
    private func open() async throws -> Bool {
        let versions = try await store.versions(of: projection.name)
        let own = versions.first { $0.projection == projection }
        let live = versions.first { $0.isLive }
        if own == nil, let live, live.projection.version > projection.version { return false }
        isBeside = live.map { $0.projection.version < projection.version } ?? false
        rows = table.rows(isWhole: own == nil)
        (position, ahead) = (own?.position ?? 0, nil)
        if !isBeside { try await dropFormer(versions) }
        return true
    }

    private func read(behind position: Int64) async throws -> LogStretch {
        if obstacle == nil {
            do {
                return try await .read(table, from: store, behind: position)
            } catch let error as StoreError where error.reason == .corrupt {
                guard let damaged = error.position, damaged > position else { throw error }
                obstacle = ProjectionFailure(projection, at: damaged, because: error)
            }
        }
        return try await .read(table, from: store, behind: position, below: obstacle?.position ?? .max)
    }

    // MARK: - Versions

    /// Becomes the version that is read, where a lower one is.
    private func takePlace() async throws {
        guard isBeside else { return }
        isBeside = false
        try await store.swap(to: projection, at: clock.now)
        try await dropFormer(try await store.versions(of: projection.name))
    }

    private func dropFormer(_ versions: [ProjectionDescription]) async throws {
        guard table.declaration.dropsFormer else { return }
        for former in versions where former.projection.version < projection.version && !former.isLive {
            try await store.drop(former.projection)
        }
    }
}

/// What a window came to, to be written.
private struct FoldedWindow: Sendable {
    let changes: [ProjectionChange]
    /// The position of its last event.
    let last: Int64
    /// The position behind which its first event stands.
    let expected: Int64
}

/// Writes windows.
private struct WindowWriting: Sendable {
    let projection: Projection
    let store: any ProjectionStore
    let now: Timestamp

    /// Writes the rows and the position of a window; nothing where there is none.
    func write(_ window: FoldedWindow?) async throws {
        guard let window else { return }
        try await store.apply(
            window.changes, to: projection, position: window.last, expecting: window.expected, at: now)
    }
}

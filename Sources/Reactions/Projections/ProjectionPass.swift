import EventSourcing

/// What a window came to.
enum ProjectionStep {
    /// So many events were read and are in the rows, and there may be more.
    case went(Int, to: Int64)
    /// All that there is was folded before, or is not for this version.
    case caughtUp
    /// So many events were read, and the next one can't be folded.
    case stopped(Int, ProjectionFailure)
}

/// A walk of a projection through the log, from where it stands to the end.
final class ProjectionPass {
    private let table: ProjectionTable
    private let store: any EventStore & ProjectionStore
    private let clock: any ActorClock
    /// Where the projection is, as far as is known; nil where that has to be asked.
    private var position: Int64?
    private var rows = KeptRows(isNew: false)
    /// Whether another version is read, so that this one takes its place when it has caught up.
    private var isBeside = false
    /// The next window, which was read while the one before it was written.
    private var ahead: ProjectionWindow?
    /// An event that is not to be folded, and why.
    private var obstacle: ProjectionFailure?

    private var projection: Projection { table.projection }

    init(of table: ProjectionTable, on store: any EventStore & ProjectionStore, _ clock: any ActorClock) {
        self.table = table
        self.store = store
        self.clock = clock
    }

    /// Folds the next window, and writes it.
    func step() async throws -> ProjectionStep {
        try Task.checkCancellation()
        if position == nil, try await !open() { return .caughtUp }
        guard let position else { return .caughtUp }
        var window: ProjectionWindow
        if let read = ahead.take() { window = read } else { window = try await read(behind: position) }
        while let key = window.foldWaiting() {
            window.rows.keep(try await row(key), at: key)
        }
        let changes: [ProjectionChange]
        do {
            changes = try window.rows.changes(table.encode)
        } catch {
            // All before the event is folded again, without it.
            return try await retreat(before: error.position, because: error)
        }
        window.rows.noteWritten(keeping: table.declaration.rowsInMemory)
        // Handed over, so that whoever changes the rows next has the only ones.
        swap(&rows, &window.rows)
        if window.count > 0 {
            do {
                try await write(changes, of: window, behind: position)
            } catch is ProjectionConflictError {
                // Another one was first; what is to be done is what it has left.
                (self.position, ahead) = (nil, nil)
                return .went(0, to: position)
            }
        }
        if let trouble = window.trouble {
            return .stopped(window.count, ProjectionFailure(projection, trouble.event, because: trouble.cause))
        }
        if let obstacle, window.count < table.declaration.window { return .stopped(window.count, obstacle) }
        if window.count > 0 { return .went(window.count, to: window.last) }
        try await takePlace()
        return .caughtUp
    }

    /// Writes a window, and reads the next one meanwhile where there are more.
    private func write(
        _ changes: [ProjectionChange], of window: ProjectionWindow, behind position: Int64
    ) async throws {
        let (store, table, now) = (store, table, clock.now)
        guard window.count == table.declaration.window, window.trouble == nil, obstacle == nil else {
            try await store.apply(changes, to: projection, position: window.last, expecting: position, at: now)
            self.position = window.last
            return
        }
        let next = WindowReading(ProjectionWindow(of: table, takeRows(), below: .max))
        async let reading = next.read(table, from: store, behind: window.last)
        try await store.apply(changes, to: projection, position: window.last, expecting: position, at: now)
        // What can't be read is read again, and said, when its turn has come.
        ahead = try? await reading
        self.position = ahead == nil ? nil : window.last
    }

    /// Finds where the projection is; false where a later version has taken its place, and nothing of it is there.
    private func open() async throws -> Bool {
        let versions = try await store.versions(of: projection.name)
        let own = versions.first { $0.projection == projection }
        let live = versions.first { $0.isLive }
        if own == nil, let live, live.projection.version > projection.version { return false }
        isBeside = live.map { $0.projection.version < projection.version } ?? false
        rows = KeptRows(isNew: own == nil)
        position = own?.position ?? 0
        if !isBeside { try await dropFormer(versions) }
        return true
    }

    private func read(behind position: Int64) async throws -> ProjectionWindow {
        let reading = WindowReading(ProjectionWindow(of: table, takeRows(), below: obstacle?.position ?? .max))
        do {
            return try await reading.read(table, from: store, behind: position)
        } catch let error as StoreError where error.reason == .corrupt {
            guard let damaged = error.position, damaged > position else { throw error }
            obstacle = ProjectionFailure(projection, at: damaged, because: error)
            _ = try await open()
            return try await read(behind: self.position ?? position)
        }
    }

    /// The rows, which are whoever's that takes them.
    private func takeRows() -> KeptRows {
        var taken = KeptRows(isNew: false)
        swap(&taken, &rows)
        return taken
    }

    /// The row of a key as it stands in the store.
    private func row(_ key: String) async throws -> (any Sendable)? {
        guard let text = try await store.get(key, of: projection.name, version: projection.version) else { return nil }
        return try table.row(text, at: key, of: projection)
    }

    private func retreat(before place: Int64, because error: UnwritableRow) async throws -> ProjectionStep {
        if let obstacle, obstacle.position <= place { throw error }
        obstacle = ProjectionFailure(projection, at: place, because: error)
        position = nil
        return .went(0, to: place)
    }

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

import Actors
public import EventSourcing

extension Application {
    /// The rows of a projection, as its declared type.
    ///
    /// Throws `ProjectionError` for a projection that is not declared, or whose rows are of another type.
    public func projection<Row: Codable & Sendable>(
        _ name: String, of row: Row.Type = Row.self
    ) throws -> ProjectionView<Row> {
        let table = try projectionTable(name)
        guard table.declaration.rowType == ObjectIdentifier(Row.self) else {
            throw ProjectionError.otherRow(name, asked: String(describing: row))
        }
        return ProjectionView(table: table, store: try projectionStore())
    }

    /// Folds all that stands behind the positions of the projections, and answers how many events were read for them; one that
    /// waits to try an event again is passed over.
    ///
    /// They take turns, a few windows each, so that one that is built anew does not hold up the others. Where an event can't be
    /// folded, only its projection stops. Throws the first `StoreError` when all others are done, and `CancellationError` behind
    /// a window.
    @discardableResult
    public func advanceProjections() async throws -> Int {
        if definition.projections.isEmpty { return 0 }
        let store = try projectionStore()
        var passes: [(table: ProjectionTable, pass: ProjectionPass)] = []
        for table in definition.projections {
            if let due = projectionFailures.of(table.projection.name)?.due, due > clock.now { continue }
            passes.append((table, ProjectionPass(of: table, on: store, clock)))
        }
        var (count, failure) = (0, (any Error)?.none)
        while !passes.isEmpty {
            var going: [(table: ProjectionTable, pass: ProjectionPass)] = []
            for (table, pass) in passes {
                do {
                    switch try await pass.step() {
                    case .went(let events, let position):
                        count += events
                        projectionFailures.pass(table.projection.name, position)
                        going.append((table, pass))
                    case .caughtUp: break
                    case .stopped(let events, let failure):
                        count += events
                        note(failure, of: table)
                    }
                } catch let error as CancellationError {
                    throw error
                } catch {
                    failure = failure ?? error
                }
            }
            passes = going
        }
        if let failure { throw failure }
        return count
    }

    /// When a projection tries an event again that it could not fold; nil where none waits for that.
    public var nextProjectionAttempt: Timestamp? { projectionFailures.firstDue }

    /// Where a projection stopped in this process, and why; nil where it did not, or has gone on.
    public func projectionFailure(_ name: String) -> ProjectionFailure? { projectionFailures.of(name) }

    /// Builds the declared version of a projection beside the one that is read, and has it take its place, without waiting for
    /// its turn.
    ///
    /// Throws `ProjectionError.isLive` where the declared version is the one that is read, `isFormer` where a later one is,
    /// `ProjectionFailure` for an event that can't be folded, `StoreError`, and `CancellationError` behind a window, behind which
    /// the next call goes on.
    ///
    /// - Parameters:
    ///   - name: the projection.
    ///   - givingUpRows: whether the declared version may be the one that is read: its rows are dropped, and come back as they
    ///     are built.
    ///   - progress: is told the position of the projection behind each window.
    /// - Returns: how many events were read.
    @discardableResult
    public func rebuild(
        _ name: String, givingUpRows: Bool = false, progress: @Sendable (Int64) -> Void = { _ in }
    ) async throws -> Int {
        let (table, store) = (try projectionTable(name), try projectionStore())
        if let live = try await store.versions(of: name).first(where: \.isLive)?.projection.version {
            if live > table.projection.version { throw ProjectionError.isFormer(table.projection, live: live) }
            if live == table.projection.version {
                guard givingUpRows else { throw ProjectionError.isLive(table.projection) }
                try await store.drop(table.projection)
            }
        }
        projectionFailures.pass(name, .max)
        let pass = ProjectionPass(of: table, on: store, clock)
        var count = 0
        while true {
            switch try await pass.step(progress) {
            case .went(let events, _): count += events
            case .caughtUp: return count
            case .stopped(_, let failure): throw note(failure, of: table)
            }
        }
    }

    /// Removes a version of a projection that is not read, and answers whether it was there.
    ///
    /// Throws `ProjectionError` for a projection that is not declared, or a version that is read, and `StoreError`.
    @discardableResult
    public func dropProjection(_ name: String, version: Int) async throws -> Bool {
        let store = try projectionStore()
        _ = try projectionTable(name)
        let projection = Projection(name, version: version)
        guard let found = try await store.versions(of: name).first(where: { $0.projection == projection }) else {
            return false
        }
        if found.isLive { throw ProjectionError.dropsLive(projection) }
        return try await store.drop(projection)
    }

    /// How far the declared version of a projection is behind the log.
    ///
    /// Throws `ProjectionError.undeclared`, and `StoreError`.
    public func projectionLag(_ name: String) async throws -> ProjectionLag {
        let (table, projectionStore) = (try projectionTable(name), try projectionStore())
        let known = try await projectionStore.versions(of: name).first { $0.projection == table.projection }
        let position = known?.position ?? 0
        guard let next = try await store.event(after: position) else {
            return ProjectionLag(projection: table.projection, position: position, last: position, time: .zero)
        }
        return ProjectionLag(
            projection: table.projection, position: position, last: try await store.lastPosition(from: next.position),
            time: max(.zero, clock.now.duration(since: next.timestamp)))
    }

    // MARK: -

    func projectionTable(_ name: String) throws -> ProjectionTable {
        guard let table = definition.projections.first(where: { $0.projection.name.hasSameBytes(as: name) }) else {
            throw ProjectionError.undeclared(name)
        }
        return table
    }

    /// The store, which an application with projections was built only if it could be one.
    func projectionStore() throws -> any EventStore & ProjectionStore {
        guard let store = store as? any EventStore & ProjectionStore else {
            throw ApplicationDefinitionError.projectionStore(
                definition.projections.first?.projection.name ?? "", store: String(describing: type(of: store)))
        }
        return store
    }

    @discardableResult
    private func note(_ failure: ProjectionFailure, of table: ProjectionTable) -> ProjectionFailure {
        let failure = projectionFailures.note(failure, table.backoff, at: clock.now)
        warn(
            "A projection can't go on.", of: failure.stream, at: failure.position, because: failure)
        return failure
    }
}

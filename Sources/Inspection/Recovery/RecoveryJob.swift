public import EventSourcing

/// Goes through recovery as an entity of the stream's domain does; writes nothing.
public final class RecoveryJob: InspectionJob {
    private let run: RecoveryRun

    init(_ run: RecoveryRun) { self.run = run }

    public var progress: Double { run.progress }

    public func step(budget events: Int) throws -> RecoveryOutcome? {
        try run.step(budget: events) ? run.outcome : nil
    }
}

/// Goes through recovery once with each mode of the replay filter, to compare what they make of a history.
public final class FilterComparisonJob: InspectionJob {
    /// In the order in which they are compared.
    public static let modes: [ReplayFilter.Mode] = [.fail, .warn, .repairByDiscardOld, .off]

    private let runs: [RecoveryRun]

    init(_ inspector: Inspector, of id: PersistenceID, comparison: ReplayFilter.Comparison) {
        runs = Self.modes.map { mode in
            RecoveryRun(inspector, of: id, filter: ReplayFilter(mode: mode, comparison: comparison))
        }
    }

    public var progress: Double { runs.reduce(0) { $0 + $1.progress } / Double(runs.count) }

    public func step(budget events: Int) throws -> [RecoveryOutcome]? {
        guard let open = runs.first(where: { !$0.isDone }) else { return runs.map(\.outcome) }
        _ = try open.step(budget: events)
        return nil
    }
}

extension Inspector {
    /// What recovery makes of a stream, with the filter of its domain or with another one.
    public func recovery(of id: PersistenceID, filter: ReplayFilter? = nil) -> RecoveryJob {
        RecoveryJob(RecoveryRun(self, of: id, filter: filter ?? domain(for: id.entityType).replayFilter))
    }

    /// What recovery makes of a stream with each mode of the replay filter: fail, warn, repair, off.
    public func filterComparison(
        of id: PersistenceID, comparison: ReplayFilter.Comparison
    ) -> FilterComparisonJob {
        FilterComparisonJob(self, of: id, comparison: comparison)
    }
}

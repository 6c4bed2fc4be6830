public import Actors
public import EventSourcing

extension SQLiteStore: RestorableStore {
    @discardableResult
    public func restore(_ history: RestoredHistory, at now: Timestamp) async throws -> Range<Int64> {
        try await lane.perform(isAlone: true) { try $0.restore(history, at: now) }
    }
}

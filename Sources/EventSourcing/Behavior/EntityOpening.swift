package import Actors

/// What opening an entity without history does, behind its recovery and before its first command.
package struct EntityOpening: Sendable {
    private let timers: @Sendable (Timestamp) throws -> [NewTimer]
    private let action: (@Sendable (Timestamp) async -> [any Error])?

    /// The name of a timer that is armed and cancelled at once by whoever runs the action; its generation stays behind.
    package static let mark = "(opened)"

    /// Describes an opening.
    ///
    /// - Parameters:
    ///   - timers: those that are armed before the first event, from a moment on; each unless its name was armed before.
    ///   - action: runs once for an entity, however often and by however many it is opened, and answers what failed; whoever
    ///     ends between the insert that decides and the end of the action leaves it undone for good.
    package init(
        timers: @escaping @Sendable (Timestamp) throws -> [NewTimer],
        action: (@Sendable (Timestamp) async -> [any Error])?
    ) {
        self.timers = timers
        self.action = action
    }

    /// Opens an entity; throws what the store throws, and may then be called again.
    func run(for id: PersistenceID, on ground: EntityGround) async throws {
        guard let store = ground.events as? any TimerStore else {
            throw EventSourcedBehaviorError.missingTimerStore(id)
        }
        let now = ground.now()
        for var timer in try timers(now) {
            timer.generation = 0
            try await store.arm(timer, of: id)
        }
        guard let action, try await isFirst(id, on: ground, store, at: now) else { return }
        for failure in await action(now) {
            ground.warn(
                "\(id) was opened, and an action of that failed: \(failure)", ["persistenceID": "\(id)"])
        }
    }

    /// Whether nobody has opened the entity before, and it has no history by now; the one insert of the mark decides.
    private func isFirst(
        _ id: PersistenceID, on ground: EntityGround, _ store: any TimerStore, at now: Timestamp
    ) async throws -> Bool {
        let mark = NewTimer(Self.mark, deadline: now, generation: 0)
        do {
            _ = try await ground.events.append(
                [], to: id, expecting: .number(0), by: ground.writer, epoch: nil,
                with: Companions(timers: [.arm(mark), .cancel(Self.mark)], at: now))
            return true
        } catch is ConcurrentModificationError {
            return false
        } catch let error as StoreError where error.reason == .invalid {
            // It was there, unless something else is wrong with it: a name that is known takes no lower generation.
            let probe = NewTimer(Self.mark, deadline: Timestamp(microseconds: .max), generation: .min)
            guard try await store.arm(probe, of: id) else { return false }
            try await store.cancel(Self.mark, of: id)
            throw error
        }
    }
}

package import Actors

/// Wakes an actor that works on a store, once for many changes of the store.
package final class ChangeBell: Sendable {
    private struct State: Sendable {
        /// Whether the actor was woken, and has not heard it yet.
        var isRung = false
        /// Tells of the store's changes until it is let go.
        var watch: ChangeWatch?
    }

    private let state = Locked(State())

    package init() {}

    /// Whether the store tells of its changes; any other is asked again and again.
    package var hangs: Bool { state.withLock { $0.watch != nil } }

    /// Wakes whenever the store has changed, from now on; never where the store does not say.
    package func hang(on store: any Sendable, _ log: ActorLog, _ wake: @escaping @Sendable () -> Void) {
        guard let store = store as? any LiveStore else { return }
        do {
            let watch = try store.watchChanges { [weak self] in self?.ring(wake) }
            state.withLock { $0.watch = watch }
        } catch {
            log(.warning, "The store can't be watched, and is asked for what changes instead.", ["error": "\(error)"])
        }
    }

    /// Wakes, unless somebody has and was not heard yet.
    package func ring(_ wake: () -> Void) {
        let isRung = state.withLock { state in
            defer { state.isRung = true }
            return state.isRung
        }
        if !isRung { wake() }
    }

    /// What rings from now on is something new.
    package func hear() { state.withLock { $0.isRung = false } }

    package func letGo() {
        // Outside the lock, which a notice takes.
        _ = state.withLock { $0.watch.take() }
    }
}

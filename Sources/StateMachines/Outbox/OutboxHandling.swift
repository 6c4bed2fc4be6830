import Actors

/// Whether the handler of one row is at work, also behind the time in which it was waited for.
final class OutboxHandling: Sendable {
    private struct State: Sendable {
        var isOn = false
        var tell: (@Sendable () -> Void)?
    }

    private let state = Locked(State())

    func begin() { state.withLock { $0.isOn = true } }

    /// Tells whoever waits for it.
    func end() {
        let tell = state.withLock { state in
            state.isOn = false
            return state.tell.take()
        }
        tell?()
    }

    /// Whether it goes on; if so, its end is told.
    func isGoingOn(thenTelling tell: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            if state.isOn { state.tell = tell }
            return state.isOn
        }
    }
}

import Actors

/// Those who want to be told of changes.
package final class ChangeWatchers: Sendable {
    private struct State: Sendable {
        var notices: [UInt64: @Sendable () -> Void] = [:]
        var next: UInt64 = 0
    }

    private let state = Locked(State())

    package init() {}

    /// Whether there is nobody to tell.
    package var isEmpty: Bool { state.withLock { $0.notices.isEmpty } }

    /// Adds somebody, until the watch is let go.
    package func add(
        _ notice: @escaping @Sendable () -> Void, ended: @escaping @Sendable () -> Void = {}
    ) -> ChangeWatch {
        let number = state.withLock { state in
            state.next += 1
            state.notices[state.next] = notice
            return state.next
        }
        return ChangeWatch { [self] in
            // Let go outside the lock: it may hold the last reference to something that watches itself.
            let gone = state.withLock { $0.notices.removeValue(forKey: number) }
            _ = consume gone
            ended()
        }
    }

    /// Tells everybody.
    package func tell() {
        let notices = state.withLock { Array($0.notices.values) }
        for notice in notices { notice() }
    }
}

import Actors

/// Counts changes, and lets one task wait for the next.
final class FeedSignal: Sendable {
    private struct State: Sendable {
        var count: UInt64 = 0
        var isCancelled = false
        var waiter: UnsafeContinuation<Void, Never>?
    }

    private let state = Locked(State())

    /// How many changes were told.
    var count: UInt64 { state.withLock { $0.count } }

    /// Tells of a change.
    func ring() {
        wake { $0.count &+= 1 }
    }

    /// Waits until more changes were told than `seen`, or the task is cancelled.
    func wait(beyond seen: UInt64) async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.count != seen || state.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            wake { $0.isCancelled = true }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            return state.waiter.take()
        }
        waiter?.resume()
    }
}

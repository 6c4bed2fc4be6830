import Actors

/// The end of what works in the background, which any number of tasks may wait for.
package final class WorkEnd: Sendable {
    private struct State: Sendable {
        var isOver = false
        var waiting: [UnsafeContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    package init() {}

    package var isOver: Bool { state.withLock { $0.isOver } }

    /// Resumes at the end, at once where that is behind; false then.
    @discardableResult
    package func wait(_ continuation: UnsafeContinuation<Void, Never>) -> Bool {
        let isOver = state.withLock { state in
            if !state.isOver { state.waiting.append(continuation) }
            return state.isOver
        }
        if isOver { continuation.resume() }
        return !isOver
    }

    package func come() {
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

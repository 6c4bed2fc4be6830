import Actors
import EventSourcing

/// What somebody wants the driver to do now, and waits for.
final class Run: Sendable {
    private struct State: Sendable {
        var result: Result<SettledTotals, any Error>?
        var waiting: [UnsafeContinuation<Result<SettledTotals, any Error>, Never>] = []
    }

    /// Whether new events are correlated.
    let correlates: Bool
    /// Whether claims are made, until nothing moves.
    let drains: Bool
    private let state = Locked(State())

    init(correlates: Bool, drains: Bool) {
        self.correlates = correlates
        self.drains = drains
    }

    /// What it came to; throws `CancellationError` to whoever is cancelled while it waits, and the run goes on.
    var totals: SettledTotals {
        get async throws {
            let result = await withTaskCancellationHandler {
                await withUnsafeContinuation { continuation in
                    let result = state.withLock { state in
                        if state.result == nil { state.waiting.append(continuation) }
                        return state.result
                    }
                    if let result { continuation.resume(returning: result) }
                }
            } onCancel: {
                end(.failure(CancellationError()))
            }
            return try result.get()
        }
    }

    func end(_ result: Result<SettledTotals, any Error>) {
        let waiting = state.withLock { state in
            guard state.result == nil else { return [UnsafeContinuation<Result<SettledTotals, any Error>, Never>]() }
            state.result = result
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: result) }
    }
}

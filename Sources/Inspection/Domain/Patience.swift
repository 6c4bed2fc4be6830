import Actors

/// Waits for something for a while, and no longer.
enum Patience {
    /// What a body comes to; nil where that is not known behind a while.
    ///
    /// The body is cancelled then, and goes on where it does not mind that. Throws what the body throws, and
    /// `CancellationError` where the task is cancelled.
    ///
    /// - Parameters:
    ///   - patience: how long, in the time of the machine.
    ///   - system: by whose scheduler the body runs, so that a stepped one steps it.
    ///   - body: what is waited for.
    static func wait<Value: Sendable>(
        _ patience: Duration, in system: ActorSystem, for body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let first = FirstResult<Value?>()
        let work = system.beginTask(here: false) {
            do { first.come(.success(try await body())) } catch { first.come(.failure(error)) }
        }
        let end = Task {
            do { try await Task.sleep(for: patience) } catch { return }
            first.come(.success(nil))
        }
        defer {
            work.cancel()
            end.cancel()
        }
        return try await withTaskCancellationHandler {
            try await first.value
        } onCancel: {
            first.come(.failure(CancellationError()))
        }
    }
}

/// The first result of several that may come, for one who waits for it.
private final class FirstResult<Value: Sendable>: Sendable {
    private struct State: Sendable {
        var result: Result<Value, any Error>?
        var waiting: CheckedContinuation<Value, any Error>?
    }

    private let state = Locked(State())

    func come(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state in
            guard state.result == nil else { return CheckedContinuation<Value, any Error>?.none }
            state.result = result
            return state.waiting.take()
        }
        waiting?.resume(with: result)
    }

    var value: Value {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state in
                    if state.result == nil { state.waiting = continuation }
                    return state.result
                }
                if let result { continuation.resume(with: result) }
            }
        }
    }
}

import Actors
import SQLiteStorage

/// Runs asynchronous work, and blocks this thread until it is done; for a program's main thread alone.
func waitFor<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let answer = Answered<Value>()
    Task.detached {
        do {
            answer.give(.success(try await body()))
        } catch {
            answer.give(.failure(error))
        }
    }
    return try answer.wait()
}

/// One answer that a thread waits for.
private final class Answered<Value: Sendable>: Sendable {
    private let result = Locked<Result<Value, any Error>?>(nil)
    private let bell = Wakeup()

    func give(_ value: Result<Value, any Error>) {
        result.withLock { $0 = value }
        bell.ring()
    }

    func wait() throws -> Value {
        while true {
            bell.wait()
            if let result = result.withLock({ $0 }) { return try result.get() }
        }
    }
}

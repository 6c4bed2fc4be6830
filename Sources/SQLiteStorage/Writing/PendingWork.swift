/// Something to write that waits for its turn in a group.
protocol PendingWork: AnyObject, Sendable {
    /// Whether it must have a transaction of its own.
    var isAlone: Bool { get }
    /// Since when it waits.
    var arrival: ContinuousClock.Instant { get }
    /// Runs it inside the group's transaction.
    func run(_ log: LogWriting) throws
    /// Answers it: with what `run` gave, or with an error.
    func answer(_ failure: (any Error)?)
}

/// Work with its answer and the caller who waits for it.
// Safe to send: it is touched by the caller until it is enqueued, and after that only by whoever holds the lane.
final class Waiting<Answer: Sendable>: PendingWork, @unchecked Sendable {
    let isAlone: Bool
    let arrival: ContinuousClock.Instant
    private let body: @Sendable (LogWriting) throws -> Answer
    private let continuation: UnsafeContinuation<Answer, any Error>
    private var result: Answer?

    init(
        isAlone: Bool, since arrival: ContinuousClock.Instant,
        _ body: @escaping @Sendable (LogWriting) throws -> Answer,
        _ continuation: UnsafeContinuation<Answer, any Error>
    ) {
        self.isAlone = isAlone
        self.arrival = arrival
        self.body = body
        self.continuation = continuation
    }

    func run(_ log: LogWriting) throws { result = try body(log) }

    func answer(_ failure: (any Error)?) {
        if let result, failure == nil {
            continuation.resume(returning: result)
        } else {
            continuation.resume(throwing: failure ?? StoreErrorWithoutResult())
        }
    }
}

/// Never thrown: work without a failure has a result.
private struct StoreErrorWithoutResult: Error {}

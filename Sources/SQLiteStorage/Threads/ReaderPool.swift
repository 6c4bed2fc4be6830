internal import Actors
internal import EventSourcing

/// A few reading connections on threads of their own.
///
/// A thread and its connection are made when there is more to read than threads that read.
final class ReaderPool: Sendable {
    private struct State {
        var waiting = Queue<any PoolQuestion>()
        var threads: [OwnThread] = []
        var idle = 0
        var isClosed = false
    }

    private let state = Locked(State())
    private let bell = Wakeup()
    private let size: Int
    private let open: @Sendable () throws -> LogReading

    init(size: Int, open: @escaping @Sendable () throws -> LogReading) {
        self.size = size
        self.open = open
    }

    /// Runs a question on one of the pool's threads.
    func read<Answer: Sendable>(_ body: @escaping @Sendable (LogReading) throws -> Answer) async throws -> Answer {
        try await withUnsafeThrowingContinuation { continuation in
            enqueue(Question(body, continuation))
        }
    }

    private func enqueue(_ work: any PoolQuestion) {
        let isAccepted = state.withLock { state in
            guard !state.isClosed else { return false }
            if state.idle > 0 {
                state.idle -= 1
            } else if state.threads.count < size, let thread = OwnThread({ [self] in run() }) {
                state.threads.append(thread)
            }
            // Without any thread nobody would ever answer.
            if state.threads.isEmpty { return false }
            state.waiting.append(work)
            return true
        }
        if isAccepted { bell.ring() } else { work.answer(from: .failure(StoreError(.closed))) }
    }

    private func run() {
        // Opened by the thread that uses it; a failure is told to whoever asks, and tried again for the next.
        var reading: LogReading?
        while true {
            bell.wait()
            let work = state.withLock { $0.waiting.removeFirst() }
            guard let work else { return }
            let opened = Result { try reading ?? open() }
            reading = try? opened.get()
            work.answer(from: opened)
            state.withLock { state in
                if state.waiting.isEmpty { state.idle = min(state.idle + 1, state.threads.count) }
            }
        }
    }

    /// Answers what is waiting, and ends the threads.
    func close() {
        let threads = state.withLock { state in
            state.isClosed = true
            defer { state.threads = [] }
            return state.threads
        }
        for _ in threads { bell.ring() }
        for thread in threads { thread.join() }
    }
}

/// Something to read that waits for a thread.
private protocol PoolQuestion: AnyObject, Sendable {
    /// Answers it on a connection, or with the error for which there is none.
    func answer(from reading: Result<LogReading, any Error>)
}

/// A question with the caller who waits for its answer.
// Safe to send: it is touched by the caller until it is enqueued, and after that by the one thread that took it.
private final class Question<Answer: Sendable>: PoolQuestion, @unchecked Sendable {
    private var body: (@Sendable (LogReading) throws -> Answer)?
    private let continuation: UnsafeContinuation<Answer, any Error>

    init(
        _ body: @escaping @Sendable (LogReading) throws -> Answer, _ continuation: UnsafeContinuation<Answer, any Error>
    ) {
        self.body = body
        self.continuation = continuation
    }

    func answer(from reading: Result<LogReading, any Error>) {
        continuation.resume(with: run(reading))
    }

    // The body is let go before the caller goes on: it holds a visitor that must not outlive the call.
    private func run(_ reading: Result<LogReading, any Error>) -> Result<Answer, any Error> {
        guard let body = body.take() else { return .failure(StoreError(.closed)) }
        return Result {
            let reading = try reading.get()
            try reading.endLeftMoment()
            return try body(reading)
        }
    }
}

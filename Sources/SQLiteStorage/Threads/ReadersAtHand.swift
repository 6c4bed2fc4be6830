internal import Actors
internal import EventSourcing

/// A few reading connections for short questions, answered in the thread that asks.
///
/// Two changes of thread cost more than reading a head or a snapshot. Whoever finds none free, or the file held, asks a
/// thread of the `ReaderPool` instead.
final class ReadersAtHand: Sendable {
    /// How many events a question may read at most, so that it holds up nobody's tasks.
    static let mostEvents: Int64 = 64

    // Safe to send: whoever takes it out of the state has it for itself until it is put back under the same lock.
    private struct Reader: @unchecked Sendable {
        let reading: LogReading
    }

    private struct State {
        var idle: [Reader] = []
        /// Those that are lent, or being opened.
        var lent = 0
        var isClosed = false
    }

    private let state = Locked(State())
    private let returned = Wakeup()
    private let size: Int
    private let open: @Sendable () throws -> LogReading

    /// - Parameter open: opens a connection that never waits for a lock.
    init(size: Int, open: @escaping @Sendable () throws -> LogReading) {
        self.size = size
        self.open = open
    }

    /// Answers a question here and now; nil where it has to wait.
    func read<Answer>(_ body: (LogReading) throws -> Answer) throws -> Answer? {
        // The only one that holds it, so that it is gone where it is let go.
        var reader: Reader?
        let isMine = state.withLock { state in
            guard !state.isClosed, state.lent < size else { return false }
            state.lent += 1
            reader = state.idle.popLast()
            return true
        }
        guard isMine else { return nil }
        defer {
            // Closed before the last one is told to be back.
            if !keep(reader) { reader = nil }
            noteReturn()
        }
        do {
            let opened = try reader ?? Reader(reading: open())
            reader = opened
            try opened.reading.endLeftMoment()
            return try body(opened.reading)
        } catch let error as StoreError where error.reason == .busy {
            return nil
        }
    }

    private func keep(_ reader: Reader?) -> Bool {
        state.withLock { state in
            if state.isClosed { return false }
            if let reader { state.idle.append(reader) }
            return true
        }
    }

    private func noteReturn() {
        let isLast = state.withLock { state in
            state.lent -= 1
            return state.isClosed && state.lent == 0
        }
        if isLast { returned.ring() }
    }

    /// Closes all connections, once those that are lent are back.
    func close() {
        let (idle, waits) = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return (state.idle, state.lent > 0)
        }
        _ = consume idle
        guard waits else { return }
        returned.wait()
        // For another one who closes at the same time.
        returned.ring()
    }
}

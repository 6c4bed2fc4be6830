public import Actors

/// Lets so many recoveries of a system run at a time; the others wait in the order in which they came.
final class RecoveryGate: Sendable {
    private struct State {
        var limit = 64
        var running = 0
        var waiting: [CheckedContinuation<Void, Never>] = []

        mutating func admitOne() -> Bool {
            guard running < limit, waiting.isEmpty else { return false }
            running += 1
            return true
        }
    }

    private let state = Locked(State())

    /// How many recoveries may run at a time.
    var limit: Int {
        get { state.withLock { $0.limit } }
        set {
            let admitted = state.withLock { state in
                state.limit = newValue
                let free = min(max(0, newValue - state.running), state.waiting.count)
                defer { state.waiting.removeFirst(free) }
                state.running += free
                return state.waiting.prefix(free)
            }
            for waiter in admitted { waiter.resume() }
        }
    }

    /// Runs a recovery as soon as it is its turn.
    func pass<Entity>(_ recover: () async throws -> Entity) async throws -> Entity {
        await enter()
        defer { leave() }
        return try await recover()
    }

    private func enter() async {
        if state.withLock({ $0.admitOne() }) { return }
        await withCheckedContinuation { continuation in
            // It may have become free in between.
            let isAdmitted = state.withLock { state in
                if state.admitOne() { return true }
                state.waiting.append(continuation)
                return false
            }
            if isAdmitted { continuation.resume() }
        }
    }

    /// Lets the next one in.
    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.running <= state.limit, !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}

extension ActorSystem {
    /// Bounds how many of the system's entities are recovered at a time; 64 unless it is set.
    var recoveryGate: RecoveryGate { value(of: RecoveryGate.self) { RecoveryGate() } }

    /// Has at most so many of the system's entities recovered at a time, where 64 are usual; the others wait in order.
    ///
    /// Throws `RecoveryLimitError` below 1.
    public func limitRecoveries(to maximum: Int) throws(RecoveryLimitError) {
        guard maximum >= 1 else { throw RecoveryLimitError(maximum: maximum) }
        recoveryGate.limit = maximum
    }
}

/// A limit of recoveries that would let none run.
public struct RecoveryLimitError: Error, Hashable, CustomStringConvertible {
    /// What was given.
    public var maximum: Int

    /// A sentence that says what would be right.
    public var description: String { "1 or more entities can be recovered at a time, and not \(maximum)" }
}

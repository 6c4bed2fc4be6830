extension ActorSystem {
    /// How long some clock has run that never jumps, whatever somebody does to the machine's time.
    package var uptime: Duration { .nanoseconds(scheduler.ticks) }

    /// Waits by the system's clock; in a stepped system until its time is moved on.
    package func pause(for duration: Duration) async {
        // Resumed once: by the one timer that is set for it.
        await withUnsafeContinuation { continuation in
            scheduler.startTimer(after: duration, Pause(continuation))
        }
    }
}

/// The end of a pause.
private final class Pause: TimerTarget {
    private let continuation: UnsafeContinuation<Void, Never>

    init(_ continuation: UnsafeContinuation<Void, Never>) { self.continuation = continuation }

    func timerFired(_ entry: TimerEntry, at ticks: Int64) { continuation.resume() }
}

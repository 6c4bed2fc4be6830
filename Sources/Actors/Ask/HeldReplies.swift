internal import Glibc

/// The replies that one thread gives while it runs actors, and lets go of together.
///
/// Each asker that is let go alone costs a wake-up of another thread, which costs more than handling a message. So an
/// actor's replies wait for the end of its run on the thread, or where it suspends, which is an end too; but never for
/// more than a few messages, or for much longer than it takes to wake somebody up. Whoever asked and runs the actor itself
/// has its answer only when the run ends, so the run ends too where an answer has waited for that long.
// Touched by its own thread only.
final class HeldReplies {
    private static let mostHeld = 64
    private static let longestHold: Int64 = 200_000
    /// How deep runs may stand within one another: an actor that asks runs the one it asks.
    private static let deepest = 4

    private var depth = 0
    private var held: [(waiter: AskReply.Waiter, outcome: AskReply.Outcome)] = []
    private var heldSince: Int64 = 0

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { pointer in
            if let pointer { Unmanaged<HeldReplies>.fromOpaque(pointer).release() }
        }
        return key
    }()

    private static var current: HeldReplies? {
        pthread_getspecific(key).map { Unmanaged<HeldReplies>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func makeCurrent() -> HeldReplies {
        if let current { return current }
        let replies = HeldReplies()
        pthread_setspecific(key, Unmanaged.passRetained(replies).toOpaque())
        return replies
    }

    /// Runs a closure and then lets go of the replies that it gave on this thread; false if it was not run, because
    /// too many such runs stand within one another.
    static func collecting(_ body: () -> Void) -> Bool {
        let replies = makeCurrent()
        guard replies.depth < deepest else { return false }
        replies.letGo()
        replies.depth += 1
        body()
        replies.depth -= 1
        replies.letGo()
        return true
    }

    /// Resumes who waits for an answer, now or together with others.
    static func resume(_ waiter: AskReply.Waiter, with outcome: AskReply.Outcome) {
        guard let current, current.depth > 0 else { return waiter.resume(returning: outcome) }
        current.hold(waiter, outcome)
    }

    /// Whether this thread has held a reply for long enough, so that its run is to end before the next message.
    static var areDue: Bool {
        guard let current, !current.held.isEmpty else { return false }
        return current.isDue(at: monotonicNanoseconds())
    }

    private func isDue(at now: Int64) -> Bool { now - heldSince > Self.longestHold }

    private func hold(_ waiter: AskReply.Waiter, _ outcome: AskReply.Outcome) {
        let now = monotonicNanoseconds()
        if held.isEmpty { heldSince = now }
        held.append((waiter, outcome))
        if held.count == Self.mostHeld || isDue(at: now) { letGo() }
    }

    private func letGo() {
        guard !held.isEmpty else { return }
        for reply in held { reply.waiter.resume(returning: reply.outcome) }
        held.removeAll(keepingCapacity: true)
    }
}

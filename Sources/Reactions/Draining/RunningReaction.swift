import Actors
public import EventSourcing

/// A reaction that is being handled at this moment.
public struct RunningReaction: Hashable, Sendable {
    /// Its name.
    public var reaction: String
    /// The target of the subscription under whose claim it runs.
    public var target: PersistenceID
    /// The event's place in the store.
    public var position: Int64
    /// When it was called: UTC, microseconds.
    public var since: Timestamp
}

/// What runs under one claim, as others see it.
final class ClaimActivity: Sendable {
    private struct Call: Sendable {
        let reaction: String
        let position: Int64
        let since: Timestamp
    }

    private let target: PersistenceID
    private let call = Locked<Call?>(nil)

    init(of target: PersistenceID) { self.target = target }

    func begin(_ reaction: Reaction, at position: Int64, now: Timestamp) {
        call.withLock { $0 = Call(reaction: reaction.name, position: position, since: now) }
    }

    func end() { call.withLock { $0 = nil } }

    var running: RunningReaction? {
        call.withLock { $0 }.map {
            RunningReaction(reaction: $0.reaction, target: target, position: $0.position, since: $0.since)
        }
    }
}

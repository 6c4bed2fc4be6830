public import EventSourcing

/// Something that an application did, or that happened to it.
public enum LifecycleEvent: Sendable {
    /// An action wrote events.
    case committed(stream: PersistenceID, action: String, sequenceNumbers: Range<Int64>, positions: Range<Int64>)
    /// Claims ended with what was handled: the subscriptions as they stand then.
    case acked([Subscription])
    /// A subscription was blocked; its failure says which reaction, which event, and every attempt.
    case blocked(Subscription)
    /// All that was to be done was done.
    case settled(SettledTotals)
    /// A stream was closed.
    case closed(PersistenceID)
    /// The store told of a change, whoever made it.
    case notified
    /// Something went wrong, and is dealt with.
    case error(ApplicationFailure)
    /// A listener was so slow that this many were dropped for it, here.
    case missed(Int)
}

/// What a run came to, from the first thing it did until nothing moved.
public struct SettledTotals: Hashable, Sendable {
    /// How many events were correlated.
    public var correlated = 0
    /// How many targets were new.
    public var subscribed = 0
    /// How many events were handled, by all reactions that they are for.
    public var handled = 0
    /// How many calls of reactions failed.
    public var failed = 0
    /// How many subscriptions were blocked.
    public var blocked = 0

    /// Nothing yet.
    public init() {}
}

/// Something that went wrong in an application, without payloads.
public struct ApplicationFailure: Error, CustomStringConvertible {
    /// What could not be done: a sentence.
    public var message: String
    /// The reaction, where it is one's.
    public var reaction: String?
    /// The stream, where it is about one.
    public var stream: PersistenceID?
    /// The event's place in the store, where it is about one.
    public var position: Int64?
    /// Why.
    public var cause: any Error

    /// The sentence, and why.
    public var description: String { "\(message) \(cause)" }
}

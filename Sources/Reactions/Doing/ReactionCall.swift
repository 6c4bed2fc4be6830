import Actors
import EventSourcing

/// One call of a reaction's handler, under whose claim and id the handler does its actions.
@usableFromInline
final class ReactionCall: Sendable {
    let application: String
    let reaction: String
    /// The claim that it runs under.
    let claim: SubscriptionClaim
    /// Is told what it writes; nil where nobody looks.
    let writes: CallWrites?
    private let event: PersistenceID
    private let sequenceNumber: Int64
    private let timestamp: Timestamp
    /// How often each action was done to each stream.
    private let counts = Locked([String: Int]())

    init(
        of reaction: String, in application: String, about event: RecordedEvent, under claim: SubscriptionClaim,
        noting writes: CallWrites? = nil
    ) {
        self.application = application
        self.reaction = reaction
        self.claim = claim
        self.writes = writes
        self.event = event.persistenceID
        sequenceNumber = event.sequenceNumber
        timestamp = event.timestamp
    }

    /// The id of the next action that the handler does: the same one at each call of the handler for the same event.
    ///
    /// It has the time of the event, so that it stands behind it among other ids. Of several actions of one name to one stream
    /// it counts on a handler that does them in the same order each time.
    func nextActionID(_ action: String, on stream: PersistenceID) -> ULID {
        let number = counts.withLock { counts in
            counts["\(action)/\(stream)", default: 0] += 1
            return counts["\(action)/\(stream)", default: 0]
        }
        let parts = [application, reaction, "\(event)", "\(sequenceNumber)", action, "\(stream)", "\(number)"]
        // Each with its length, so that no two lists of parts make one key.
        let key = ULID(ofKey: parts.map { "\($0.utf8.count):\($0)" }.joined())
        let milliseconds = UInt64(max(0, timestamp.microseconds / 1_000)) & 0xFFFF_FFFF_FFFF
        return ULID(high: milliseconds << 16 | key.high & 0xFFFF, low: key.low)
    }
}

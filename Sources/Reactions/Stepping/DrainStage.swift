import Actors
package import EventSourcing

/// A stage of a drain that is looked at one by one, with what it works on; the engine's order.
package enum DrainStage: Hashable, Sendable {
    /// New events were looked at for the targets that they concern.
    case correlate(Correlated)
    /// Streams of a lane were claimed, from both ends.
    case claim(Claimed)
    /// What is to be handled under a claim was read.
    case fetch(Fetched)
    /// A reaction is about to be called.
    case handle(Call)
    /// It was called, and wrote these events under its claim; the failure is nil where there is none.
    case handled(Call, wrote: [Event], failure: String?)
    /// Claims were ended.
    case ack(Ended)

    /// Whether what it is about can still be stopped.
    package var canBeStopped: Bool { if case .handle = self { true } else { false } }

    /// An event by its places.
    package struct Event: Hashable, Sendable {
        package var type: String
        package var stream: PersistenceID
        package var sequenceNumber: Int64
        package var position: Int64

        package init(type: String, stream: PersistenceID, sequenceNumber: Int64, position: Int64) {
            self.type = type
            self.stream = stream
            self.sequenceNumber = sequenceNumber
            self.position = position
        }

        init(_ event: RecordedEvent) {
            self.init(
                type: event.type, stream: event.persistenceID, sequenceNumber: event.sequenceNumber,
                position: event.position)
        }
    }

    /// What came of a correlation.
    package struct Correlated: Hashable, Sendable {
        /// A target that events concern.
        package struct Target: Hashable, Sendable {
            package var stream: PersistenceID
            /// Its work mark before; nil for a target that is new.
            package var markBefore: Int64?
            package var mark: Int64

            package init(_ stream: PersistenceID, markBefore: Int64?, mark: Int64) {
                self.stream = stream
                self.markBefore = markBefore
                self.mark = mark
            }
        }

        /// The positions that were looked at.
        package var positions: ClosedRange<Int64>
        /// How many events there were.
        package var count: Int
        package var targets: [Target]
        package var checkpointBefore: Int64
        package var checkpoint: Int64

        package init(
            positions: ClosedRange<Int64>, count: Int, targets: [Target], checkpointBefore: Int64, checkpoint: Int64
        ) {
            self.positions = positions
            self.count = count
            self.targets = targets
            self.checkpointBefore = checkpointBefore
            self.checkpoint = checkpoint
        }
    }

    /// What was claimed.
    package struct Claimed: Hashable, Sendable {
        package var lane: String
        /// How many places each end had.
        package var places: ClaimPlaces
        package var claims: [SubscriptionClaim]

        package init(lane: String, places: ClaimPlaces, claims: [SubscriptionClaim]) {
            self.lane = lane
            self.places = places
            self.claims = claims
        }
    }

    /// What was read under a claim.
    package struct Fetched: Hashable, Sendable {
        package var target: PersistenceID
        /// The position behind which it was read.
        package var watermark: Int64
        /// Up to here nothing else concerns the target.
        package var through: Int64
        package var events: [Event]

        package init(target: PersistenceID, watermark: Int64, through: Int64, events: [Event]) {
            self.target = target
            self.watermark = watermark
            self.through = through
            self.events = events
        }
    }

    /// A reaction that is called for an event.
    package struct Call: Hashable, Sendable {
        package var reaction: String
        package var target: PersistenceID
        package var event: Event
        /// How many events it handles at once: this one, and those of the window behind it.
        package var count: Int

        package init(reaction: String, target: PersistenceID, event: Event, count: Int = 1) {
            self.reaction = reaction
            self.target = target
            self.event = event
            self.count = count
        }
    }

    /// How claims ended: the subscriptions as they stand then.
    package struct Ended: Hashable, Sendable {
        package var acked: [Subscription]
        package var blocked: [Subscription]
        /// Those that were not held any more.
        package var lost: [PersistenceID]

        package init(acked: [Subscription], blocked: [Subscription], lost: [PersistenceID]) {
            self.acked = acked
            self.blocked = blocked
            self.lost = lost
        }

        /// What came of acknowledgements.
        init(of acknowledgements: [Acknowledgement], acked: [Subscription], blocked: [Subscription]) {
            let held = Set((acked + blocked).map(\.target))
            let lost = acknowledgements.map(\.claim.target).filter { !held.contains($0) }
            self.init(acked: acked, blocked: blocked, lost: lost)
        }
    }
}

/// What a call of a reaction has written, where somebody wants to know.
final class CallWrites: Sendable {
    private let events = Locked<[DrainStage.Event]>([])

    func add(_ written: [RecordedEvent]) { events.withLock { $0 += written.map(DrainStage.Event.init) } }

    var all: [DrainStage.Event] { events.withLock { $0 } }
}

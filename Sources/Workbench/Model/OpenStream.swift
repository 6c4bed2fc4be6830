package import EventSourcing
package import Inspection

/// The stream that is shown, and where in it the playhead stands.
package struct OpenStream: Hashable, Sendable {
    package var head: StreamHead
    /// The sequence number at which the state is shown; 0 is the empty state.
    package var playhead: Int64
    /// The first number that the timeline shows.
    package var top: Int64
    /// The events around the playhead.
    package var window = EventWindow()
    /// By rising number; nil until they are known.
    package var snapshots: [SnapshotDescription]?
    package var lane: Lane?
    package var findings: [Finding] = []
    /// The numbers that were looked at for findings; nil before the first answer.
    package var looked: ClosedRange<Int64>?
    package var domain: DomainSummary?
    /// The newest state that was answered; its number says which it is.
    package var view: StateView?
    /// The newest event in full that was answered.
    package var detail: EventDetail?
    /// What differs between the diff's origin and the playhead.
    package var difference: Difference?
    /// The event that a diff starts from.
    package var diffOrigin: Int64?
    /// Places that a person marked, by letter.
    package var marks: [Character: Int64] = [:]
    /// The digit of each writer, from 1, in the order in which they first appear.
    package var writerNumbers: [WriterID: Int] = [:]
    /// The head's number when the playhead was last at the end or the news was last read.
    package var knownThrough: Int64

    package struct Difference: Hashable, Sendable {
        package var from: Int64
        package var to: Int64
        package var changes: [StateChange]
    }

    package init(head: StreamHead, playhead: Int64) {
        self.head = head
        self.playhead = playhead
        top = playhead
        knownThrough = head.sequenceNumber
    }

    package var id: PersistenceID { head.persistenceID }
    /// The number of the last event.
    package var last: Int64 { head.sequenceNumber }
    /// The lowest number at which there is something to see: 0, or the last deleted event's.
    package var first: Int64 { head.deletedTo }
}

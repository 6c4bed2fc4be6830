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
    /// The head's number when `snapshots` were asked for.
    package var snapshotsFor: Int64?
    package var lane: Lane?
    /// What `lane` was asked for.
    package var laneFor: LaneKey?
    /// By rising number.
    package private(set) var findings: [Finding] = []
    /// The last number when the whole stream had been looked through for findings; nil before.
    package var looked: Int64?
    /// What was looked through so far, while that goes on.
    package var looking: ClosedRange<Int64>?
    /// Where looking for findings began.
    package var findingsOrigin: Int64
    package var domain: DomainSummary?
    /// The newest state that was answered.
    package var view: StateView?
    /// The playhead that `view` was asked for; its own number is lower where the fold stopped.
    package var viewNumber: Int64?
    /// The newest machine that was answered; kept until there is another.
    package var machine: MachineView?
    /// What `machine` was asked for.
    package var machineFor: MachineKey?
    /// The events that had set what the changes of `view` took away, where they were asked for.
    package var origins: [StatePath: Int64] = [:]
    /// The newest event in full that was answered; nil where there is none at `detailNumber`.
    package var detail: EventDetail?
    package var detailNumber: Int64?
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

    /// A playhead, and how long the stream was then: timers are those of its end.
    package struct MachineKey: Hashable, Sendable {
        package var playhead: Int64
        package var last: Int64
    }

    package struct LaneKey: Hashable, Sendable {
        package var cells: Int
        package var last: Int64
    }

    package init(head: StreamHead, playhead: Int64) {
        self.head = head
        self.playhead = playhead
        top = playhead
        findingsOrigin = playhead
        knownThrough = head.sequenceNumber
    }

    package var id: PersistenceID { head.persistenceID }
    /// The number of the last event.
    package var last: Int64 { head.sequenceNumber }
    /// The lowest number at which there is something to see: 0, or the last deleted event's.
    package var first: Int64 { head.deletedTo }

    /// Gives a writer the next digit, unless it has one.
    mutating func number(_ writer: WriterID) {
        if writerNumbers[writer] == nil { writerNumbers[writer] = writerNumbers.count + 1 }
    }

    /// The finding at a number, nil where none is known.
    package func finding(at number: Int64) -> Finding? { finding(in: number...number) }

    /// The first finding within numbers, nil where none is known.
    package func finding(in numbers: ClosedRange<Int64>) -> Finding? {
        let index = findings.partitioningIndex { ($0.sequenceNumber ?? 0) >= numbers.lowerBound }
        guard index < findings.count, let number = findings[index].sequenceNumber, number <= numbers.upperBound
        else { return nil }
        return findings[index]
    }

    /// The snapshot taken after an event.
    package func snapshot(at number: Int64) -> SnapshotDescription? { snapshot(in: number...number) }

    /// The first snapshot within numbers.
    package func snapshot(in numbers: ClosedRange<Int64>) -> SnapshotDescription? {
        guard let snapshots else { return nil }
        let index = snapshots.partitioningIndex { $0.sequenceNumber >= numbers.lowerBound }
        guard index < snapshots.count, snapshots[index].sequenceNumber <= numbers.upperBound else { return nil }
        return snapshots[index]
    }

    /// Takes findings in, by rising number.
    mutating func setFindings(_ found: [Finding]) {
        findings = found.sorted { ($0.sequenceNumber ?? 0) < ($1.sequenceNumber ?? 0) }
    }
}

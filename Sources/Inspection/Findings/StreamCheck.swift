import Actors
import EventSourcing

/// Reads one stream from its first event to its last and tells everything that should not be there.
final class StreamCheck {
    /// The most findings that are told of one stream.
    static let mostFindings = 10_000

    let id: PersistenceID
    /// What was found so far, by rising numbers but for what is found at the end.
    private(set) var findings: [Finding] = []
    /// The last number that was seen.
    private(set) var lastSeen: Int64
    /// How many events were read.
    private(set) var count: Int64 = 0
    /// Whether events may be missing within a stretch that can't be read, so that they can't be counted.
    private var isUncounted = false
    /// The first event that the head calls deleted and that is there, and how many there are.
    private var deletedAndThere: (first: Int64, count: Int64)?
    private(set) var isDone = false

    private let inspector: Inspector
    private let domain: Domain
    private var head: StreamHead
    private var filter: ReplayFilterRun
    private var snapshots: ArraySlice<SnapshotDescription>
    private var fold: CheckedFold
    private var lastEpoch: Int64 = 0
    private var lastPosition: Int64 = 0
    /// The events that are set apart, by number.
    private var apart: [Int64: QuarantinedEvent] = [:]
    /// The number that was read last, and how many rows with it, so that a slice can begin with it again.
    private var cursor: Int64 = 0
    private var rowsAtCursor = 0
    /// Whether that row can't be read, so that a slice must not begin with it again.
    private var cursorIsLost = false

    init(_ inspector: Inspector, _ head: StreamHead) throws {
        self.inspector = inspector
        self.head = head
        id = head.persistenceID
        domain = inspector.domain(for: id.entityType)
        lastSeen = head.deletedTo
        filter = ReplayFilterRun(ReplayFilter(mode: .warn, comparison: .interleaved), of: id)
        fold = CheckedFold(domain, isComplete: head.deletedTo == 0)
        do {
            snapshots = try inspector.reader.snapshots(of: id)[...]
        } catch let error as StoreError where error.reason == .corrupt {
            snapshots = []
            add(.snapshotUnusable, head.sequenceNumber, "its snapshots can't be read: \(error.detail)")
        }
        do {
            for event in try inspector.eventsApart(in: id) { apart[event.sequenceNumber] = event }
        } catch let error as StoreError where error.reason == .corrupt {
            add(.damaged, head.sequenceNumber, "what is quarantined can't be read: \(error.detail)")
        }
    }

    var progress: Double {
        isDone ? 1 : head.sequenceNumber == 0 ? 0 : min(1, Double(lastSeen) / Double(head.sequenceNumber))
    }

    /// Reads about so many events on, and answers whether the stream is done.
    func step(budget: Int) throws -> Bool {
        if isDone { return true }
        var left = max(budget, 1)
        var toSkip = rowsAtCursor
        do {
            try EventReading(reader: inspector.reader, stream: id, fields: .checked).visit(
                from: cursorIsLost ? cursor + 1 : max(cursor, 1), through: .max
            ) { event in
                if toSkip > 0, event.sequenceNumber == cursor {
                    toSkip -= 1
                    return .next
                }
                take(event)
                left -= 1
                return left > 0 ? .next : .stop
            } lost: { lost in
                left -= 1
                return pass(lost) && left > 0 ? .next : .stop
            }
        } catch let error as StoreError where error.reason == .corrupt {
            add(.damaged, error.sequenceNumber ?? lastSeen &+ 1, "it and what follows can't be read: \(error.detail)")
            isDone = true
            return true
        }
        if left > 0, !isDone { try end() }
        return isDone
    }

    /// Goes on behind a stretch that can't be read, and answers whether anything can be behind it.
    private func pass(_ lost: EventReading.Lost) -> Bool {
        let first = lost.sequenceNumber ?? lastSeen &+ 1
        pass(to: first)
        guard let last = lost.last else {
            add(.damaged, first, lost.sentence)
            isDone = true
            return false
        }
        (cursor, rowsAtCursor, cursorIsLost) = (last, 0, last < .max)
        lastSeen = max(lastSeen, last)
        // A hostile file may lose as many as there are numbers.
        count += min(last - first + 1, 1 << 40)
        if last > first { isUncounted = true }
        let setApart = apart.keys.filter { $0 >= first && $0 <= last }.sorted()
        for number in setApart { _ = tellApart(number) }
        // What recovery leaves out anyway is no more damage than that.
        if last > first || setApart.isEmpty {
            add(.damaged, first, lost.sentence)
            fold.lose()
        }
        return true
    }

    // MARK: - One event

    private func take(_ event: borrowing StoredEvent) {
        let number = event.sequenceNumber
        count += 1
        rowsAtCursor = number == cursor ? rowsAtCursor + 1 : 1
        (cursor, cursorIsLost) = (number, false)
        if number <= head.deletedTo {
            deletedAndThere = (deletedAndThere?.first ?? number, (deletedAndThere?.count ?? 0) + 1)
            return
        }
        if number == lastSeen {
            add(.duplicate, number, "the number stands twice")
            return
        }
        pass(to: number)
        lastSeen = number
        if event.position <= lastPosition {
            add(
                .position, number,
                "its position \(event.position) is not above \(lastPosition), which an event before it has")
        }
        lastPosition = max(lastPosition, event.position)
        if tellApart(number) {
            // Recovery's filter does not see it either.
            fold.pass(number)
            lastEpoch = event.epoch
            return
        }
        guard event.isIntact else {
            fold.lose()
            if event.writer.ulid == ULID(high: 0, low: 0) {
                add(.writer, number, "its writer is not one that the store knows")
            }
            // No event can be without a type, and one that has none is not compared with its checksum.
            return add(
                .damaged, number,
                event.type.isEmpty
                    ? "its type is not one that the store knows" : "\(event.type) does not fit its checksum")
        }
        compareWriters(number, event.writer, event.epoch)
        lastEpoch = event.epoch
        do {
            try fold.take(event)
        } catch {
            add(
                PayloadErrors.contain(error) ? .undecodable : .foldFailed, number,
                PayloadErrors.reason(error, type: event.type))
        }
    }

    /// Tells of an event that is set apart; false for any other.
    private func tellApart(_ number: Int64) -> Bool {
        guard let apart = apart[number] else { return false }
        add(
            .quarantined, number,
            "it is quarantined since \(apart.timestamp.description) by \(name(apart.writer)), and recovery leaves it out: "
                + apart.reason)
        return true
    }

    /// Looks at the snapshots below an event, and at whether numbers are missing before it.
    private func pass(to number: Int64) {
        if number > lastSeen &+ 1 {
            checkSnapshots(through: lastSeen)
            fold.lose()
            let last = number - 1
            add(
                .gap, lastSeen &+ 1,
                last == lastSeen &+ 1 ? "the event is missing" : "the events up to \(last) are missing",
                isOfNumbers: true)
        }
        checkSnapshots(through: number - 1)
    }

    private func compareWriters(_ number: Int64, _ writer: WriterID, _ epoch: Int64) {
        guard
            case .keepWithWarning(let conflict)? = try? filter.admit(
                sequenceNumber: number, writer: writer, epoch: epoch)
        else { return }
        let (actual, expected) = (name(conflict.actualWriter), name(conflict.expectedWriter))
        add(.interleaving, number, "\(actual) wrote it after \(expected) had taken the stream over")
    }

    private func name(_ writer: WriterID) -> String { (try? inspector.name(of: writer)) ?? writer.description }

    // MARK: - Snapshots

    private func checkSnapshots(through number: Int64) {
        while let next = snapshots.first, next.sequenceNumber <= number {
            snapshots.removeFirst()
            check(next.sequenceNumber)
        }
    }

    private func check(_ number: Int64) {
        do {
            guard let snapshot = try inspector.reader.snapshot(of: id, atOrBelow: number),
                snapshot.description.sequenceNumber == number
            else { return add(.snapshotUnusable, number, "the snapshot is listed, and can't be found") }
            guard snapshot.isIntact else {
                return add(.snapshotUnusable, number, "the snapshot does not fit its checksum")
            }
            if let difference = try fold.compare(snapshot, at: number) {
                add(.snapshotDiffers, number, difference)
            }
        } catch let error as StoreError {
            add(.snapshotUnusable, number, "the snapshot can't be read: \(error.detail)")
        } catch {
            add(.snapshotUnusable, number, "the snapshot can't be used: \(error)")
        }
    }

    // MARK: - The end

    private func end() throws {
        let now = try inspector.reader.head(of: id) ?? head
        if now.sequenceNumber > head.sequenceNumber, now.sequenceNumber > lastSeen {
            // Somebody appended meanwhile.
            head = now
            return
        }
        isDone = true
        checkSnapshots(through: max(lastSeen, head.deletedTo))
        for snapshot in snapshots {
            add(
                .snapshotUnusable, snapshot.sequenceNumber,
                "the snapshot is above the stream's last event, \(max(lastSeen, 0))")
        }
        if head.deletedTo > 0, !fold.hasState { add(.snapshotUnusable, head.deletedTo, FoldRun.pruned(head)) }
        compareHeads(now)
        // What was pruned while this ran is no gap.
        findings.removeAll { $0.kind == .gap && $0.sequenceNumber ?? 0 <= now.deletedTo }
    }

    private func compareHeads(_ now: StreamHead) {
        if let (first, count) = deletedAndThere {
            add(
                .headMismatch, first,
                "the head says that the events up to \(head.deletedTo) were deleted, and "
                    + (count == 1 ? "it is there" : "\(count) of them are there, this one first"),
                isOfNumbers: head.deletedTo > head.sequenceNumber)
        }
        if lastSeen > now.sequenceNumber {
            add(
                .headMismatch, lastSeen, "the head says \(now.sequenceNumber), and there is an event \(lastSeen)",
                isOfNumbers: true)
        } else if lastSeen < head.sequenceNumber {
            add(
                .headMismatch, head.sequenceNumber,
                "the head says \(head.sequenceNumber), and the events end at \(lastSeen)", isOfNumbers: true)
        }
        if now == head, count != now.eventCount, !isUncounted {
            add(
                .headMismatch, now.sequenceNumber, "the head counts \(now.eventCount) events, and there are \(count)",
                isOfNumbers: true)
        }
        if lastEpoch > now.epoch {
            add(.headMismatch, lastSeen, "the head has epoch \(now.epoch), and the last event has \(lastEpoch)")
        }
    }

    private func add(_ kind: Finding.Kind, _ number: Int64, _ message: String, isOfNumbers: Bool = false) {
        guard findings.count < Self.mostFindings else { return }
        var finding = Finding(kind: kind, persistenceID: id, sequenceNumber: number, message: message)
        finding.isOfNumbers = isOfNumbers
        findings.append(finding)
    }
}

import Actors

/// What a sandbox holds: the store beneath it, opened for looking, and what was written over it.
struct SandboxState {
    /// A stream that was written to: where the store beneath ends and the sandbox begins.
    struct Fork {
        /// The stream as it stood beneath when it was first written to; nil where it was not there.
        var base: StreamHead?
        /// Events beneath are deleted up to here, as the sandbox sees it.
        var deletedTo: Int64
        /// The highest number of a snapshot that was there beneath; later ones are of another history.
        var lastSnapshot: Int64

        /// The last number that is read beneath.
        var last: Int64 { base?.sequenceNumber ?? 0 }

        /// Whether an event beneath is still seen.
        func shows(_ number: Int64) -> Bool { number > deletedTo && number <= last }
    }

    /// An event by its stream and number.
    struct EventName: Hashable {
        var persistenceID: PersistenceID
        var sequenceNumber: Int64
    }

    let base: any StoreReader
    /// How much the store beneath held at the first write; nil before it.
    var pin: StoreTotals?
    var memory = MemoryState()
    var forks: [PersistenceID: Fork] = [:]
    /// How many streams the sandbox has forked that were there beneath.
    var forkedStreams = 0
    /// How many events beneath are deleted, as the sandbox sees it.
    var hiddenEvents: Int64 = 0
    /// Snapshots beneath are deleted up to here, as the sandbox sees it.
    var hiddenSnapshots: [PersistenceID: Int64] = [:]
    /// The commands beneath that were handled before this are forgotten, as the sandbox sees it.
    var forgottenCommands = Timestamp(microseconds: .min)
    /// The events beneath that are set apart there, and not as the sandbox sees it.
    var releasedBeneath: Set<EventName> = []
    var notice: (@Sendable () -> Void)?

    init(base: any StoreReader) { self.base = base }

    /// The head as the sandbox sees it.
    func head(of id: PersistenceID) throws -> StreamHead? {
        forks[id] == nil ? try base.head(of: id) : memory.head(of: id)
    }

    /// Holds on to where a stream stands beneath, so that writing to it can begin.
    private mutating func fork(_ id: PersistenceID) throws {
        guard forks[id] == nil else { return }
        if pin == nil {
            let totals = try base.totals()
            let (writers, indexes) = (memory.writers, memory.writerIndexes)
            let (changes, snapshots, quarantine) = (memory.changes, memory.snapshots, memory.quarantine)
            let (commands, reactions) = (memory.commands, memory.reactions)
            let (subscriptions, leases) = (memory.subscriptions, memory.leases)
            memory = MemoryState(after: totals.lastPosition)
            (memory.commands, memory.reactions) = (commands, reactions)
            (memory.subscriptions, memory.leases) = (subscriptions, leases)
            (memory.writers, memory.writerIndexes) = (writers, indexes)
            (memory.changes, memory.snapshots, memory.quarantine) = (changes, snapshots, quarantine)
            pin = totals
        }
        let head = try base.head(of: id)
        let lastSnapshot = try base.snapshots(of: id).last?.sequenceNumber ?? 0
        forks[id] = Fork(
            base: head, deletedTo: head?.deletedTo ?? 0, lastSnapshot: max(lastSnapshot, head?.sequenceNumber ?? 0))
        if let head {
            memory.adopt(head)
            forkedStreams += 1
        }
    }
}

// MARK: - Writing

extension SandboxState {
    mutating func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) throws -> AppendReceipt {
        // Nobody else writes to a sandbox, and the locks are those of the store beneath.
        let companions = companions.withoutLock
        if let command = companions.command?.id, let known = try handledCommand(command) {
            throw CommandAlreadyHandledError(command: known.record)
        }
        // A refused or an empty batch must not fork the stream.
        let head = try head(of: id)
        _ = try memory.admit(
            events.count, to: id, at: head, expecting: expecting, by: writer, epoch: epoch,
            command: companions.command?.id)
        for event in events { try event.metadata.requireStorable(of: id) }
        if events.isEmpty {
            let (number, position) = ((head?.sequenceNumber ?? 0) + 1, try lastPosition + 1)
            try memory.writeWithoutEvents(companions, of: id, at: number - 1, position: position - 1)
            return AppendReceipt(
                sequenceNumbers: number..<number, positions: position..<position, epoch: head?.epoch ?? 0)
        }
        _ = try memory.place(
            companions, of: id, number: (head?.sequenceNumber ?? 0) + Int64(events.count),
            position: try lastPosition + Int64(events.count), at: events.last?.timestamp)
        try fork(id)
        return try memory.append(
            events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
    }

    mutating func importHistory(_ events: [ImportedEvent]) throws {
        for event in events { try fork(event.persistenceID) }
        try memory.importHistory(events)
    }

    mutating func takeOver(_ id: PersistenceID, by writer: WriterID) throws -> Int64 {
        try fork(id)
        return try memory.takeOver(id, by: writer)
    }

    mutating func deleteEvents(of id: PersistenceID, upTo: Int64) throws -> Bool {
        guard try head(of: id) != nil, upTo > 0 else { return false }
        try fork(id)
        guard var fork = forks[id] else { return false }
        let through = min(upTo, fork.last)
        var hidden: Int64 = 0
        if through > fork.deletedTo {
            try base.read(id, from: fork.deletedTo + 1, through: through, reversed: false, fields: []) { _ in
                hidden += 1
                return .next
            }
        }
        guard memory.deleteEvents(of: id, upTo: upTo, elsewhere: hidden) else { return false }
        fork.deletedTo = max(fork.deletedTo, through)
        forks[id] = fork
        hiddenEvents += hidden
        return true
    }

    mutating func deleteSnapshots(of id: PersistenceID, upTo: Int64) throws -> Bool {
        let hidden = hiddenSnapshots[id] ?? .min
        let isBeneath = try base.snapshots(of: id).contains {
            $0.sequenceNumber > hidden && $0.sequenceNumber <= upTo && isBeneathFork($0)
        }
        let isAbove = memory.deleteSnapshots(of: id, upTo: upTo)
        if isBeneath {
            hiddenSnapshots[id] = upTo
            if !isAbove { memory.changes += 1 }
        }
        return isBeneath || isAbove
    }
}

// MARK: - Snapshots

extension SandboxState {
    /// Whether a snapshot beneath is of a state that the sandbox's stream has had.
    private func isBeneathFork(_ snapshot: SnapshotDescription) -> Bool {
        forks[snapshot.persistenceID].map { snapshot.sequenceNumber <= $0.lastSnapshot } ?? true
    }

    func snapshot(of id: PersistenceID, atOrBelow: Int64) throws -> StoredSnapshot? {
        let above = memory.snapshot(of: id, atOrBelow: atOrBelow)
        let limit = min(atOrBelow, forks[id]?.lastSnapshot ?? .max)
        guard let beneath = try base.snapshot(of: id, atOrBelow: limit),
            beneath.description.sequenceNumber > hiddenSnapshots[id] ?? .min
        else { return above }
        guard let above, above.description.sequenceNumber >= beneath.description.sequenceNumber else { return beneath }
        return above
    }

    /// Those of a stream that was not written to are beneath.
    func timers(of id: PersistenceID) throws -> [StoredTimer] {
        let own = memory.timers(of: id)
        guard own.isEmpty, forks[id] == nil, let beneath = base as? any TimerReader else { return own }
        return try beneath.timers(of: id)
    }

    func snapshots(of id: PersistenceID) throws -> [SnapshotDescription] {
        let above = memory.snapshots(of: id)
        let hidden = hiddenSnapshots[id] ?? .min
        let beneath = try base.snapshots(of: id).filter { description in
            description.sequenceNumber > hidden && isBeneathFork(description)
                && !above.contains { $0.sequenceNumber == description.sequenceNumber }
        }
        return (beneath + above).sorted { $0.sequenceNumber < $1.sequenceNumber }
    }
}

import Actors
public import EventSourcing

/// Lets one command at a time go through its commit stage by stage, each when a person says so.
///
/// The entity runs on stores that wait here, so what is seen is the engine's own commit and no imitation of it. Where no
/// command is looked at, nothing waits.
public final class CommitSteps: Sendable {
    private struct State {
        var tell: (@Sendable (CommitStage) -> Void)?
        /// Whose command is looked at; others write meanwhile, when their timers fire.
        var id: PersistenceID?
        var showsSecrets = false
        /// The state before the command, and its number.
        var before: (state: any FoldedState, number: Int64)?
        var runsOn = false
        var isClosed = false
        var waiting: (stage: CommitStage, continuation: CheckedContinuation<StepWish, Never>)?
    }

    private let state = Locked(State())

    /// What the asker of a command is told that was stopped.
    public static let stopped = "stopped before its append, and nothing is written"

    /// Nothing waits until `begin`.
    public init() {}

    /// Begins to look at the next command.
    ///
    /// - Parameters:
    ///   - id: the entity that gets it; those of others never wait.
    ///   - before: the state that the command will meet, with its number, so that the dry fold can be shown.
    ///   - showsSecrets: whether payload summaries show what stands under keys such as `password`.
    ///   - tell: called, from any thread, when the command has come to a stage and waits there.
    public func begin(
        of id: PersistenceID, before: (state: any FoldedState, number: Int64)?, showsSecrets: Bool,
        tell: @escaping @Sendable (CommitStage) -> Void
    ) {
        state.withLock { state in
            state.tell = tell
            state.id = id
            state.before = before
            state.showsSecrets = showsSecrets
            state.runsOn = state.isClosed
        }
    }

    /// The command is answered.
    public func end() {
        state.withLock { state in
            state.tell = nil
            state.before = nil
        }
    }

    /// Does what a person wants of the command that waits; nothing where none does.
    ///
    /// A command whose events are durable can't be stopped, and goes on.
    public func perform(_ wish: StepWish) {
        let waiting = state.withLock { state in
            if wish == .runOn { state.runsOn = true }
            defer { state.waiting = nil }
            return state.waiting
        }
        guard let waiting else { return }
        waiting.continuation.resume(returning: wish == .stop && !waiting.stage.isBeforeAppend ? .goOn : wish)
    }

    /// Stops a command that has written nothing yet, lets any other one go on, and never waits again.
    ///
    /// Answers whether one was waiting.
    public func close() -> Bool {
        let stage = state.withLock { state in
            state.isClosed = true
            state.runsOn = true
            return state.waiting?.stage
        }
        perform(stage?.isBeforeAppend == true ? .stop : .runOn)
        return stage != nil
    }

    /// The same host, whose stores wait at each stage.
    public func stepping(_ host: EntityHost) -> EntityHost {
        EntityHost(
            system: host.system, events: SteppedEvents(base: host.events, steps: self),
            snapshots: host.snapshots.map { SteppedSnapshots(base: $0, steps: self) }, writer: host.writer)
    }

    // MARK: - Stages

    /// Waits at a stage of the entity whose command is looked at; throws where the person stops it there.
    func pause(at stage: CommitStage, of id: PersistenceID) async throws {
        guard let tell = state.withLock({ $0.runsOn || $0.id != id ? nil : $0.tell }) else { return }
        let wish = await withCheckedContinuation { (continuation: CheckedContinuation<StepWish, Never>) in
            let goesOn = state.withLock { state in
                if state.runsOn { return true }
                state.waiting = (stage, continuation)
                return false
            }
            if goesOn { continuation.resume(returning: .goOn) } else { tell(stage) }
        }
        if wish == .stop {
            // To the entity it is an append that was refused before it began, which is what it is.
            throw StoreError(.cancelled, detail: Self.stopped)
        }
    }

    /// The events that were decided, as they are told.
    func decided(_ events: [NewEvent]) -> CommitStage {
        let showsSecrets = state.withLock { $0.showsSecrets }
        return .decide(
            events.map { event in
                CommitStage.Event(
                    type: event.type,
                    summary: event.payload.withUnsafeBytes { PayloadSummary.text(of: $0, showsSecrets: showsSecrets) })
            })
    }

    /// What the events change on a copy of the state; the engine has folded them already, and would not be here had it failed.
    func foldedDry(
        _ events: [NewEvent], of id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID
    ) -> CommitStage {
        guard let before = state.withLock({ $0.before }), expecting == .number(before.number) else {
            return .foldDry(nil)
        }
        do {
            var folded = before.state
            for (index, event) in events.enumerated() {
                try event.payload.withUnsafeBytes { payload in
                    try folded.fold(
                        StoredEvent(
                            persistenceID: id, position: 0, sequenceNumber: before.number + Int64(index) + 1,
                            type: event.type, schemaVersion: event.schemaVersion, timestamp: event.timestamp,
                            writer: writer, epoch: 0, correlationID: nil, causationID: nil, commandID: nil,
                            isIntact: true, payload: payload,
                            metadata: UnsafeRawBufferPointer(start: nil, count: 0)))
                }
            }
            return .foldDry(StateDiff.changes(from: try before.state.tree(), to: try folded.tree()))
        } catch {
            return .foldDry(nil)
        }
    }

    func isStepping(_ id: PersistenceID) -> Bool { state.withLock { $0.tell != nil && !$0.runsOn && $0.id == id } }
}

extension Inspector {
    /// A stream's last state that folds without a problem, with its number; nil where that is not the head's.
    public func stateAtHead(of id: PersistenceID) throws -> (state: any FoldedState, number: Int64)? {
        guard let head = try reader.head(of: id) else { return (domain(for: id.entityType).emptyState(), 0) }
        let run = try FoldRun(self, head: head, target: head.sequenceNumber)
        while try !run.advance(budget: 16_384) {}
        guard run.problem == nil, let state = run.state else { return nil }
        return (state, run.sequenceNumber)
    }
}

import Actors
public import EventSourcing
package import Reactions

/// Lets one command at a time go through its commit stage by stage, and applications through their drains, each when a person
/// says so.
///
/// Entities run on stores that wait here, and the engine's own drain tells where it is, so what is seen is no imitation of
/// them. Where nothing is looked at, nothing waits.
public final class Steps: Sendable {
    /// The command that is looked at.
    private struct Command {
        let tell: @Sendable (CommitStage) -> Void
        /// Whose command it is; others write meanwhile, when their timers fire.
        let id: PersistenceID
        /// The state before it, and its number.
        let before: (state: any FoldedState, number: Int64)?
        let showsSecrets: Bool
        var runsOn: Bool
        /// Its events are durable, and it went on behind that.
        var isAppended = false
    }

    private struct State {
        var command: Command?
        /// Is told of drains; nil while they are not looked at.
        var tellOfDrain: (@Sendable (DrainNews) -> Void)?
        /// The applications whose drain runs on until it has settled.
        var runningOn: Set<String> = []
        var line = StepLine()
        /// How many wait until a drain is at its end.
        var waiting = 0
        /// Those who were cancelled before they could wait.
        var cancelled: Set<UInt64> = []
        var lastNumber: UInt64 = 0
        var isClosed = false

        mutating func showNext() -> StepLine.Waiting? {
            // A command that has written may wait for a drain itself, by a reaction that is called at once.
            let mayWait = waiting > 0 && (command?.isAppended == true || command?.runsOn == true)
            return line.showNext(besideCommand: command != nil && !mayWait)
        }

        /// Tells a person of somebody who is shown from now on; called without the lock.
        func telling(of shown: StepLine.Waiting?) -> @Sendable () -> Void {
            switch (shown?.stage, shown?.place) {
            case (.commit(let stage)?, _): { [command] in command?.tell(stage) }
            case (.drain(let stage)?, .drain(let name)?): { [tellOfDrain] in tellOfDrain?(.stage(stage, of: name)) }
            default: {}
            }
        }
    }

    private let state = Locked(State())

    /// What the asker of a command is told that was stopped.
    public static let stopped = "stopped before its append, and nothing is written"

    /// Nothing waits until `begin`, or until drains are looked at.
    public init() {}

    // MARK: - What a person does

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
            state.command = Command(
                tell: tell, id: id, before: before, showsSecrets: showsSecrets, runsOn: state.isClosed)
        }
    }

    /// The command is answered.
    public func end() {
        change { state in
            state.command = nil
            return []
        }
    }

    /// Looks at drains from now on, or, with nil, lets them run as they do.
    ///
    /// - Parameter tell: called, from any thread, when a drain waits at a stage, and when one has settled.
    package func lookAtDrains(_ tell: (@Sendable (DrainNews) -> Void)?) {
        change { state in
            state.tellOfDrain = state.isClosed ? nil : tell
            state.runningOn = []
            return state.tellOfDrain == nil ? state.line.take { $0.place != .command }.map { ($0, .goOn) } : []
        }
    }

    /// Does what a person wants of what is shown; answers whether anything was.
    ///
    /// What can't be stopped any more goes on. A drain that runs on does so until it has settled.
    @discardableResult
    public func perform(_ wish: StepWish) -> Bool {
        change { state in
            guard let shown = state.line.takeShown() else { return [] }
            if case .commit(let stage) = shown.stage, !stage.isBeforeAppend { state.command?.isAppended = true }
            guard wish == .runOn else { return [(shown, wish)] }
            switch shown.place {
            case .command:
                state.command?.runsOn = true
                return [(shown, .runOn)]
            case .drain(let application):
                state.runningOn.insert(application)
                return [(shown, .runOn)] + state.line.take { $0.place == shown.place }.map { ($0, .runOn) }
            }
        }
    }

    /// Stops a command that has written nothing yet, lets everything else go on, and never waits again.
    ///
    /// Answers whether a command was shown.
    public func close() -> Bool {
        var isCommandShown = false
        change { state in
            state.isClosed = true
            state.tellOfDrain = nil
            state.command?.runsOn = true
            isCommandShown = state.line.shown?.place == .command
            return state.line.take { _ in true }.map { ($0, $0.place == .command ? .stop : .goOn) }
        }
        return isCommandShown
    }

    /// Changes something, lets those go on that the change answers, and shows the next one; answers whether any went on.
    @discardableResult
    private func change(_ body: (inout State) -> [(StepLine.Waiting, StepWish)]) -> Bool {
        let (going, tell) = state.withLock { state in
            let going = body(&state)
            return (going, state.telling(of: state.showNext()))
        }
        for (waiting, wish) in going { waiting.resume(wish) }
        tell()
        return !going.isEmpty
    }

    // MARK: - Waiting

    /// Waits in line at a stage, unless that is not wanted any more.
    private func wait(
        as number: UInt64, in place: StepLine.Place, at stage: StepStage, if isWanted: (State) -> Bool
    ) async -> StepWish {
        await withCheckedContinuation { (continuation: CheckedContinuation<StepWish, Never>) in
            let waiting = StepLine.Waiting(number: number, place: place, stage: stage, continuation: continuation)
            let tell = state.withLock { state -> (@Sendable () -> Void)? in
                if state.cancelled.contains(number) || !isWanted(state) { return nil }
                state.line.add(waiting)
                return state.telling(of: state.showNext())
            }
            if let tell { tell() } else { waiting.resume(.goOn) }
        }
    }

    private func nextNumber() -> UInt64 {
        state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
    }

    /// Waits at a stage of the entity whose command is looked at; throws where the person stops it there.
    func pause(at stage: CommitStage, of id: PersistenceID) async throws {
        guard isStepping(id) else { return }
        let wish = await wait(as: nextNumber(), in: .command, at: .commit(stage)) { state in
            state.command?.runsOn == false
        }
        if wish == .stop {
            // To the entity it is an append that was refused before it began, which is what it is.
            throw StoreError(.cancelled, detail: Self.stopped)
        }
    }

    func isStepping(_ id: PersistenceID) -> Bool {
        state.withLock { state in state.command.map { !$0.runsOn && $0.id == id } ?? false }
    }

    // MARK: - What is told of a commit

    /// The events that were decided, as they are told.
    func decided(_ events: [NewEvent]) -> CommitStage {
        let showsSecrets = state.withLock { $0.command?.showsSecrets ?? false }
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
        guard let before = state.withLock({ $0.command?.before }), expecting == .number(before.number) else {
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
}

// MARK: - Drains

extension Steps: ApplicationSteps {
    package var isLooking: Bool { state.withLock { $0.tellOfDrain != nil } }

    package func entityStores(
        over store: any ReactionStore
    ) -> (events: any EventStore, snapshots: (any SnapshotStore)?) {
        (
            SteppedEvents(base: store, steps: self),
            (store as? any SnapshotStore).map { SteppedSnapshots(base: $0, steps: self) }
        )
    }

    package func pause(
        at stage: DrainStage, of application: String, unless isOver: @Sendable () -> Bool
    ) async -> Bool {
        let number = nextNumber()
        defer { state.withLock { _ = $0.cancelled.remove(number) } }
        func waited() async -> StepWish {
            await wait(as: number, in: .drain(of: application), at: .drain(stage)) { state in
                state.tellOfDrain != nil && !state.runningOn.contains(application) && !isOver()
            }
        }
        guard stage.canBeStopped else { return await waited() != .stop }
        let wish = await withTaskCancellationHandler {
            await waited()
        } onCancel: {
            change { state in
                state.cancelled.insert(number)
                return state.line.take { $0.number == number }.map { ($0, .goOn) }
            }
        }
        return wish != .stop
    }

    package func settled(_ totals: SettledTotals, of application: String) {
        let tell = state.withLock { state in
            state.runningOn.remove(application)
            return state.tellOfDrain
        }
        tell?(.settled(totals, of: application))
    }

    package func isWaited(for change: Int, of application: String) {
        self.change { state in
            state.waiting += change
            return []
        }
    }

    package func letGo(of application: String) {
        change { state in state.line.take { $0.place == .drain(of: application) }.map { ($0, .goOn) } }
    }
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

extension EntityHost {
    /// The same host, whose stores wait at each stage.
    func stepped(by steps: Steps) -> EntityHost {
        EntityHost(
            system: system, events: SteppedEvents(base: events, steps: steps),
            snapshots: snapshots.map { SteppedSnapshots(base: $0, steps: steps) }, writer: writer)
    }
}

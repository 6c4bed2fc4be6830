public import Actors
public import EventSourcing
import StateMachines

/// Finds where an instance of a machine is after one of its events, and what could come next.
public final class MachineJob: InspectionJob {
    private let inspector: Inspector
    private let id: PersistenceID
    private let number: Int64
    private let machine: DomainMachine
    private let now: Timestamp
    private let columns: (Character) -> Int
    private var head: StreamHead?
    private var run: FoldRun?
    private var answer: MachineView?

    init(
        _ inspector: Inspector, _ machine: DomainMachine, of id: PersistenceID, at number: Int64, now: Timestamp,
        measuring columns: @escaping (Character) -> Int
    ) {
        self.inspector = inspector
        self.machine = machine
        self.id = id
        self.number = number
        self.now = now
        self.columns = columns
    }

    public var progress: Double { answer != nil ? 1 : run?.progress ?? 0 }

    public func step(budget events: Int) throws -> MachineView? {
        if let answer { return answer }
        guard let run = try self.run ?? makeRun() else {
            answer = try view(of: inspector.domain(for: id.entityType).emptyState(), before: nil, at: 0, problem: nil)
            return answer
        }
        self.run = run
        guard try run.advance(budget: events) else { return nil }
        answer = try view(of: run.state, before: run.previous, at: run.sequenceNumber, problem: run.problem)
        return answer
    }

    /// Nil for a stream that is not there yet, which is as the machine begins.
    private func makeRun() throws -> FoldRun? {
        head = try inspector.reader.head(of: id)
        return try head.map { head in
            try FoldRun(
                inspector, head: head, target: min(max(number, 0), head.sequenceNumber), includingBefore: true)
        }
    }

    private func view(
        of state: (any FoldedState)?, before previous: (any FoldedState)?, at number: Int64,
        problem: StateView.Problem?
    ) throws -> MachineView {
        var view = MachineView(sequenceNumber: number, outline: machine.outline, problem: problem)
        let standing = state.flatMap { machine.standing(in: $0) }
        if let state, let standing {
            inspector.recent.keep(state, of: id, at: number)
            view.standing = standing
            view.trace = try previous.flatMap { try step(at: number, from: $0) } ?? MachineTrace(at: standing.place)
            view.prospects = machine.prospects(in: state)
            view.timeouts = try timeouts(in: standing, at: number)
        }
        let outline = machine.outline
        if outline.states.count <= MachineView.mostDrawn.states, outline.edges.count <= MachineView.mostDrawn.edges {
            view.drawings = [false, true].map { isShort in
                outline.drawing(after: view.trace, isShort: isShort, measuring: columns)
            }
        }
        return view
    }

    /// The step of one event; nil where it is set apart, or can't be read.
    private func step(at number: Int64, from state: any FoldedState) throws -> MachineTrace? {
        if try inspector.apartForFolding(id).contains(where: { $0.sequenceNumber == number }) { return nil }
        var trace: MachineTrace?
        try inspector.reader.read(id, from: number, through: number, reversed: false, fields: .payload) { event in
            trace = try? machine.step(of: event, from: state)
            return .stop
        }
        return trace
    }

    // MARK: - Timeouts

    private func timeouts(in standing: MachineStanding, at number: Int64) throws -> [MachineTimeoutView] {
        let timeouts = machine.outline.timeouts.filter { $0.state == standing.place.state }
        if timeouts.isEmpty || standing.stopReason != nil { return [] }
        let stored = number == head?.sequenceNumber ?? 0 ? storedTimers() : nil
        let entered = try standing.enteredNumber.flatMap { try time(of: $0) }
        let seen = try time(of: number)
        return timeouts.map { timeout in
            let timer: MachineTimeoutView.Timer
            if let stored {
                timer =
                    stored.first { $0.name == timeout.name }
                    .map { .armed($0.deadline, left: $0.deadline.duration(since: now)) }
                    ?? (head == nil ? .past(left: nil) : .missing)
            } else if let entered, let seen {
                timer = .past(left: timeout.delay - seen.duration(since: entered))
            } else {
                timer = .past(left: nil)
            }
            return MachineTimeoutView(
                name: timeout.name, event: timeout.event, delay: timeout.delay, timer: timer)
        }
    }

    /// Nil where the store can't be read for timers, as one of an early layout can't.
    private func storedTimers() -> [StoredTimer]? {
        try? (inspector.reader as? any TimerReader)?.timers(of: id)
    }

    private func time(of number: Int64) throws -> Timestamp? {
        number > 0 ? try inspector.reader.samples(of: id, at: [number]).first?.timestamp : nil
    }
}

extension Inspector {
    /// Where an instance of a machine is after an event, and what could come next; nil for an entity without a machine.
    ///
    /// - Parameters:
    ///   - id: the instance.
    ///   - sequenceNumber: the event; 0 for the beginning.
    ///   - now: what deadlines are compared with.
    ///   - columns: how many columns a character takes in a drawing, from 1.
    public func machine(
        of id: PersistenceID, at sequenceNumber: Int64, now: Timestamp,
        measuring columns: @escaping (Character) -> Int = { _ in 1 }
    ) -> MachineJob? {
        domain(for: id.entityType).machine.map {
            MachineJob(self, $0, of: id, at: sequenceNumber, now: now, measuring: columns)
        }
    }
}

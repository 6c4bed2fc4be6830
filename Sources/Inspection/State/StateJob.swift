import Actors
import EventSourcing

/// Finds a stream's state after one of its events, and what that event changed.
public final class StateJob: InspectionJob {
    private let inspector: Inspector
    private let id: PersistenceID
    private let number: Int64
    private var run: FoldRun?
    private var answer: StateView?
    private var microseconds: Int64 = 0

    init(_ inspector: Inspector, of id: PersistenceID, at number: Int64) {
        self.inspector = inspector
        self.id = id
        self.number = number
    }

    public var progress: Double { answer != nil ? 1 : run?.progress ?? 0 }

    public func step(budget events: Int) throws -> StateView? {
        if let answer { return answer }
        let began = inspector.stopwatch()
        let run = try self.run ?? makeRun()
        self.run = run
        let isDone = try run.advance(budget: events)
        var view = isDone ? show(run) : nil
        microseconds += inspector.stopwatch() - began
        view?.microseconds = microseconds
        answer = view
        return view
    }

    private func makeRun() throws -> FoldRun {
        let head =
            try inspector.reader.head(of: id)
            ?? StreamHead(
                persistenceID: id, sequenceNumber: 0, eventCount: 0, firstTime: .epoch, lastTime: .epoch,
                lastWriter: nil, epoch: 0)
        return try FoldRun(
            inspector, head: head, target: min(max(number, 0), head.sequenceNumber), includingBefore: true)
    }

    private func show(_ run: FoldRun) -> StateView {
        let at = run.sequenceNumber
        var view = StateView(
            sequenceNumber: at, tree: .null, changes: [], source: run.source, foldedEvents: run.foldedEvents,
            problem: run.problem)
        guard let state = run.state else { return view }
        let recent = inspector.recent
        do {
            view.tree = try recent.entry(of: id, at: at)?.tree ?? state.tree()
            if let previous = run.previous {
                let before = try recent.entry(of: id, at: at - 1)?.tree ?? previous.tree()
                recent.keep(previous, of: id, at: at - 1, tree: before)
                view.changes = StateDiff.changes(from: before, to: view.tree)
            } else if run.problem == nil {
                view.changes = recent.entry(of: id, at: at)?.changes ?? []
            }
            // Without the state before nothing is known about what the event changed, which is not the same as nothing.
            recent.keep(state, of: id, at: at, tree: view.tree, changes: run.previous == nil ? nil : view.changes)
            for index in view.changes.indices where view.changes[index].beforeSetBy == nil {
                view.changes[index].beforeSetBy = recent.setter(of: view.changes[index], in: id, at: at)
            }
        } catch {
            view.problem = StateView.Problem(
                sequenceNumber: at, reason: "the state can't be shown as a tree: \(error)")
        }
        return view
    }
}

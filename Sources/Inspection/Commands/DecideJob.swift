import EventSourcing

/// Asks the real command handler what it would make of a command after some event, without writing.
public final class DecideJob: InspectionJob {
    private let inspector: Inspector
    private let judge: (any FoldedState, Int64) -> Decision
    private let id: PersistenceID
    private let number: Int64
    private let domain: Domain
    private var run: FoldRun?
    private var answer: Decision?

    convenience init(_ inspector: Inspector, _ command: ParsedCommand, in id: PersistenceID, at number: Int64) {
        let domain = inspector.domain(for: id.entityType)
        self.init(inspector, in: id, at: number) { state, number in
            domain.decide(command, on: state, of: id, at: number)
        }
    }

    init(
        _ inspector: Inspector, in id: PersistenceID, at number: Int64,
        judge: @escaping (any FoldedState, Int64) -> Decision
    ) {
        self.inspector = inspector
        self.judge = judge
        self.id = id
        self.number = number
        domain = inspector.domain(for: id.entityType)
    }

    public var progress: Double { answer != nil ? 1 : run?.progress ?? 0 }

    public func step(budget events: Int) throws -> Decision? {
        if let answer { return answer }
        guard let head = try inspector.reader.head(of: id) else {
            // A stream that is not there yet is empty.
            answer = judge(domain.emptyState(), 0)
            return answer
        }
        let run = try self.run ?? FoldRun(inspector, head: head, target: min(max(number, 0), head.sequenceNumber))
        self.run = run
        guard try run.advance(budget: events) else { return nil }
        if let problem = run.problem {
            answer = .failed(
                "the state is not known: the fold stopped at #\(problem.sequenceNumber), \(problem.reason)")
        } else if let state = run.state {
            inspector.recent.keep(state, of: id, at: run.sequenceNumber)
            answer = judge(state, run.sequenceNumber)
        }
        return answer
    }
}

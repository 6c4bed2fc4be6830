import Actors
import EventSourcingTestKit
import TestSupport

@testable import EventSourcing

/// Two systems on one store in memory, and what can happen to them, in an order that a seed decides: calls overtake each
/// other, writes fail with and without having been made, systems crash and are started again, commands come twice.
///
/// Half of the seeds let event-sourced entities run under a lock, and half of both let them delete what is in snapshots.
final class Simulation {
    /// What is wrong with a run, with all that is needed to see it again.
    struct Violation: Error, CustomStringConvertible {
        let seed: UInt64
        let reason: String
        let trace: [String]

        var description: String {
            "seed \(seed): \(reason)\n" + trace.suffix(80).joined(separator: "\n")
                + "\nPLAYHEAD_SEED=\(seed) runs this seed alone"
        }
    }

    let seed: UInt64
    let base = InMemoryStore()
    let scheduler: StepScheduler
    let subjects: [Subject]
    private let lie: SimulatedConnection.Lie?
    private let retention: RetentionPolicy
    private var random: SeededRandom
    private(set) var nodes: [SimulatedNode] = []
    private(set) var commands: [SimulatedCommand] = []
    private(set) var trace: [String] = []
    private var lives = 0

    init(seed: UInt64, lie: SimulatedConnection.Lie? = nil) throws {
        self.seed = seed
        self.lie = lie
        retention = seed % 4 < 2 ? .keepAll : try .snapshots(keep: 1 + Int(seed / 4 % 2), deleteEvents: true)
        random = SeededRandom(seed: seed)
        scheduler = StepScheduler(startingAt: Timestamp(microseconds: 1_000_000_000), seed: seed)
        subjects = [
            Subject(id: try PersistenceID("Notes", "a"), isState: false),
            Subject(id: try PersistenceID("Notes", "b"), isState: false),
            Subject(id: try PersistenceID("Kept", "a"), isState: true),
        ]
    }

    /// Lets it all happen, and checks what came of it; throws `Violation`.
    func run() throws {
        for side in 0..<2 { nodes.append(makeNode(side)) }
        for _ in 0..<50 + below(60) { try happen() }
        try settle()
        // Locks of systems that crashed are free after their term.
        scheduler.advance(by: .seconds(3))
        try check()
    }

    func violation(_ reason: String) -> Violation { Violation(seed: seed, reason: reason, trace: trace) }

    func note(_ line: @autoclosure () -> String) { trace.append(line()) }

    private func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    func makeNode(_ side: Int) -> SimulatedNode {
        lives += 1
        return SimulatedNode(
            name: "\(["left", "right", "last"][side])-\(lives)", on: scheduler,
            connection: SimulatedConnection(to: base, lie: lie), isLocking: seed % 2 == 1,
            retention: retention)
    }
}

// MARK: - What happens

extension Simulation {
    private func happen() throws {
        let side = below(2)
        let node = nodes[side]
        switch below(100) {
        case 0..<58: letThrough(node)
        case 58..<82: try send(tokens: 1 + below(3), to: node)
        case 82..<87: try sendAgain(to: node)
        case 87..<93: fail(node)
        case 93..<96: crash(side)
        case 96..<98:
            note("\(node.name): what runs is left alone, and started a second time")
            node.forget(subjects[below(subjects.count)])
        default:
            let time = below(900)
            note("\(time) ms go by")
            scheduler.advance(by: .milliseconds(time))
        }
        scheduler.drain()
    }

    private func letThrough(_ node: SimulatedNode) {
        let count = node.connection.waitingCount
        guard count > 0 else { return }
        let index = below(count)
        note("\(node.name): call \(index + 1) of \(count) gets through")
        node.connection.letThrough(index)
    }

    private func send(tokens count: Int, to node: SimulatedNode) throws {
        let number = commands.count
        let command = SimulatedCommand(
            subject: subjects[below(subjects.count)], tokens: (0..<count).map { number * 10 + $0 },
            id: below(2) == 0 ? nil : ULID(high: 7, low: UInt64(number)))
        commands.append(command)
        note("\(node.name): \(command) is sent")
        try command.send(to: node)
    }

    private func sendAgain(to node: SimulatedNode) throws {
        let known = commands.filter { $0.id != nil }
        guard !known.isEmpty else { return }
        let command = known[below(known.count)]
        note("\(node.name): \(command) is sent again")
        try command.send(to: node)
    }

    private func fail(_ node: SimulatedNode) {
        let faults: [WriteFault] = [
            .refused(.busy), .lostBeforeCommit, .lostAfterCommit, .conflict, .error(Failure("socket closed")),
        ]
        switch below(10) {
        case 0..<6:
            let fault = faults[below(faults.count)]
            note("\(node.name): the next append fails: \(fault)")
            node.connection.store.failAppend(with: fault)
        case 6..<9:
            let fault = faults[below(faults.count)]
            note("\(node.name): the next write of a state fails: \(fault)")
            node.connection.store.failStateWrite(with: fault)
        default:
            note("\(node.name): the next snapshot fails")
            node.connection.store.failSnapshot()
        }
    }

    private func crash(_ side: Int) {
        let node = nodes[side]
        for command in commands { command.noteCrash(of: node) }
        nodes[side] = makeNode(side)
        note("\(node.name) crashes, and \(nodes[side].name) is started")
        node.connection.lose()
    }

    /// Lets everything through until all commands have an end.
    func settle() throws {
        note("all that waits gets through")
        for _ in 0..<20_000 {
            scheduler.drain()
            let waiting = nodes.filter { $0.connection.waitingCount > 0 }
            if !waiting.isEmpty {
                for node in waiting { node.connection.letThrough(0) }
            } else if commands.contains(where: \.isPending) {
                scheduler.advance(by: .milliseconds(50))
            } else {
                return
            }
        }
        throw violation("a command has no end")
    }
}

// MARK: - What came of it

extension Simulation {
    private func check() throws {
        let histories = try subjects.map { try $0.history(in: self) }
        for node in nodes { try check(statesOf: node, histories, areWhole: false) }
        nodes.append(makeNode(2))
        try check(statesOf: nodes[2], histories, areWhole: true)
        for (subject, history) in zip(subjects, histories) {
            for command in commands where command.subject == subject { try check(command, history) }
            guard Set(history).count == history.count else {
                throw violation("\(subject): twice the same in \(history)")
            }
            let known = Set(commands.filter { $0.subject == subject }.flatMap(\.tokens))
            guard known.isSuperset(of: history) else { throw violation("\(subject): nobody wrote all of \(history)") }
        }
    }

    /// Asks the entities of a system for their states: the history, or the beginning of it where others may have written.
    private func check(statesOf node: SimulatedNode, _ histories: [[Int]], areWhole: Bool) throws {
        var questions: [(SimulatedCommand, [Int])] = []
        for (subject, history) in zip(subjects, histories) where areWhole || node.isRunning(subject) {
            let question = SimulatedCommand(subject: subject, tokens: [], id: nil)
            try question.send(to: node)
            questions.append((question, history))
        }
        let asked = commands.count
        commands += questions.map(\.0)
        try settle()
        commands.removeSubrange(asked...)
        for (question, history) in questions {
            guard case .acknowledged(let state)? = question.outcomes.first else {
                throw violation("\(node.name): \(question.subject) does not answer: \(question.outcomes)")
            }
            guard areWhole ? state == history : history.starts(with: state) else {
                throw violation("\(node.name): \(question.subject) is \(state), and its history \(history)")
            }
        }
    }

    private func check(_ command: SimulatedCommand, _ history: [Int]) throws {
        let outcomes = command.outcomes
        for case .acknowledged(let state) in outcomes {
            guard history.starts(with: state), Set(state).isSuperset(of: command.tokens) else {
                throw violation("\(command) was acknowledged with \(state), and the history is \(history)")
            }
        }
        let present = history.filter(command.tokens.contains)
        guard present.isEmpty || present == command.tokens else {
            throw violation("\(command) is there in parts: \(history)")
        }
        if let first = command.tokens.first, let place = history.firstIndex(of: first) {
            guard history[place...].starts(with: command.tokens) else {
                throw violation("others are within \(command): \(history)")
            }
        }
        for case .failed(let error) in outcomes { throw violation("\(command) failed: \(error)") }
        let isRefused = outcomes.allSatisfy { if case .refused = $0 { true } else { false } }
        if isRefused, !present.isEmpty { throw violation("\(command) was refused, and is there: \(outcomes)") }
    }
}

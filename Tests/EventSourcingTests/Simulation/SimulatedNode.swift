import Actors
import EventSourcingTestKit

@testable import EventSourcing

/// An entity of the simulation: what it keeps is every token that it was ever told, in their order.
struct Subject: Hashable, CustomStringConvertible {
    let id: PersistenceID
    let isState: Bool

    var description: String { "\(id)" }
}

/// Tells an entity to note tokens, and to answer all that it has.
struct NoteTokens: Sendable {
    let tokens: [Int]
    let replyTo: ActorRef<[Int]>
}

struct TokenNoted: Codable, Sendable { let token: Int }

struct NotedTokens: Codable, Hashable, Sendable { var tokens: [Int] = [] }

/// One life of a system in the simulation, from its start to its crash.
final class SimulatedNode {
    let name: String
    let connection: SimulatedConnection
    private let system: ActorSystem
    private let isLocking: Bool
    private let retention: RetentionPolicy
    private var running: [PersistenceID: ActorRef<NoteTokens>] = [:]

    init(
        name: String, on scheduler: StepScheduler, connection: SimulatedConnection, isLocking: Bool,
        retention: RetentionPolicy
    ) {
        self.name = name
        self.connection = connection
        self.isLocking = isLocking
        self.retention = retention
        system = ActorSystem(name: name, scheduler: scheduler)
    }

    /// The subject's entity, recovered where it has stopped.
    func entity(_ subject: Subject) throws -> ActorRef<NoteTokens> {
        if let known = running[subject.id], !known.isStopped { return known }
        let started = system.spawn(try behavior(subject), name: "\(subject)")
        running[subject.id] = started
        return started
    }

    func isRunning(_ subject: Subject) -> Bool { running[subject.id].map { !$0.isStopped } ?? false }

    /// Leaves the subject's entity to itself; the next command starts another one beside it.
    func forget(_ subject: Subject) { running[subject.id] = nil }

    private func behavior(_ subject: Subject) throws -> Behavior<NoteTokens> {
        if subject.isState {
            return DurableStateBehavior<NoteTokens, NotedTokens>(
                id: subject.id, emptyState: NotedTokens(),
                commandHandler: { _, command, noted in
                    guard !command.tokens.isEmpty else { return .reply(to: command.replyTo, noted.tokens) }
                    return .persist(NotedTokens(tokens: noted.tokens + command.tokens))
                        .thenReply(to: command.replyTo) { $0.tokens }
                }
            ).withDurableStateStore(connection).withRetries(1).behavior
        }
        let notes = try EventSourcedBehavior<NoteTokens, TokenNoted, NotedTokens>(
            id: subject.id, emptyState: NotedTokens(),
            events: EventRegistry(EventType("TokenNoted", of: TokenNoted.self)),
            commandHandler: { _, command, _ in
                .persist(command.tokens.map { TokenNoted(token: $0) }).thenReply(to: command.replyTo) { $0.tokens }
            },
            eventHandler: { noted, event in noted.tokens.append(event.token) }
        ).withEventStore(connection).withSnapshotStore(connection).withSnapshots(.every(3))
            .withRetention(retention).withRetries(1)
        guard isLocking else { return notes.behavior }
        let locks = try LeaseLockProvider(connection, term: .seconds(2), waitingAtMost: .seconds(1))
        return notes.withLocking(.pessimistic(locks)).behavior
    }
}

/// A command of the simulation, with every time that it was sent.
final class SimulatedCommand: CustomStringConvertible {
    /// What a sender knows of one sending.
    enum Outcome {
        case acknowledged([Int])
        /// Nothing is durable of it.
        case refused(any Error)
        /// It may be durable: there was no answer, or one that says so.
        case unknown
        /// Something that must never come.
        case failed(any Error)
    }

    private struct Sending {
        let node: SimulatedNode
        let reply: PendingReply<[Int]>
        var isLost = false
    }

    let subject: Subject
    let tokens: [Int]
    let id: ULID?
    private var sendings: [Sending] = []

    init(subject: Subject, tokens: [Int], id: ULID?) {
        self.subject = subject
        self.tokens = tokens
        self.id = id
    }

    var description: String { "\(tokens) for \(subject)" + (id == nil ? "" : " with an id") }

    var isPending: Bool { sendings.contains { !$0.isLost && $0.reply.result == nil } }

    var outcomes: [Outcome] { sendings.map { $0.isLost ? .unknown : outcome(of: $0.reply) } }

    func send(to node: SimulatedNode) throws {
        let reply: PendingReply<[Int]> = try node.entity(subject).askLater(
            timeout: .seconds(86_400),
            headers: { replyTo in
                CommandHeaders(Metadata(commandID: self.id)) { bytes in
                    replyTo.tell(try bytes.withUnsafeBytes { try JSONCodec.replies.decode([Int].self, from: $0) })
                }
            },
            { [tokens] in NoteTokens(tokens: tokens, replyTo: $0) })
        sendings.append(Sending(node: node, reply: reply))
    }

    /// No answer comes any more from a system that has crashed.
    func noteCrash(of node: SimulatedNode) {
        for index in sendings.indices where sendings[index].node === node && sendings[index].reply.result == nil {
            sendings[index].isLost = true
        }
    }

    private func outcome(of reply: PendingReply<[Int]>) -> Outcome {
        switch reply.result {
        case .success(let state): return .acknowledged(state)
        case nil, .failure(.outcomeUnknown): return .unknown
        case .failure(.stopped(let path)): return .refused(AskError.stopped(path))
        case .failure(.timedOut(let path, let time)): return .failed(AskError.timedOut(path, after: time))
        case .failure(.rejected(let error)):
            switch error {
            case is ConcurrentModificationError, is WriterFencedError, is LockError:
                return .refused(error)
            case let error as StoreError where error.reason != .outcomeUnknown: return .refused(error)
            default: return .failed(error)
            }
        }
    }
}

extension Subject {
    /// What the store has of it, checked as far as the store alone can say; throws `Simulation.Violation`.
    func history(in simulation: Simulation) throws -> [Int] {
        let (store, id) = (simulation.base, id)
        guard !isState else {
            let stored = try simulation.scheduler.run { try await store.get(id) }
            guard let stored else { return [] }
            return try stored.state.withUnsafeBytes { try JSONCodec().decode(NotedTokens.self, from: $0).tokens }
        }
        let (rows, head, snapshots) = try simulation.scheduler.run {
            let rows = try await store.load(id, from: 1, through: .max, fields: .all, into: [HistoryRow]()) {
                rows, event in
                let token = try event.withPayload { try JSONCodec().decode(TokenNoted.self, from: $0).token }
                rows.append(
                    HistoryRow(number: event.sequenceNumber, token: token, writer: event.writer, epoch: event.epoch))
                return .next
            }
            return (rows, try await store.head(of: id), try await store.list(of: id).map(\.sequenceNumber))
        }
        let deletedTo = head?.deletedTo ?? 0
        try check(rows, after: deletedTo, in: simulation)
        guard head?.sequenceNumber ?? 0 == deletedTo + Int64(rows.count) else {
            throw simulation.violation("\(id) has \(rows.count) events, and its head says \(String(describing: head))")
        }
        let states = try snapshots.map { number in
            let snapshot = try simulation.scheduler.run { try await store.latest(of: id, atOrBelow: number) }
            return try snapshot?.state.withUnsafeBytes { try JSONCodec().decode(NotedTokens.self, from: $0).tokens }
                ?? []
        }
        // What was deleted is what the newest snapshot has of it.
        let history = (states.last ?? []).prefix(Int(deletedTo)) + rows.map(\.token)
        guard history.count == head?.sequenceNumber ?? 0 else {
            throw simulation.violation("\(id) has no snapshot for what was deleted up to #\(deletedTo)")
        }
        for (number, state) in zip(snapshots, states) where state != Array(history.prefix(Int(number))) {
            throw simulation.violation("\(id) has a snapshot at #\(number) with \(state), and is \(history)")
        }
        return Array(history)
    }

    /// Checks that nothing is missing behind what was deleted, and that each writer has an epoch.
    private func check(_ rows: [HistoryRow], after deletedTo: Int64, in simulation: Simulation) throws {
        for (place, row) in rows.enumerated() {
            guard row.number == deletedTo + Int64(place) + 1 else {
                throw simulation.violation("\(id) has a gap before #\(row.number)")
            }
            guard place > 0 else { continue }
            let before = rows[place - 1]
            guard row.epoch == before.epoch + (row.writer == before.writer ? 0 : 1) else {
                throw simulation.violation("\(id) has the epoch \(row.epoch) at #\(row.number), after \(before.epoch)")
            }
        }
    }
}

private struct HistoryRow: Sendable {
    let number: Int64
    let token: Int
    let writer: WriterID
    let epoch: Int64
}

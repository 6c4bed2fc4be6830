import Actors
import EventSourcing
import Inspection
import Terminal
import Workbench

/// Answers one question at a time about one store.
final class AnswerDesk {
    /// How a question is answered.
    enum Work {
        /// At once.
        case answer(Answer)
        /// In slices; the screen does not wait for what is in the background.
        case job(SlicedWork, isBackground: Bool)
        /// On another thread, which will answer by itself.
        case elsewhere
    }

    private var store: OpenedStore
    private var inspector: Inspector
    private var session: Session
    /// What commands run on; nil where there is no way.
    private var live: LiveEntities?
    private var sending: SendingLine
    /// The stages of the command that is looked at, and the request that carries it.
    private var steps = Steps()
    private var stepped: Request?
    private var looksAtDrains = false
    private let domains: [Domain]
    private let open: StoreOpening
    private let outbox: Outbox

    init(store: OpenedStore, domains: [Domain], outbox: Outbox, open: @escaping StoreOpening) {
        self.store = store
        self.domains = domains
        self.open = open
        self.outbox = outbox
        inspector = Inspector(store.reader, domains: domains)
        session = store.session
        sending = SendingLine(store.host)
        live = makeLive()
    }

    /// The live entities of the store that is open; a store that is written to has its machines attended to at once.
    private func makeLive() -> LiveEntities? {
        let live = store.host.map { LiveEntities(domains, on: $0, steps: steps) }
        if session.mode == .write || session.mode == .demo { attend(live) }
        return live
    }

    /// Has due timers fire and the outbox carried, as long as the store is open.
    private func attend(_ live: LiveEntities?) {
        // The store is to know who writes what they write, also where nobody sends a command.
        sending.add {}
        do {
            try live?.attend()
        } catch {
            store.host?.system.log(.warning, "due timers do not fire: \(error)")
        }
    }

    /// Waits for what was sent, and closes the store.
    func close() {
        // What waits at a stage is stopped, or carried through where it is written already.
        if steps.close(), let stepped { outbox.expectAnswer(to: stepped) }
        sending.finish()
        store.close()
    }

    /// Has drains wait at each stage from now on, or run as they do.
    func lookAtDrains(_ looks: Bool) {
        looksAtDrains = looks
        let outbox = outbox
        if looks {
            steps.lookAtDrains { news in outbox.tell(news) }
        } else {
            steps.lookAtDrains(nil)
            outbox.drainRests()
        }
    }

    /// Does what a person wants of the command or the drain that waits at a stage.
    func step(_ wish: StepWish) {
        // It may have gone on by itself meanwhile.
        if !steps.perform(wish) { outbox.drainRests() }
    }

    /// Shows what stands under keys like `password`, or masks it.
    func reveal(_ reveals: Bool) { inspector.showsSecrets = reveals }

    func work(on question: Question, for request: Request) -> Work {
        do {
            inspector.forgetReplacedStore()
            return try answer(question, for: request)
        } catch {
            return .answer(.failed("\(error)"))
        }
    }

    private func answer(_ question: Question, for request: Request) throws -> Work {
        switch question {
        case .overview:
            let overview = try inspector.overview()
            return .answer(.overview(Overview(totals: overview.totals, writers: overview.writers)))
        case .domain(let entityType):
            let domain = inspector.domain(for: entityType)
            return .answer(
                .domain(DomainSummary(domain)))
        case .head(nil): return .answer(.head(try inspector.newestStream()))
        case .head(let id?): return .answer(.head(try inspector.head(of: id) ?? unwritten(id)))
        case .streams(let query): return .answer(.streams(try inspector.streams(query)))
        case .timeline(let id, let numbers):
            return .answer(
                .rows(try inspector.timeline(of: id, from: numbers.lowerBound, through: numbers.upperBound)))
        case .log(let positions):
            return .answer(.rows(try inspector.log(from: positions.lowerBound, through: positions.upperBound)))
        case .detail(let id, let number): return .answer(.detail(try inspector.detail(of: id, at: number)))
        case .snapshots(let id): return .answer(.snapshots(try inspector.snapshots(of: id)))
        case .lane(let id, let cells): return .answer(.lane(try inspector.lane(of: id, cells: cells)))
        case .eventAt(let id, let time):
            return .answer(.landing(.event(try inspector.event(of: id, atOrBefore: time) ?? 0)))
        case .event(let position): return .answer(.event(try inspector.event(atPosition: position)))
        case .reactions(let query):
            return .job(
                SlicedWork(inspector.reactions(query, now: WallClock().now, live: live), answer: { .reactions($0) }),
                isBackground: false)
        case .findings, .search, .chain: return try scan(question)
        case .state, .machine, .difference, .setter, .setters, .bisect, .jump, .recovery, .filters:
            return try fold(question)
        case .decide(let text, let id, let number): return decide(text, in: id, at: number)
        case .send(let text, let id): return send(text, to: id, for: request, isStepped: false)
        case .sendStepped(let text, let id): return send(text, to: id, for: request, isStepped: true)
        case .operate(let operations): return operate(operations, for: request)
        case .change(let change): return .answer(changed(change))
        case .wait: return .answer(.elapsed)
        }
    }
}

// MARK: - Long work

extension AnswerDesk {
    /// Reads whatever is there until it has seen enough, while the screen shows what was found so far.
    private func scan(_ question: Question) throws -> Work {
        switch question {
        case .findings(let id, let number):
            return .job(
                SlicedWork(inspector.findings(in: id, near: number), answer: { .findings($0) }) { job in
                    .findings(job.findings, looked: 1...max(1, job.checkedThrough))
                }, isBackground: true)
        case .chain(let id, let number):
            return .job(
                SlicedWork(inspector.chain(of: id, at: number), answer: { .chain($0) }) { job in
                    .chain(job.found, searched: job.progress)
                }, isBackground: true)
        case .search(let text, let scope):
            let query = try FindQuery(parsing: text)
            let job: FindJob
            switch scope {
            case .stream(let id, let from): job = inspector.find(query, in: .stream(id), from: from)
            case .store(let from): job = inspector.find(query, in: .store, from: from)
            }
            let number: (FindHit) -> Int64
            if case .stream = scope { number = { $0.sequenceNumber } } else { number = { $0.position } }
            return .job(
                SlicedWork(job, answer: { .hits($0.map(number).sorted()) }) { job in
                    .hits(job.hits.map(number).sorted(), searched: job.progress)
                }, isBackground: true)
        default: return .answer(.failed("this can't be looked for"))
        }
    }

    /// Folds events until the answer is there.
    private func fold(_ question: Question) throws -> Work {
        switch question {
        case .state(let id, let number):
            return .job(SlicedWork(inspector.state(of: id, at: number), answer: { .state($0) }), isBackground: false)
        case .difference(let id, let from, let to):
            return .job(
                SlicedWork(
                    inspector.difference(in: id, from: from, to: to), answer: { .difference($0.changes) }),
                isBackground: false)
        case .setter(let id, let path, let number):
            return .job(
                SlicedWork(inspector.setter(of: path, in: id, atOrBelow: number), answer: { .setter($0) }),
                isBackground: false)
        case .setters(let id, let path):
            let head = try inspector.head(of: id)?.sequenceNumber ?? 0
            return .job(
                SlicedWork(inspector.setters(of: path, in: id, atOrBelow: head), answer: { .setters($0) }),
                isBackground: false)
        case .bisect(let id, let condition):
            return .job(
                SlicedWork(inspector.bisect(condition, in: id), answer: { .bisection($0) }), isBackground: false)
        case .machine(let id, let number):
            guard
                let job = inspector.machine(
                    of: id, at: number, now: WallClock().now, measuring: { DisplayText(String($0)).width })
            else { return .answer(.failed("\(id.entityType) is no state machine")) }
            return .job(SlicedWork(job, answer: { .machine($0) }), isBackground: false)
        case .recovery(let id):
            return .job(SlicedWork(inspector.recovery(of: id), answer: { .recovery($0) }), isBackground: false)
        case .filters(let id, let comparison):
            return .job(
                SlicedWork(inspector.filterComparison(of: id, comparison: comparison), answer: { .filters($0) }),
                isBackground: false)
        case .jump(let id, let landmark, let from, let direction, let count):
            let job = inspector.jump(
                landmark.target, in: id, from: from, direction == .forward ? .forward : .backward, count: count)
            return .job(
                SlicedWork(job, answer: { .landing($0.sequenceNumber.map(Landing.event) ?? .none(of: nil)) }),
                isBackground: false)
        default: return .answer(.failed("this can't be folded"))
        }
    }
}

extension Landmark {
    fileprivate var target: JumpTarget {
        switch self {
        case .anotherWriter: .otherWriter
        case .sameWriter: .sameWriter
        case .sameType: .sameType
        case .change(let path): .valueChange(path)
        case .finding: .finding
        }
    }
}

// MARK: - Commands

extension AnswerDesk {
    private func decide(_ text: String, in id: PersistenceID, at number: Int64) -> Work {
        .job(
            SlicedWork(
                inspector.verdict(on: text, in: id, at: number),
                answer: { verdict in
                    switch verdict {
                    case .decision(let decision): .decision(decision)
                    case .misspelt(let error): .misspelt(CommandProblem(error))
                    }
                }), isBackground: false)
    }

    /// Sends a command to the live entity, which answers from its own task.
    private func send(_ text: String, to id: PersistenceID, for request: Request, isStepped: Bool) -> Work {
        guard let host = store.host else {
            return .answer(.failed("this store takes no commands; open it with --write, or use :sandbox"))
        }
        let now = host.system.now
        let command: ParsedCommand
        do {
            command = try inspector.parse(text, for: id)
        } catch {
            return .answer(.sent(CommandReport(time: now, result: .misspelt(CommandProblem(error)))))
        }
        do {
            guard let live, !inspector.domain(for: id.entityType).commands.isEmpty else {
                return .answer(.failed("the domain \(id.entityType) has no commands"))
            }
            let (outbox, session, steps, showsSecrets) = (outbox, sessionAfterSending(), steps, inspector.showsSecrets)
            let before = isStepped ? try inspector.stateAtHead(of: id) : nil
            if isStepped { stepped = request }
            sending.add {
                if isStepped {
                    steps.begin(of: id, before: before, showsSecrets: showsSecrets) { outbox.pause(request, at: $0) }
                }
                let result: CommandReport.Result
                do {
                    // Its application may begin with it, whose drain is looked at behind it.
                    guard let entity = try live.entity(id) else {
                        throw StoreError(.invalid, stream: id, detail: "the domain \(id.entityType) has no commands")
                    }
                    // A person who looks at each stage is given time for it.
                    let timeout = Duration.seconds(isStepped ? 86_400 : 10)
                    result = .outcome(try await entity.send(command, timeout: timeout))
                } catch {
                    result = CommandReport.Result(error)
                }
                let isFollowed = isStepped && live.isReacting
                if isFollowed { outbox.beginFollowing() }
                outbox.answer(
                    request, .sent(CommandReport(time: host.system.now, result: result, session: session)))
                steps.end()
                if isFollowed { Self.follow(live, outbox) }
            }
            return .elsewhere
        } catch {
            return .answer(.sent(CommandReport(time: now, result: .failed("\(error)"))))
        }
    }

    /// Waits until what was done has led to nothing more, which may take as long as a person likes; other commands need not
    /// wait for that.
    private static func follow(_ live: LiveEntities, _ outbox: Outbox) {
        Task {
            // Where the store fails, the application says so and tries again by itself.
            _ = try? await live.settleReactions(within: .seconds(86_400))
            outbox.endFollowing()
        }
    }

    /// Changes subscriptions, behind what was sent before.
    private func operate(_ operations: [ReactionOperation], for request: Request) -> Work {
        guard let live else { return .answer(.failed("this store is only looked at; open it with --write")) }
        let (outbox, operatorName, looksAtDrains) = (outbox, OperatorName.here, looksAtDrains)
        sending.add {
            var done: [String] = []
            do {
                for operation in operations {
                    let count = try await live.operate(operation, by: operatorName)
                    done.append("\(operation.kind.pastWord) \(count) of \(operation.application)")
                }
                if looksAtDrains { outbox.beginFollowing() }
                outbox.answer(request, .done(done.joined(separator: ", ")))
                if looksAtDrains { Self.follow(live, outbox) }
            } catch {
                outbox.answer(request, .failed((done + ["\(error)"]).joined(separator: ", ")))
            }
        }
        return .elsewhere
    }

    /// The first command of a file opened for looking makes the sandbox copy, which is shown from then on.
    private func sessionAfterSending() -> Session? {
        guard session.mode == .readOnly else { return nil }
        session.mode = .sandbox
        session.commands = .store
        attend(live)
        return session
    }

    /// The head of a stream that has no event yet, where a machine of a file says what its first one may be, or it is an
    /// aggregate's, which begins with any of its actions.
    private func unwritten(_ id: PersistenceID) -> StreamHead? {
        let domain = inspector.domain(for: id.entityType)
        let isFileMachine = domain.ruleFile != nil && domain.machine != nil
        let isAggregate = domain.application != nil && !domain.commands.isEmpty
        guard let host = store.host, isFileMachine || isAggregate else { return nil }
        let now = host.system.now
        return StreamHead(
            persistenceID: id, sequenceNumber: 0, eventCount: 0, firstTime: now, lastTime: now, lastWriter: nil,
            epoch: 0)
    }

    private func changed(_ change: SessionChange) -> Answer {
        switch change {
        case .sandbox:
            guard session.mode == .readOnly || session.mode == .sandbox else {
                return .failed("commands go to the store itself; open the file without --write for a sandbox")
            }
            session.mode = .sandbox
            session.commands = .store
            attend(live)
            return .session(session)
        case .open(let path, let forWriting):
            do {
                try reopen(path, forWriting: forWriting)
                return .session(session)
            } catch {
                return .failed("\(error)")
            }
        }
    }

    /// Goes over to another store, or to this one in another way; stays where it is when that can't be opened.
    private func reopen(_ path: String, forWriting: Bool) throws {
        let other = try open(path, forWriting)
        close()
        store = other
        inspector = Inspector(other.reader, domains: domains)
        session = other.session
        steps = Steps()
        lookAtDrains(looksAtDrains)
        stepped = nil
        sending = SendingLine(other.host)
        live = makeLive()
    }
}

extension CommandProblem {
    fileprivate init(_ error: CommandError) {
        self.init(column: error.column, message: error.message)
    }
}

extension CommandReport.Result {
    /// What the engine told the asker, as the screen knows it.
    fileprivate init(_ error: any Error) {
        switch error {
        case let conflict as ConcurrentModificationError:
            let expected: Int64 = if case .number(let number) = conflict.expected { number } else { 0 }
            self = .conflict(expected: expected, actual: conflict.actual)
        case let fenced as WriterFencedError: self = .fenced(by: "\(fenced.writer)")
        case let error as StoreError where error.detail == Steps.stopped: self = .failed(error.detail)
        default: self = .failed("\(error)")
        }
    }
}

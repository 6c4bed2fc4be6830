import EventSourcing
import Inspection
import SampleDomain
import Terminal
import Testing
import Workbench

/// Types keys into a workbench, answers its questions from a store, and reads its screen.
final class WorkbenchDriver {
    private(set) var workbench: Workbench
    private let inspector: Inspector
    /// Effects that are no questions, in order.
    private(set) var effects: [ScreenEffect] = []
    /// Questions that are not answered, by what the test decides; they stay in `held`.
    var holds: (Question) -> Bool = { _ in false }
    private(set) var held: [(request: Request, question: Question)] = []
    /// What the time is for deadlines.
    var now = Timestamp(microseconds: 1_740_910_000_000_000)
    /// What this process has to do with reactions, which no store tells.
    var here: (inout ReactionsView) -> Void = { _ in }
    /// What comes of the next commands that are sent.
    var reports: [CommandReport] = []

    init(
        _ fixture: StoreFixture, session: Session? = nil, size: Size = Size(columns: 120, rows: 36),
        domains: [Domain]? = nil
    ) throws {
        inspector = Inspector(fixture.store.reader(), domains: try domains ?? SampleDomains.all())
        workbench = Workbench(session: session ?? .fixture(at: 17), size: size)
    }

    /// Asks the first questions and has them answered.
    func start() {
        carryOut(workbench.start())
    }

    /// Presses keys, as the table writes them, one after another: `]s`, `42G`, `Tab`, `add-item Space`.
    func press(_ notation: String) {
        for key in Key.sequence(notation: notation) { tell(.input(.key(key))) }
    }

    /// Types text as it stands, spaces and all.
    func type(_ text: String) {
        for character in text { tell(.input(.key(.character(character)))) }
    }

    func tell(_ message: Message) { carryOut(workbench.handle(message)) }

    func resize(_ columns: Int, _ rows: Int) {
        tell(.input(.resize(Size(columns: columns, rows: rows))))
    }

    var model: Model { workbench.model }
    var playhead: Int64? { model.stream?.playhead }
    var message: String { model.message?.text.plainString ?? "" }

    /// The screen as lines of text, without spaces at their ends.
    func screen(glyphs: Glyphs = .unicode) -> String { workbench.view(glyphs: glyphs).text }

    /// Answers a held question late.
    func release(_ index: Int = 0) {
        let (request, question) = held.remove(at: index)
        tell(.answer(request, answer(to: question)))
    }

    private func carryOut(_ asked: [ScreenEffect]) {
        var queue = asked
        while !queue.isEmpty {
            let effect = queue.removeFirst()
            switch effect {
            case .ask(let request, let question):
                if holds(question) || question.isWait {
                    held.append((request, question))
                } else {
                    queue += workbench.handle(.answer(request, answer(to: question)))
                }
            case .cancel(let request):
                held.removeAll { $0.request == request }
            default: effects.append(effect)
            }
        }
    }

    // MARK: - Answers

    private func answer(to question: Question) -> Answer {
        do {
            return try found(question)
        } catch {
            return .failed("\(error)")
        }
    }

    private func found(_ question: Question) throws -> Answer {
        switch question {
        case .overview:
            let overview = try inspector.overview()
            return .overview(Overview(totals: overview.totals, writers: overview.writers))
        case .domain(let type):
            let domain = inspector.domain(for: type)
            return .domain(DomainSummary(domain))
        case .head(let id): return .head(try id.map { try inspector.head(of: $0) } ?? inspector.newestStream())
        case .streams(let query): return .streams(try inspector.streams(query))
        case .timeline(let id, let numbers):
            return .rows(try inspector.timeline(of: id, from: numbers.lowerBound, through: numbers.upperBound))
        case .log(let numbers): return .rows(try inspector.log(from: numbers.lowerBound, through: numbers.upperBound))
        case .detail(let id, let number): return .detail(try inspector.detail(of: id, at: number))
        case .snapshots(let id): return .snapshots(try inspector.snapshots(of: id))
        case .lane(let id, let cells): return .lane(try inspector.lane(of: id, cells: cells))
        case .findings(let id, let number): return .findings(try inspector.findings(in: id, near: number).finish())
        case .state(let id, let number):
            var view = try inspector.state(of: id, at: number).finish()
            // Times differ from run to run, and where a fold begins depends on what was looked at before.
            view.microseconds = 123
            return .state(view)
        case .machine(let id, let number):
            let job = inspector.machine(of: id, at: number, now: now) { DisplayText(String($0)).width }
            return try job.map { .machine(try $0.finish()) } ?? .failed("no machine")
        case .reactions(let query):
            var view = try inspector.reactions(query, now: now).finish()
            here(&view)
            return .reactions(view)
        case .chain(let id, let number): return .chain(try inspector.chain(of: id, at: number).finish())
        case .event(let position): return .event(try inspector.event(atPosition: position))
        case .difference(let id, let from, let to):
            return .difference(try inspector.difference(in: id, from: from, to: to).finish().changes)
        case .setter(let id, let path, let number):
            return .setter(try inspector.setter(of: path, in: id, atOrBelow: number).finish())
        case .setters(let id, let path):
            let last = try inspector.head(of: id)?.sequenceNumber ?? 0
            return .setters(try inspector.setters(of: path, in: id, atOrBelow: last).finish())
        case .bisect(let id, let condition): return .bisection(try inspector.bisect(condition, in: id).finish())
        case .recovery(let id):
            var outcome = try inspector.recovery(of: id).finish()
            // Times differ from run to run.
            outcome.times.snapshot = 210
            outcome.times.reading = 480
            outcome.times.filter = 30
            outcome.times.fold = 120
            return .recovery(outcome)
        case .filters(let id, let comparison):
            return .filters(try inspector.filterComparison(of: id, comparison: comparison).finish())
        case .search, .jump, .eventAt: return try looked(question)
        case .decide(let text, let id, let number):
            switch try inspector.verdict(on: text, in: id, at: number).finish() {
            case .decision(let decision): return .decision(decision)
            case .misspelt(let error):
                return .misspelt(CommandProblem(column: error.column, message: error.message))
            }
        case .send, .sendStepped:
            return reports.isEmpty ? .failed("no report is left") : .sent(reports.removeFirst())
        case .operate: return .done("done")
        case .change: return .failed("no other store here")
        case .wait: return .elapsed
        }
    }

    private func looked(_ question: Question) throws -> Answer {
        switch question {
        case .search(let text, let scope):
            let query = try FindQuery(parsing: text)
            switch scope {
            case .stream(let id, let from):
                return .hits(
                    try inspector.find(query, in: .stream(id), from: from).finish().map(\.sequenceNumber).sorted())
            case .store(let from):
                return .hits(try inspector.find(query, in: .store, from: from).finish().map(\.position).sorted())
            }
        case .jump(let id, let landmark, let from, let direction, let count):
            let target: JumpTarget =
                switch landmark {
                case .anotherWriter: .otherWriter
                case .sameWriter: .sameWriter
                case .sameType: .sameType
                case .change(let path): .valueChange(path)
                case .finding: .finding
                }
            let landing = try inspector.jump(target, in: id, from: from, direction, count: count).finish()
            return .landing(landing.sequenceNumber.map(Landing.event) ?? .none(of: nil))
        case .eventAt(let id, let time):
            return .landing(.event(try inspector.event(of: id, atOrBefore: time) ?? 0))
        default: return .failed("not looked for")
        }
    }
}

extension Question {
    fileprivate var isWait: Bool { if case .wait = self { true } else { false } }
}

extension Session {
    /// The fixture's store, opened for looking.
    static func fixture(
        _ id: PersistenceID? = StoreFixture.order, at number: Int64? = nil, mode: Mode = .readOnly,
        commands: CommandTarget = .sandboxCopy
    ) -> Session {
        Session(
            storeName: "orders.db", path: "orders.db", mode: mode, commands: commands, stream: id,
            sequenceNumber: number)
    }
}

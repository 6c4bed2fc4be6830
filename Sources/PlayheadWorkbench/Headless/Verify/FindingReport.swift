import EventSourcing
import Inspection
import SQLiteStorage
import Terminal

/// The names of all kinds of findings.
enum FindingKinds {
    static let page = "damaged-page"
    static let orphans = "orphans"
    static let dangling = "dangling"
    static var all: [String] { Finding.Kind.allCases.map(\.rawValue) + [page, orphans, dangling] }
}

/// Writes findings as they come, each once.
final class FindingReport {
    private(set) var count = 0
    /// How many of them are about pages: one mistake in a file makes many.
    private var pages = 0
    private let program: Program
    private let json: JSONLines?
    /// What the look at the heads has told already; the look at the events finds it again.
    private var told: Set<Told> = []

    /// As many of SQLite's own findings are lines of text.
    private static let shownPages = 10

    private struct Told: Hashable {
        var kind: Finding.Kind
        var id: PersistenceID
    }

    init(_ program: Program, _ json: JSONLines?) {
        self.program = program
        self.json = json
    }

    func write(_ finding: Finding) {
        if finding.isOfNumbers, let id = finding.persistenceID, told.contains(Told(kind: finding.kind, id: id)) {
            return
        }
        write(finding.kind.rawValue, finding.persistenceID, finding.sequenceNumber, finding.message)
    }

    func write(aboutFile problem: String) { write(Finding.Kind.damaged.rawValue, nil, nil, problem) }

    func write(_ finding: StructuralFinding) {
        switch finding {
        case .page(let text):
            pages += 1
            if json == nil, pages > Self.shownPages { count += 1 } else { write(FindingKinds.page, nil, nil, text) }
        case .count(let id, _, _), .last(let id, _, _), .deletedTo(let id, _, _):
            write(.headMismatch, id, nil, finding.sentence)
        case .gap(let id, let from, _): write(.gap, id, from, finding.sentence)
        case .index(let id): write(.damaged, id, nil, finding.sentence)
        case .name, .uncheckable, .entries, .description: write(.damaged, nil, nil, finding.sentence)
        case .orphans: write(FindingKinds.orphans, nil, nil, finding.sentence)
        case .dangling(let id, _): write(FindingKinds.dangling, id, nil, finding.sentence)
        case .state(let id, _): write(.damaged, id, nil, finding.sentence)
        case .positions: write(.position, nil, nil, finding.sentence)
        case .unreadable(let error): write(.damaged, error.stream, error.sequenceNumber, finding.sentence)
        }
    }

    /// A stretch of the log that can't be read.
    func write(_ lost: EventReading.Lost) {
        let place = lost.position.map { "position \($0)" } ?? "the log"
        write(.damaged, nil, nil, "the log from \(place) on: \(lost.sentence)")
    }

    /// The check of pages is over: says how many of its findings are not shown, and not looked for.
    func endPages() {
        if json == nil, pages > Self.shownPages {
            program.talk.showProgress(DisplayText())
            program.data.writeLine(
                "\(FindingKinds.page, as: .text):  and \(pages - Self.shownPages) more of this kind; --json lists them all"
            )
        }
        if pages >= SQLiteReader.mostPageFindings {
            program.say(
                "SQLite's check of pages ends after \(SQLiteReader.mostPageFindings) findings; there may be more")
        }
    }

    private func write(_ kind: Finding.Kind, _ id: PersistenceID?, _ number: Int64?, _ message: String) {
        if let id, kind == .gap || kind == .headMismatch { told.insert(Told(kind: kind, id: id)) }
        write(kind.rawValue, id, number, message)
    }

    private func write(_ kind: String, _ id: PersistenceID?, _ number: Int64?, _ message: String) {
        count += 1
        if let json {
            json.write([
                "kind": .string(kind), "stream": JSONValue(id?.description), "sequenceNumber": JSONValue(number),
                "message": .string(message),
            ])
            return
        }
        program.talk.showProgress(DisplayText())
        var place = DisplayText()
        if let id { place += " " + program.name(id.description) }
        if let number { place += " #\(number)" }
        program.data.writeLine("\(kind):" + place + "  " + Program.sentence(message))
    }
}

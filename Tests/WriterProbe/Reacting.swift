internal import EventSourcing
internal import Glibc
internal import Reactions
internal import SQLiteStorage

/// Reacts to what is tallied in a file, beside other processes that do the same: each tally is noted in a ledger of its stream.
///
/// What it does it writes into a file of its own as well, which is there when it is killed: `b STREAM NUMBER` when it begins
/// with an event, and `e STREAM NUMBER` when it is done with it.
struct Reacting {
    private let application: Application

    /// - Parameters:
    ///   - lease: for how long a claim holds, in milliseconds.
    ///   - record: the file of its own.
    init(_ store: SQLiteStore, lease: Int, record: String) throws {
        let file = open(record, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        @Sendable func note(_ word: String, _ event: ReactionEvent<Tally.Tallied>) {
            let bytes = Array("\(word) \(event.stream.entityID) \(event.sequenceNumber)\n".utf8)
            _ = write(file, bytes, bytes.count)
        }
        application = try Application(
            "probe", on: store, settings: ApplicationSettings(lease: .milliseconds(lease))
        ) {
            Tally.self
            Ledger.self
            On(Tally.Tallied.self, "note")
                .to { event in .stream(try Ledger.id(event.stream.entityID)) }
                // A worker that is killed is a try; so many are killed at the most.
                .retry(ReactionRetry(maxRetries: 100))
                .do { event, ledger, app in
                    note("b", event)
                    try await app.do(Ledger.Note(number: event.sequenceNumber), on: ledger, reactingTo: event)
                    note("e", event)
                }
        }
    }

    /// Has it catch up, and answers how many events it handled for that.
    func settle() async throws -> Int { try await application.settle().handled }

    func end() async { await application.shutdown() }
}

/// Counts.
private struct Tally: Aggregate {
    struct Tallied: Codable { var amount: Int }

    static let entityType = "Tally"
    var count = 0

    static var parts: [AggregatePart<Tally>] {
        Emits(Tallied.self) { tally, tallied in tally.count += tallied.amount }
    }
}

/// Notes the numbers of the tallies, and which of them it has.
private struct Ledger: Aggregate {
    struct Noted: Codable { var number: Int64 }

    struct Note: Action {
        typealias State = Ledger
        var number: Int64
    }

    static let entityType = "Ledger"
    var count = 0

    static var parts: [AggregatePart<Ledger>] {
        Emits(Noted.self) { ledger, _ in ledger.count += 1 }
        Accepts(Note.self) { note, _ in [Noted(number: note.number)] }
    }
}

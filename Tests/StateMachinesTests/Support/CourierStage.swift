import Actors
import EventSourcing
import StateMachines
import Testing

/// A chain of three: each event produces the next one.
func dominoes(_ name: String = "Letters") throws -> Letters {
    try letters(name) {
        From(.a) { On(.e1).goto(.b).producing(.e2) }
        From(.b) { On(.e2).goto(.c).producing(.e3) }
        From(.c) { On(.e3).goto(.d) }
    }
}

/// Something went wrong, as a test wanted it.
struct Broken: Error, CustomStringConvertible {
    var description = "Always fails"
}

extension TimedStage {
    /// A courier without jitter.
    func courier(
        _ destinations: OutboxDestination..., on store: (any OutboxStore)? = nil,
        settings: OutboxCourierSettings? = nil, clock: (any ActorClock)? = nil
    ) throws -> OutboxCourier {
        try OutboxCourier(
            in: system, on: store ?? self.store, destinations: destinations, settings: settings ?? .steady(),
            clock: clock)
    }

    /// Writes rows with an append of an entity.
    func post(_ entries: NewOutboxEntry..., of id: String = "1", type: String = "Post") throws {
        let (store, id, now) = (store, try PersistenceID(type, id), scheduler.now)
        let event = NewEvent(type: "Posted", payload: [], timestamp: now)
        try scheduler.run {
            _ = try await store.append(
                [event], to: id, expecting: .any, by: WriterID(ULID(high: 0, low: 9)), epoch: nil,
                with: Companions(outbox: entries))
        }
    }

    /// Writes rows for a handler, which carry a word each.
    func post(_ words: [String], to name: String = "mail", of id: String = "1") throws {
        for word in words { try post(NewOutboxEntry(to: name, payload: Array(word.utf8)), of: id) }
    }

    /// All rows of the outbox.
    func rows() async throws -> [OutboxEntry] { try await store.entries(after: 0, limit: 99) }

    /// The dead letters that nothing was done about.
    func deadLetters() async throws -> [StoredDeadLetter] { try await store.deadLetters(after: nil, limit: 99) }
}

extension OutboxCourierSettings {
    /// Without jitter, and otherwise as usual unless it is said.
    static func steady(
        atOnce: Int = 100, answer: Duration = .seconds(10), retry: RetryPolicy? = nil
    ) throws -> OutboxCourierSettings {
        try OutboxCourierSettings(atOnce: atOnce, jitter: 0, answer: answer, retry: retry)
    }
}

/// A handler that notes what comes, and does with it what a test says.
struct NotingHandler: OutboxHandler {
    let notes = Notes()
    /// Done behind each note.
    var then: @Sendable (OutboxEntry) async throws -> OutboxOutcome = { _ in .done }

    /// What has come, as `word#attempt`, in order.
    var words: [String] { notes.words }

    func handle(_ entry: OutboxEntry) async throws -> OutboxOutcome {
        notes.add("\(entry.word)#\(entry.attempts)")
        return try await then(entry)
    }
}

extension OutboxEntry {
    /// What a row of a test carries.
    var word: String { String(decoding: payload, as: UTF8.self) }
}

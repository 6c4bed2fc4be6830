public import EventSourcing

/// What a debugger asks of a store: its streams, windows of events, the state at any event, who set a value, findings.
///
/// An inspector belongs to one thread, like the reader below it. Nothing counts, nothing scans, and no whole stream is ever
/// held: windows are read by key, and what takes longer is a job that is stepped in slices. It never writes.
public final class Inspector {
    /// The longest window that is answered at once, in events.
    public static let longestWindow = 4_096

    /// Whether payload summaries show what stands under keys such as `password`; masked unless asked for.
    public var showsSecrets = false

    let reader: any StoreReader
    let keyframes: Keyframes
    let recent = RecentStates()
    /// Microseconds since some moment, for telling how long a fold took.
    let stopwatch: () -> Int64
    let domains: [String: Domain]
    private var storeID: ULID?
    /// The events that are set apart in each stream that was folded, and the change token for which they are known.
    private var knownApart: [PersistenceID: (token: UInt64, events: [QuarantinedEvent])] = [:]
    private var knownWriters: (token: UInt64, records: [WriterID: WriterRecord])?

    /// Inspects a store through a reader.
    ///
    /// - Parameters:
    ///   - reader: the store; used by this inspector's thread alone.
    ///   - domains: how streams of known entity types are folded; all others are folded generically.
    ///   - keyframeBytes: how much all keyframes together may hold, as the inspector estimates it.
    ///   - stopwatch: microseconds since some moment; a running clock unless told.
    public init(
        _ reader: any StoreReader, domains: [Domain] = [], keyframeBytes: Int = 8 << 20,
        stopwatch: (() -> Int64)? = nil
    ) {
        self.reader = reader
        storeID = reader.description.id
        let start = ContinuousClock.now
        self.stopwatch =
            stopwatch
            ?? {
                let (seconds, attoseconds) = (ContinuousClock.now - start).components
                return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
            }
        self.domains = Dictionary(domains.map { ($0.entityType, $0) }) { _, last in last }
        keyframes = Keyframes(limit: keyframeBytes)
    }

    /// The compiled-in domain of an entity type, or the generic fold where there is none.
    public func domain(for entityType: String) -> Domain {
        domains[entityType] ?? .generic(entityType)
    }

    /// Drops every state that is kept in memory, for a file that was replaced by another.
    public func forgetStates() {
        keyframes.removeAll()
        recent.removeAll()
        knownWriters = nil
        knownApart.removeAll()
    }

    /// A stream's events that are set apart; every kept state goes where they are others than before.
    func apartForFolding(_ id: PersistenceID) throws -> [QuarantinedEvent] {
        let token = try reader.changeToken()
        if let known = knownApart[id], known.token == token { return known.events }
        let events = try eventsApart(in: id)
        let isOther = knownApart[id].map { $0.events != events } ?? false
        if isOther || knownApart.count >= Self.mostKnownApart { forgetStates() }
        knownApart[id] = (token, events)
        return events
    }

    private static let mostKnownApart = 10_000

    /// Drops every state when another store stands under the same name.
    package func forgetReplacedStore() {
        let id = reader.description.id
        if id != storeID { forgetStates() }
        storeID = id
    }

    /// What is known of a writer; its id alone where the store knows nothing.
    public func writer(_ id: WriterID) throws -> WriterRecord {
        // A writer that has told its name keeps it; one that has not may tell it later.
        if let record = knownWriters?.records[id], !record.program.isEmpty { return record }
        let token = try reader.changeToken()
        if let known = knownWriters, known.token == token { return known.records[id] ?? WriterRecord(id: id) }
        let records = Dictionary(try reader.writers().map { ($0.id, $0) }) { first, _ in first }
        knownWriters = (token, records)
        return records[id] ?? WriterRecord(id: id)
    }

    /// What a person calls a writer: its program's name, else its id.
    func name(of id: WriterID) throws -> String {
        let program = try writer(id).program
        return program.isEmpty ? id.description : program
    }
}

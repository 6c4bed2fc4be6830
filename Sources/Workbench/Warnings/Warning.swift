package import Actors
package import EventSourcing

/// Something that the engine warned of.
package struct Warning: Hashable, Sendable {
    /// When, by the system's clock.
    package var time: Timestamp
    /// What happened, as a sentence without a full stop; it may quote anything that a store holds.
    package var sentence: String
    /// The stream that it is about; nil where it is about none.
    package var id: PersistenceID?
    /// The event that it is about; nil where it is about none.
    package var sequenceNumber: Int64?

    package init(time: Timestamp, sentence: String, id: PersistenceID? = nil, sequenceNumber: Int64? = nil) {
        self.time = time
        self.sentence = sentence
        self.id = id
        self.sequenceNumber = sequenceNumber
    }

    /// What an entry of the log warns of; nil for one that is no warning.
    package init?(_ entry: LogEntry) {
        guard entry.level >= .warning else { return nil }
        let message = entry.message.hasSuffix(".") ? String(entry.message.dropLast()) : entry.message
        self.init(time: entry.time, sentence: message)
        var subject = entry.actor?.name ?? ""
        for (name, value) in entry.fields where !value.isEmpty {
            switch name {
            case "persistenceID":
                id = try? PersistenceID(parsing: value)
                subject = value
                continue
            case "sequenceNumber": sequenceNumber = Int64(value)
            default: break
            }
            // Most messages say themselves what their fields hold.
            if !message.contains(value) { sentence += name == "error" ? ": \(value)" : ", \(name) \(value)" }
        }
        if !sentence.contains(subject) { sentence = "\(subject): \(sentence)" }
    }
}

/// The newest warnings, and how many there were.
package struct Warnings: Hashable, Sendable {
    /// The most that are kept.
    package static let mostKept = 200

    /// In their order; twice as many as are kept, so that not each new one moves all the others.
    private var last: [Warning] = []
    /// How many there were.
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// Those that are kept, the oldest first.
    package var kept: ArraySlice<Warning> { last.suffix(Self.mostKept) }

    /// How many there were before those that are kept.
    package var forgotten: Int { count - kept.count }

    package mutating func add(_ warning: Warning) {
        last.append(warning)
        count += 1
        if last.count == 2 * Self.mostKept { last.removeFirst(Self.mostKept) }
    }

    /// The same without those that end with what somebody was told already.
    package func without(_ sentence: String) -> Warnings {
        var others = Warnings()
        for warning in kept where !warning.sentence.hasSuffix(sentence) { others.add(warning) }
        others.count += forgotten
        return others
    }

    /// Adds those that came since.
    package mutating func add(_ newer: Warnings) {
        for warning in newer.kept { add(warning) }
        count += newer.forgotten
    }
}

/// What the engine warned of, in the Timeline's place, the newest first.
package struct WarningList: Hashable, Sendable {
    package var all = Warnings()
    /// Whether some have come since the list was last looked at.
    package var hasNews = false
    package var cursor = ListCursor()

    /// Those that can be looked at, the newest first.
    var shown: ReversedCollection<ArraySlice<Warning>> { all.kept.reversed() }

    /// The one under the cursor; nil where there is none.
    package var chosen: Warning? { shown.dropFirst(cursor.selected).first }
}

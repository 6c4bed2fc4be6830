package import EventSourcing

/// What a repair found and did, as it goes on its record.
package enum RepairStep: Hashable, Sendable {
    /// The file as a whole, or the log beside it, is damaged.
    case file(String)
    /// A table is not there.
    case missing(table: String)
    /// Rows can't be read: between two keys, both included; nil where nothing behind the first can.
    case lost(table: String, first: Int64, last: Int64?)
    /// Rows can be read and can't be what the layout says.
    case refused(table: String, count: Int64)
    /// A row says that it is where another one is; the one with this key is left out.
    case contradicted(table: String, key: Int64)
    /// An index is not there, or does not agree with its table.
    case index(String, String)
    /// Names of streams, types or writers were found in an index alone.
    case named(table: String, count: Int64)
    /// Something that rows refer to got a name of its own, because its own is lost.
    case stoodIn(table: String, key: Int64)
    /// A head was made anew out of the events.
    case head(PersistenceID, was: Int64, count: Int64, is: Int64, countIs: Int64)
    /// An event does not fit its checksum; it is kept, and recovery leaves it out.
    case quarantined(PersistenceID, sequenceNumber: Int64)
    /// Events are missing in a stream.
    case gap(PersistenceID, from: Int64, through: Int64)
    /// Snapshots don't fit their checksums, or are above their stream's last event; they are left out.
    case snapshots(count: Int64)
    /// Rows that refer to what is lost are left out.
    case dangling(table: String, count: Int64)
    /// A durable state does not fit its checksum; it is kept as it is.
    case state(PersistenceID)
    /// What the store says of itself was made anew.
    case description

    /// Its name on the record.
    package var kind: String {
        switch self {
        case .file: "file"
        case .missing: "missing-table"
        case .lost: "lost-rows"
        case .refused: "refused-rows"
        case .contradicted: "contradicting-row"
        case .index: "index"
        case .named: "recovered-names"
        case .stoodIn: "lost-name"
        case .head: "head"
        case .quarantined: "quarantined"
        case .gap: "gap"
        case .snapshots: "dropped-snapshots"
        case .dangling: "dangling-rows"
        case .state: "damaged-state"
        case .description: "description"
        }
    }

    /// The stream or entity, where one is concerned.
    package var persistenceID: PersistenceID? {
        switch self {
        case .head(let id, _, _, _, _), .quarantined(let id, _), .gap(let id, _, _), .state(let id): id
        default: nil
        }
    }

    /// What was found and what is done about it, as a sentence without the stream's name.
    package var sentence: String {
        switch self {
        case .file(let problem): problem
        case .missing(let table): "the table '\(table)' is not there; the new file has an empty one"
        case .lost(let table, let first, nil):
            "rows of the table '\(table)' from key \(first) on can't be read, and are lost"
        case .lost(let table, let first, let last?):
            "rows of the table '\(table)' with keys from \(first) through \(last) can't be read, and are lost"
        case .refused(let table, let count):
            "\(count) row\(count == 1 ? "" : "s") of the table '\(table)' can't be what the layout says, and are left out"
        case .contradicted(let table, let key):
            "the row \(key) of the table '\(table)' says that it is what another one is, and is left out"
        case .index(let name, let problem): "the index '\(name)' \(problem); it is made anew"
        case .named(let table, let count):
            "\(count) row\(count == 1 ? "" : "s") of the table '\(table)' were found in an index alone"
        case .stoodIn(let table, let key):
            "number \(key) of the table '\(table)' is lost; what refers to it is kept under a name for it"
        case .head(_, let was, let count, let now, let countNow):
            "its head said #\(was) and \(count) events; by its events it is #\(now) and \(countNow)"
        case .quarantined(_, let number): "#\(number) does not fit its checksum; it is kept, and quarantined"
        case .gap(_, let from, let through):
            from == through ? "#\(from) is missing" : "#\(from) through #\(through) are missing"
        case .snapshots(let count): "\(count) snapshot\(count == 1 ? "" : "s") can't be used, and are left out"
        case .dangling(let table, let count):
            "\(count) row\(count == 1 ? "" : "s") of the table '\(table)' refer\(count == 1 ? "s" : "") to what is not there,"
                + " and \(count == 1 ? "is" : "are") left out"
        case .state: "its durable state does not fit its checksum, and is kept as it is"
        case .description: "what the store says of itself is made anew"
        }
    }
}

import EventSourcing

/// A text that says how the events of some entity types fold, for a store whose domain is compiled into no program.
///
///     entity Order
///       use snapshots
///
///       start
///         set status to "new"
///         set items to []
///
///       event ItemAdded
///         add event.qty to items[sku = event.sku].qty
///
///       event ItemRemoved
///         remove items[sku = event.sku]
///
/// Each line is a heading or an operation: `set PATH to VALUE`, `add VALUE to PATH`, `append VALUE to PATH`,
/// `remove PATH`. A plain name is the state's, `event.NAME` the payload's, and `seq`, `time`, `type` and `writer` are the
/// event's. What is missing is made where something is put: an object for a name, an element for `[key = value]`, 0 for
/// `add`, an array for `append`; where something is removed that is not there, nothing happens. What does not fit, such as
/// adding to a text, a payload without the field (unless it is written `event.NAME?`), or an event type that the file does
/// not name, stops the fold at that event.
public struct FoldFile: Sendable {
    /// The longest file that is read, in bytes.
    public static let largestSize = 1 << 20
    /// How many operations a file may have, those below several event types counted once for each.
    public static let mostOperations = 20_000

    /// The file, as it was named.
    public let name: String
    /// What it describes, in its order.
    public let domains: [Domain]

    /// Reads a fold file.
    ///
    /// - Parameters:
    ///   - bytes: its text, in UTF-8.
    ///   - name: what it is called in errors and on the screen.
    ///
    /// Throws `RuleFileError` with the line and the column of what is wrong.
    public init(_ bytes: [UInt8], name: String) throws(RuleFileError) {
        self.name = name
        let rules: [FoldRules]
        do {
            rules = try FoldFileParser.rules(
                in: RuleText.text(of: bytes, atMost: Self.largestSize, calledIn: "a fold file"))
        } catch {
            throw RuleFileError(file: name, line: error.line, column: error.column, message: error.message)
        }
        var domains: [Domain] = []
        for rules in rules { domains.append(try Domain(rules, from: name)) }
        self.domains = domains
    }

    /// Reads the text of a fold file.
    public init(_ text: String, name: String) throws(RuleFileError) { try self.init(Array(text.utf8), name: name) }
}

extension Domain {
    /// The domain that a part of a fold file describes; throws where its `start` can't be run.
    init(_ rules: FoldRules, from file: String) throws(RuleFileError) {
        let empty = try FileFold(rules, from: file)
        self.init(
            entityType: rules.entityType, isGeneric: false, ruleFile: file, usesSnapshots: rules.usesSnapshots,
            eventTypes: rules.eventTypes, commands: [], empty: { empty },
            restore: { snapshot throws -> any FoldedState in
                guard snapshot.isIntact else { throw SnapshotCodingError.damaged }
                return FileFold(empty, restored: try JSONReader().read(snapshot.state).value)
            },
            decide: { _, _, _, _ in
                .failed("\(rules.entityType) is described by \(file), and a fold file has no commands")
            }, open: nil)
    }
}

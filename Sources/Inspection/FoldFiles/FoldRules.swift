import EventSourcing

/// What a fold file says of one entity type.
struct FoldRules: Sendable {
    let entityType: String
    /// What the empty state is made by.
    var start: [FoldOperation] = []
    /// What each event type does; nothing for an empty list.
    var events: [String: [FoldOperation]] = [:]
    /// The event types in the file's order.
    var eventTypes: [String] = []
    /// What every other event type does; nil where another one is an error.
    var others: [FoldOperation]?
    /// Whether the store's snapshots hold the same state, so that folds may begin with them and are compared with them.
    var usesSnapshots = false

    init(_ entityType: String) { self.entityType = entityType }
}

/// One line of a fold file that changes the state.
struct FoldOperation: Hashable, Sendable {
    enum Verb: String, Hashable, Sendable, CaseIterable {
        case set, add, append, remove
    }

    var verb: Verb
    var path: FoldPath
    /// Nil where something is removed.
    var value: FoldExpression?
    /// Its line in the file, from 1.
    var line: Int
    /// The column of its verb, from 1.
    var column: Int
}

/// The way to a value in a state, an event or an element of an array; its parts may depend on the event.
struct FoldPath: Hashable, Sendable, CustomStringConvertible {
    enum Step: Hashable, Sendable {
        /// A member of an object.
        case key(String)
        /// An element of an array; a negative one counts from the end.
        case index(Int)
        /// A member or an element whose name or place is a value.
        case named(FoldExpression)
        /// The element whose member has a value, or which is that value itself where there is no key.
        case matching(key: String?, FoldExpression)
    }

    var steps: [Step]

    /// The path as it stands in errors; what depends on the event is not told.
    var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .key(let key): text += (text.isEmpty ? "" : ".") + key
            case .index(let index): text += "[\(index)]"
            case .named: text += "[…]"
            case .matching(let key, _): text += "[\(key.map { "\($0) " } ?? "")= …]"
            }
        }
        return text.isEmpty ? "the state" : text
    }
}

/// A value in a fold file.
indirect enum FoldExpression: Hashable, Sendable {
    /// What a name without `event.` means: the state, or the element that `sum` looks at.
    enum Base: Hashable, Sendable {
        case event, state, element
    }

    /// What is known of every event beside its payload.
    enum Fact: String, Hashable, Sendable, CaseIterable {
        case seq, time, type, writer
    }

    struct Member: Hashable, Sendable {
        var key: String
        var value: FoldExpression
    }

    struct Term: Hashable, Sendable {
        var isNegative: Bool
        var value: FoldExpression
    }

    case constant(JSONValue)
    case array([FoldExpression])
    case object([Member])
    /// A value of the event or the state; `isOptional` where null stands for one that is not there.
    case reference(Base, FoldPath, isOptional: Bool)
    case fact(Fact)
    /// The sum of a value over all elements of an array.
    case sum(FoldPath, FoldExpression)
    /// How many elements or members there are.
    case count(FoldPath)
    case terms([Term])
    case product([FoldExpression])
}

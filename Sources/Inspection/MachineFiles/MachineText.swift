/// A machine as a file writes it, before its names are compared with one another.
struct MachineText: Sendable {
    /// A word of the file, with its place.
    struct Name: Hashable, Sendable {
        var text: String
        var line: Int
        var column: Int

        /// What is wrong with it.
        func problem(_ message: String) -> RuleLine.Problem {
            RuleLine.Problem(line: line, column: column, message: message)
        }
    }

    /// What an event carries.
    struct Event: Sendable {
        var name: Name
        var parameters: [ParameterDescription] = []
    }

    /// Some states, with what is said of them.
    struct Block: Sendable {
        var states: [Name]
        var rows: [Row] = []
        var timeouts: [Timeout] = []
        var isOverriding = false
        var line: Int
    }

    /// What some events do.
    struct Row: Sendable {
        var events: [Name]
        var condition: Condition?
        var target: Target
        var isOverriding = false
        var line: Int
        var column: Int
        /// The values that are read of the state and the event.
        var references: [Name.Reference] = []
    }

    /// A condition with its words.
    struct Condition: Sendable {
        var words: String
        var condition: RuleCondition
    }

    enum Target: Sendable {
        /// To a state, with what is done to the values on the way.
        case state(Name, [RuleOperation])
        case stay
        case stop(String)
    }

    /// An event that comes by itself.
    struct Timeout: Sendable {
        var name: String
        var delay: Duration
        var event: Name
        var values: [Value]
        var line: Int
        var column: Int
    }

    /// A value under a name.
    struct Value: Sendable {
        var name: Name
        var value: RuleExpression
        var column: Int
    }

    /// What the machine and its instances are called.
    let name: Name
    var start: Name?
    /// What the values of the first state are made by.
    var startOperations: [RuleOperation] = []
    var startReferences: [Name.Reference] = []
    var finals: [Name] = []
    var events: [Event] = []
    var blocks: [Block] = []
    /// The line of the last heading that is not about states; rows do not stand below it.
    var heading = 0

    init(_ name: Name) { self.name = name }
}

extension MachineText.Name {
    /// A value that is read of a state or an event, by its name.
    struct Reference: Sendable {
        var name: MachineText.Name
        var reference: RuleLine.Reference
    }
}

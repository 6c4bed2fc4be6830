/// A command as a person sees it: its name, what it does, and its arguments in their order.
public struct CommandDescription: Hashable, Sendable {
    /// The name that is typed, as in `add-item`.
    public var name: String
    /// One sentence on what it does.
    public var summary: String
    /// Its arguments, in the order in which they may stand without their names.
    public var parameters: [ParameterDescription]

    /// Describes a command.
    public init(name: String, summary: String, parameters: [ParameterDescription] = []) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
    }

    /// How it is typed: `add-item sku=text qty=integer [note=text]`.
    public var usage: String {
        ([name]
            + parameters.map { parameter in
                let form = "\(parameter.name)=\(parameter.kind)"
                return parameter.isRequired ? form : "[\(form)]"
            }).joined(separator: " ")
    }
}

/// An argument of a command as a person sees it.
public struct ParameterDescription: Hashable, Sendable {
    /// What may stand there.
    public enum Kind: Hashable, Sendable, CustomStringConvertible {
        case text
        case integer
        case number
        case boolean
        case choice([String])

        /// One word, or the choices.
        public var description: String {
            switch self {
            case .text: "text"
            case .integer: "integer"
            case .number: "number"
            case .boolean: "true|false"
            case .choice(let names): names.joined(separator: "|")
            }
        }
    }

    /// The name before the `=`.
    public var name: String
    /// What may stand behind it.
    public var kind: Kind
    /// One clause on what it means.
    public var summary: String
    /// Whether it may be left out.
    public var isRequired: Bool

    /// Describes an argument.
    public init(name: String, kind: Kind, summary: String = "", isRequired: Bool = true) {
        self.name = name
        self.kind = kind
        self.summary = summary
        self.isRequired = isRequired
    }
}

/// What a command handler makes of a command on some state; nothing was written.
public enum Decision: Hashable, Sendable {
    /// It would append these types, in this order.
    case append(types: [String])
    /// It refuses, and says why.
    case refused(String)
    /// It would append nothing, and answers this.
    case nothing(reply: String?)
    /// The handler, or the fold of what it would append, throws.
    case failed(String)
}

/// What came of a command that was sent to a live entity.
public struct CommandOutcome: Hashable, Sendable {
    /// The events it appended, by number and type, in their order.
    public var appended: [AppendedEvent]
    /// The reply in one line; nil where there was none.
    public var reply: String?
    /// Why the handler refused; nil where it did not.
    public var refusal: String?
    /// From sending to the reply, in microseconds.
    public var microseconds: Int64

    /// An event that a command appended.
    public struct AppendedEvent: Hashable, Sendable {
        /// The number it got.
        public var sequenceNumber: Int64
        /// Its logical name.
        public var type: String

        /// Describes an appended event.
        public init(sequenceNumber: Int64, type: String) {
            self.sequenceNumber = sequenceNumber
            self.type = type
        }
    }

    /// Describes an outcome.
    public init(appended: [AppendedEvent], reply: String?, refusal: String?, microseconds: Int64) {
        self.appended = appended
        self.reply = reply
        self.refusal = refusal
        self.microseconds = microseconds
    }
}

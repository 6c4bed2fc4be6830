import EventSourcing

/// An argument of a command, with the Swift type it becomes.
public struct Parameter<Value: Sendable>: Sendable {
    /// The argument as a person sees it.
    public let description: ParameterDescription
    private let convert: @Sendable (JSONValue?) -> Value?

    init(_ description: ParameterDescription, convert: @escaping @Sendable (JSONValue?) -> Value?) {
        self.description = description
        self.convert = convert
    }

    /// Another argument, which may be left out.
    public static func optional<Wrapped>(_ parameter: Parameter<Wrapped>) -> Self where Value == Wrapped? {
        var description = parameter.description
        description.isRequired = false
        return Self(description) { value in .some(value.flatMap { parameter.convert($0) }) }
    }

    /// The argument's value; throws when a parsed command does not have it, which parsing rules out.
    func value(in command: ParsedCommand) throws -> Value {
        guard let value = convert(command.arguments[description.name]) else {
            throw ParameterError(command: command.name, parameter: description)
        }
        return value
    }
}

extension Parameter where Value == String {
    /// Any text.
    public static func text(_ name: String, _ summary: String = "") -> Self {
        Self(ParameterDescription(name: name, kind: .text, summary: summary)) { $0?.string }
    }

    /// One of some words.
    public static func choice(_ name: String, of choices: [String], _ summary: String = "") -> Self {
        Self(ParameterDescription(name: name, kind: .choice(choices), summary: summary)) { $0?.string }
    }
}

extension Parameter where Value == Int {
    /// A whole number.
    public static func integer(_ name: String, _ summary: String = "") -> Self {
        Self(ParameterDescription(name: name, kind: .integer, summary: summary)) { value in
            value?.number?.int64.flatMap { Int(exactly: $0) }
        }
    }
}

extension Parameter where Value == Double {
    /// A number, also with a fraction.
    public static func number(_ name: String, _ summary: String = "") -> Self {
        Self(ParameterDescription(name: name, kind: .number, summary: summary)) { $0?.number?.double }
    }
}

extension Parameter where Value == Bool {
    /// True or false.
    public static func boolean(_ name: String, _ summary: String = "") -> Self {
        Self(ParameterDescription(name: name, kind: .boolean, summary: summary)) { $0?.bool }
    }
}

/// A command's arguments are not what its description says.
struct ParameterError: Error, CustomStringConvertible {
    let command: String
    let parameter: ParameterDescription

    var description: String {
        "\(command) needs \(parameter.name)=\(parameter.kind)"
    }
}

import EventSourcing

/// The language of the command pane: `name key=value …`, values also in the described order, no dashes.
public enum CommandText {
    /// Reads a line as one of the described commands.
    public static func parse(
        _ text: String, for commands: [CommandDescription]
    ) throws(CommandError) -> ParsedCommand {
        let words = CommandWords(text).words
        for word in words {
            if let open = word.openQuote {
                throw CommandError(column: open + 1, message: "the quote that opens here is not closed")
            }
        }
        guard let first = words.first else {
            throw CommandError(
                column: 1,
                message: commands.isEmpty
                    ? "this stream's domain has no commands" : "a command is expected: \(list(commands.map(\.name)))")
        }
        guard let command = commands.first(where: { $0.name == first.value && first.key == nil }) else {
            throw unknown(first, commands)
        }
        return try arguments(words.dropFirst(), of: command, end: text.unicodeScalars.count)
    }

    private static func arguments(
        _ words: ArraySlice<CommandWords.Word>, of command: CommandDescription, end: Int
    ) throws(CommandError) -> ParsedCommand {
        var values: [String: JSONValue] = [:]
        for word in words {
            let parameter = try parameter(for: word, of: command, given: values)
            if values[parameter.name] != nil {
                throw CommandError(column: word.range.lowerBound + 1, message: "\(parameter.name) is given twice")
            }
            values[parameter.name] = try value(of: word, for: parameter)
        }
        for parameter in command.parameters where parameter.isRequired && values[parameter.name] == nil {
            throw CommandError(column: end + 1, message: "\(parameter.name) is missing: \(command.usage)")
        }
        return ParsedCommand(
            name: command.name,
            arguments: JSONObject(
                command.parameters.compactMap { parameter in
                    values[parameter.name].map { JSONObject.Member(parameter.name, $0) }
                }))
    }

    /// What a word stands for: by its name, or by the order of those that were not given before it.
    private static func parameter(
        for word: CommandWords.Word, of command: CommandDescription, given: [String: JSONValue]
    ) throws(CommandError) -> ParameterDescription {
        let column = word.range.lowerBound + 1
        let names = command.parameters.map(\.name)
        if let key = word.key {
            if let parameter = command.parameters.first(where: { $0.name == key }) { return parameter }
            let plain = String(key.drop { $0 == "-" })
            if plain != key, names.contains(plain) {
                throw CommandError(column: column, message: "arguments are written without dashes: \(plain)=…")
            }
            guard !names.isEmpty else {
                throw CommandError(
                    column: column,
                    message: "\(command.name) has no argument \(quoted(key)); it takes none")
            }
            let nearest = nearest(to: key, of: names)
            throw CommandError(
                column: column,
                message: "\(command.name) has no argument \(quoted(key)); "
                    + (nearest.isEmpty ? "it takes \(list(names))" : "did you mean \(list(nearest, "or"))?"))
        }
        if !word.isQuoted, word.value.hasPrefix("--") {
            let plain = String(word.value.drop { $0 == "-" })
            throw CommandError(
                column: column,
                message:
                    "arguments are written without dashes: \(names.contains(plain) ? plain : names.first ?? "name")=…")
        }
        if let parameter = command.parameters.first(where: { given[$0.name] == nil }) { return parameter }
        throw CommandError(
            column: column,
            message: names.isEmpty
                ? "\(command.name) takes no arguments, and \(quoted(word.value)) is one too many"
                : "\(quoted(word.value)) is one argument too many: \(command.usage)")
    }

    private static func value(
        of word: CommandWords.Word, for parameter: ParameterDescription
    ) throws(CommandError) -> JSONValue {
        func mistyped(_ expected: String) -> CommandError {
            CommandError(
                column: word.valueStart + 1,
                message: "\(parameter.name) must be \(expected), and \(quoted(word.value)) is not")
        }
        switch parameter.kind {
        case .text: return .string(word.value)
        case .integer:
            if let integer = Int64(word.value) { return .number(JSONNumber(integer)) }
            let digits = word.value.drop { $0 == "-" || $0 == "+" }
            let isLarge = digits.utf8.count > 18 && digits.utf8.allSatisfy { (48...57).contains($0) }
            throw mistyped(isLarge ? "an integer from \(Int64.min) to \(Int64.max)" : "an integer")
        case .number:
            guard let number = JSONNumber(word.value) else { throw mistyped("a number") }
            return .number(number)
        case .boolean:
            switch word.value {
            case "true": return .bool(true)
            case "false": return .bool(false)
            default: throw mistyped("true or false")
            }
        case .choice(let names):
            guard names.contains(word.value) else { throw mistyped(list(names, "or")) }
            return .string(word.value)
        }
    }

    private static func unknown(_ word: CommandWords.Word, _ commands: [CommandDescription]) -> CommandError {
        let name = word.key ?? word.value
        let column = word.range.lowerBound + 1
        if commands.isEmpty { return CommandError(column: column, message: "this stream's domain has no commands") }
        let names = commands.map(\.name)
        if names.contains(name) {
            return CommandError(column: column, message: "a command's name stands alone: \(name), then its arguments")
        }
        let nearest = nearest(to: name, of: names)
        return CommandError(
            column: column,
            message: "there is no command \(quoted(name)); "
                + (nearest.isEmpty ? "the commands are \(list(names))" : "did you mean \(list(nearest, "or"))?"))
    }
}

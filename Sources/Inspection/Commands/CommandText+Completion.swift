extension CommandText {
    /// What could stand at a cursor: command names, then argument names, and the choices of an argument.
    ///
    /// - Parameters:
    ///   - text: the line.
    ///   - cursor: before which scalar of the line it stands, from 0.
    ///   - commands: what can be typed there.
    public static func complete(_ text: String, cursor: Int, for commands: [CommandDescription]) -> Completion {
        let count = text.unicodeScalars.count
        let cursor = min(max(cursor, 0), count)
        let words = CommandWords(text).words
        let current = words.firstIndex { $0.range.lowerBound < cursor && cursor <= $0.range.upperBound }
        guard let first = words.first, current != words.startIndex, first.range.upperBound < cursor else {
            let range = current.map { words[$0].range } ?? cursor..<cursor
            let typed = typed(text, range.lowerBound..<cursor)
            return Completion(
                replaces: range,
                candidates: commands.filter { $0.name.hasPrefix(typed) }.map {
                    Completion.Candidate(text: $0.name, summary: $0.summary)
                })
        }
        guard let command = commands.first(where: { $0.name == first.value && first.key == nil }) else {
            return Completion(replaces: cursor..<cursor, candidates: [])
        }
        let others = words.indices.dropFirst().filter { $0 != current }.map { words[$0] }
        let taken = taken(others, of: command)
        guard let current else {
            return Completion(
                replaces: cursor..<cursor, candidates: names(of: command, without: taken, beginning: ""),
                usage: command.usage)
        }
        let word = words[current]
        if let key = word.key, cursor >= word.valueStart {
            let range = word.valueStart..<word.range.upperBound
            let parameter = command.parameters.first { $0.name == key }
            return Completion(
                replaces: range, candidates: values(of: parameter, beginning: typed(text, word.valueStart..<cursor)),
                usage: command.usage)
        }
        let beginning = typed(text, word.range.lowerBound..<cursor)
        let next = command.parameters.first { !taken.contains($0.name) }
        return Completion(
            replaces: word.range,
            candidates: names(of: command, without: taken, beginning: beginning)
                + values(of: next, beginning: beginning), usage: command.usage)
    }

    private static func names(
        of command: CommandDescription, without taken: Set<String>, beginning: String
    ) -> [Completion.Candidate] {
        command.parameters.filter { !taken.contains($0.name) && $0.name.hasPrefix(beginning) }.map { parameter in
            let kind = parameter.isRequired ? "\(parameter.kind)" : "\(parameter.kind), may be left out"
            return Completion.Candidate(
                text: "\(parameter.name)=", summary: parameter.summary.isEmpty ? kind : "\(parameter.summary) (\(kind))"
            )
        }
    }

    private static func values(of parameter: ParameterDescription?, beginning: String) -> [Completion.Candidate] {
        guard let parameter else { return [] }
        let names: [String] =
            switch parameter.kind {
            case .choice(let names): names
            case .boolean: ["true", "false"]
            case .text, .integer, .number: []
            }
        return names.filter { $0.hasPrefix(beginning) }.map {
            Completion.Candidate(text: $0, summary: parameter.summary)
        }
    }

    /// The arguments that other words of the line stand for.
    private static func taken(_ words: [CommandWords.Word], of command: CommandDescription) -> Set<String> {
        var taken = Set(words.compactMap(\.key))
        for word in words where word.key == nil {
            if let parameter = command.parameters.first(where: { !taken.contains($0.name) }) {
                taken.insert(parameter.name)
            }
        }
        return taken
    }

    private static func typed(_ text: String, _ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.dropFirst(range.lowerBound).prefix(range.count)))
    }
}

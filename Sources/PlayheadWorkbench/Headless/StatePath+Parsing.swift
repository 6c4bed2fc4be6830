import Inspection

extension StatePath {
    /// Reads what `description` writes: `items.tea.qty`, `notes[0]`, `"odd key".x`; `state` is the root.
    ///
    /// A key in quotes ends at the quote that a dot, a bracket or the end follows.
    init(parsing text: String) throws {
        if text == "state" {
            self = .root
            return
        }
        var steps: [Step] = []
        var rest = text[...]
        while !rest.isEmpty {
            if !steps.isEmpty, rest.first == "." {
                rest.removeFirst()
            } else if !steps.isEmpty, rest.first != "[" {
                throw Self.mistake(text)
            }
            steps.append(try Self.step(&rest, of: text))
        }
        if steps.isEmpty || text.hasSuffix(".") { throw Self.mistake(text) }
        self.init(steps)
    }

    private static func step(_ rest: inout Substring, of text: String) throws -> Step {
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]"), let index = Int(rest[rest.index(after: rest.startIndex)..<end]),
                index >= 0
            else { throw mistake(text) }
            rest = rest[rest.index(after: end)...]
            return .index(index)
        }
        if rest.first == "\"" {
            let inside = rest.dropFirst()
            let end = inside.indices.first { place in
                guard inside[place] == "\"" else { return false }
                let next = inside.index(after: place)
                return next == inside.endIndex || inside[next] == "." || inside[next] == "["
            }
            guard let end else { throw mistake(text) }
            rest = inside[inside.index(after: end)...]
            return .key(String(inside[..<end]))
        }
        let key = rest.prefix { $0 != "." && $0 != "[" }
        if key.isEmpty { throw mistake(text) }
        rest = rest.dropFirst(key.count)
        return .key(String(key))
    }

    private static func mistake(_ text: String) -> UsageError {
        UsageError("'\(text)' is no path to a value; one reads like items.tea.qty, notes[0] or \"odd key\".x.")
    }
}

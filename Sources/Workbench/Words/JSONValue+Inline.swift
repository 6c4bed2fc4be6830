import EventSourcing
import Inspection
import Terminal

extension JSONValue {
    /// The value in one short line, bounded whatever its size: `"Bern"`, `47.40`, `{qty 2, price 12.40}`, `[SKU-104]`.
    ///
    /// - Parameter omitted: A key that is told already, as the name of the line.
    func inlineText(showsSecrets: Bool, limit: Int = 200, without omitted: String? = nil) -> DisplayText {
        var writer = InlineWriter(showsSecrets: showsSecrets, budget: limit)
        if let omitted, case .object(let object) = self {
            writer.write(.object(JSONObject(object.members.filter { $0.key != omitted })), depth: 0)
        } else {
            writer.write(self, depth: 0)
        }
        return DisplayText(writer.text)
    }

    /// Whether it holds other values.
    var isContainer: Bool {
        switch self {
        case .object(let object): !object.isEmpty
        case .array(let elements): !elements.isEmpty
        default: false
        }
    }
}

extension JSONValue? {
    /// The value in one short line; `nothing` where there is none.
    func shortText(showsSecrets: Bool) -> DisplayText {
        guard let value = self else { return "nothing" }
        return value.inlineText(showsSecrets: showsSecrets, limit: 60)
    }
}

/// Writes the beginning of a value, and no more of it than is asked for.
private struct InlineWriter {
    var text = ""
    let showsSecrets: Bool
    var budget: Int

    mutating func add(_ string: some StringProtocol) {
        guard budget > 0 else { return }
        let scalars = string.unicodeScalars.prefix(budget)
        text.unicodeScalars.append(contentsOf: scalars)
        budget -= scalars.count
        if budget == 0 { text += "…" }
    }

    mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: add("null")
        case .bool(let flag): add(flag ? "true" : "false")
        case .number(let number): add(number.text)
        case .string(let string):
            add("\"")
            add(string)
            add("\"")
        case .array(let elements): write(elements, depth: depth)
        case .object(let object): write(object, depth: depth)
        }
    }

    private mutating func write(_ elements: [JSONValue], depth: Int) {
        if depth > 2, !elements.isEmpty {
            add("[…]")
            return
        }
        let names = ElementNames(elements)
        add("[")
        for (index, element) in elements.enumerated() where budget > 0 {
            if index > 0 { add(", ") }
            if let name = names[index] { add(name) } else { write(element, depth: depth + 1) }
        }
        add("]")
    }

    private mutating func write(_ object: JSONObject, depth: Int) {
        if depth > 2, !object.isEmpty {
            add("{…}")
            return
        }
        add("{")
        for (index, member) in object.enumerated() where budget > 0 {
            if index > 0 { add(", ") }
            add(member.key)
            add(" ")
            if !showsSecrets, SecretKeys.contain(member.key) {
                add(SecretKeys.mask)
            } else {
                write(member.value, depth: depth + 1)
            }
        }
        add("}")
    }
}

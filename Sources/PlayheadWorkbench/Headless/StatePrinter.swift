import EventSourcing
import Inspection
import Terminal

/// Writes a state as an indented tree, a value a line, with a sign where the last event changed something.
struct StatePrinter {
    let output: PlainOutput
    let showsSecrets: Bool
    /// What the last event changed, by place.
    let changes: [StatePath: StateChange]

    /// What is deeper is written as JSON in its line.
    private static let deepest = 32

    mutating func write(_ tree: JSONValue) {
        switch tree {
        case .object(let object) where !object.isEmpty: write(object, .root, depth: 0)
        case .array(let elements) where !elements.isEmpty: write(elements, .root, depth: 0)
        default: output.writeLine(" " + Self.scalar(tree))
        }
        for change in changes.values.filter({ $0.kind == .removed }).sorted(by: {
            $0.path.description < $1.path.description
        }) {
            output.writeLine("-\(change.path.description)" + was(change, under: change.path))
        }
    }

    private func write(_ object: JSONObject, _ path: StatePath, depth: Int) {
        for member in object where !output.isClosed {
            let isSecret = !showsSecrets && SecretKeys.contain(member.key)
            write(
                isSecret ? .string(SecretKeys.mask) : member.value, name: DisplayText(member.key, as: .name),
                path.appending(.key(member.key)), depth: depth)
        }
    }

    private func write(_ elements: [JSONValue], _ path: StatePath, depth: Int) {
        for (index, element) in elements.enumerated() where !output.isClosed {
            write(element, name: "[\(index)]", path.appending(.index(index)), depth: depth)
        }
    }

    private func write(_ value: JSONValue, name: DisplayText, _ path: StatePath, depth: Int) {
        let space: DisplayText = "  "
        let change = changes[path]
        let start = sign(change) + space.repeated(depth) + name
        let end = change.map { was($0, under: path) } ?? DisplayText()
        switch value {
        case .object(let object) where !object.isEmpty && depth < Self.deepest:
            output.writeLine(start + end)
            write(object, path, depth: depth + 1)
        case .array(let elements) where !elements.isEmpty && depth < Self.deepest:
            output.writeLine(start + " [\(elements.count)]" + end)
            write(elements, path, depth: depth + 1)
        default: output.writeLine(start + "  " + Self.scalar(value) + end)
        }
    }

    private func sign(_ change: StateChange?) -> DisplayText {
        switch change?.kind {
        case nil: " "
        case .added: "+"
        case .changed: "~"
        case .removed: "-"
        }
    }

    private func was(_ change: StateChange, under path: StatePath) -> DisplayText {
        guard let before = change.before else { return DisplayText() }
        let hides =
            !showsSecrets
            && path.steps.contains { if case .key(let key) = $0 { SecretKeys.contain(key) } else { false } }
        let value = hides ? DisplayText(SecretKeys.mask) : Self.scalar(before)
        return "   was " + value + (change.beforeSetBy.map { " (#\($0))" } ?? DisplayText())
    }

    /// A value in one line: what holds others as JSON.
    static func scalar(_ value: JSONValue) -> DisplayText { DisplayText(value.compactText, limit: .max) }
}

package import EventSourcing

/// What the elements of an array are called on the screen: by the key that tells them apart, where they have one.
package struct ElementNames {
    private static let keys = ["id", "key", "sku", "uuid", "code", "number", "no", "name"]
    /// Longer arrays are told by their places.
    private static let longest = 1_000
    /// The key that tells them apart; nil where only their places do.
    package let key: String?
    private let elements: [JSONValue]

    package init(_ elements: [JSONValue]) {
        self.elements = elements
        key =
            elements.isEmpty || elements.count > Self.longest
            ? nil
            : Self.keys.first { key in
                var seen: Set<String> = []
                return elements.allSatisfy { element in
                    Self.name(of: element, by: key).map { seen.insert($0).inserted } ?? false
                }
            }
    }

    /// The name of an element; nil where only its place tells it.
    package subscript(index: Int) -> String? {
        guard let key, elements.indices.contains(index) else { return nil }
        return Self.name(of: elements[index], by: key)
    }

    private static func name(of element: JSONValue, by key: String) -> String? {
        guard case .object(let object) = element else { return nil }
        return switch object[key] {
        case .string(let text): text
        case .number(let number): number.text
        default: nil
        }
    }
}

extension StatePath {
    /// The path with the names of array elements, by which the screen tells them, replaced by their places.
    package func resolved(in tree: JSONValue) -> StatePath {
        var (value, steps): (JSONValue?, [Step]) = (tree, [])
        for step in self.steps {
            var step = step
            switch (step, value) {
            case (.key(let name), .array(let elements)?):
                let names = ElementNames(elements)
                if let index = elements.indices.first(where: { names[$0] == name }) { step = .index(index) }
                fallthrough
            case (.index, .array(let elements)?):
                value =
                    if case .index(let index) = step, elements.indices.contains(index) { elements[index] } else { nil }
            case (.key(let key), .object(let object)?): value = object[key]
            default: value = nil
            }
            steps.append(step)
        }
        return StatePath(steps)
    }

    /// The longest part of the path that stands in a tree, and what could stand behind it.
    package func reach(in tree: JSONValue) -> (found: StatePath, names: [String]) {
        var value = tree
        for (count, step) in steps.enumerated() {
            switch (step, value) {
            case (.key(let key), .object(let object)):
                guard let member = object[key] else {
                    return (StatePath(Array(steps.prefix(count))), object.map(\.key))
                }
                value = member
            case (.index(let index), .array(let elements)) where elements.indices.contains(index):
                value = elements[index]
            case (_, .array(let elements)):
                let names = ElementNames(elements)
                let known = elements.indices.map { names[$0] ?? "[\($0)]" }
                return (StatePath(Array(steps.prefix(count))), known)
            default: return (StatePath(Array(steps.prefix(count))), [])
            }
        }
        return (self, [])
    }
}

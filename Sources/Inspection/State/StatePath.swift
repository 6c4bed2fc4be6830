/// The way to a value in a state's tree: keys and places, written `items.tea.qty` or `notes[0]`.
public struct StatePath: Hashable, Sendable, CustomStringConvertible {
    /// One step of the way.
    public enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    /// The steps from the root.
    public var steps: [Step]

    /// The root itself.
    public static let root = StatePath([])

    /// Takes the steps from the root.
    public init(_ steps: [Step]) { self.steps = steps }

    /// The same way, one step further.
    public func appending(_ step: Step) -> StatePath { StatePath(steps + [step]) }

    /// `items.tea.qty`, `notes[0]`; `state` for the root; a key that is not a plain word is put in quotes.
    public var description: String {
        if steps.isEmpty { return "state" }
        var text = ""
        for step in steps {
            switch step {
            case .key(let key):
                if !text.isEmpty { text += "." }
                let isPlain =
                    !key.isEmpty
                    && key.utf8.allSatisfy { byte in
                        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || (48...57).contains(byte)
                            || (65...90).contains(byte) || (97...122).contains(byte)
                    }
                text += isPlain ? key : "\"\(key)\""
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }
}

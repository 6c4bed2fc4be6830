/// The way to a value in a state, an event or an element of an array; its parts may depend on the event.
struct RulePath: Hashable, Sendable, CustomStringConvertible {
    enum Step: Hashable, Sendable {
        /// A member of an object.
        case key(String)
        /// An element of an array; a negative one counts from the end.
        case index(Int)
        /// A member or an element whose name or place is a value.
        case named(RuleExpression)
        /// The element whose member has a value, or which is that value itself where there is no key.
        case matching(key: String?, RuleExpression)
    }

    var steps: [Step]

    /// The path as it stands in errors; what depends on the event is not told.
    var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .key(let key): text += (text.isEmpty ? "" : ".") + key
            case .index(let index): text += "[\(index)]"
            case .named: text += "[…]"
            case .matching(let key, _): text += "[\(key.map { "\($0) " } ?? "")= …]"
            }
        }
        return text.isEmpty ? "the state" : text
    }
}

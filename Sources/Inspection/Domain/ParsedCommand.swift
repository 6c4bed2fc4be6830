public import EventSourcing

/// A command's name and its arguments, checked against their description: every required one is there, each of its kind.
public struct ParsedCommand: Hashable, Sendable {
    /// The command's name.
    public let name: String
    /// The arguments by name, in the order of their description; left-out ones are not there.
    public let arguments: JSONObject

    package init(name: String, arguments: JSONObject) {
        self.name = name
        self.arguments = arguments
    }
}

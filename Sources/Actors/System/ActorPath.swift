/// Where an actor stands in its system: the names from the top down to it, `/orders/order-42`.
public struct ActorPath: Hashable, Sendable, CustomStringConvertible {
    /// The name of the actor system.
    public let system: String

    /// The names from the top level down; empty for the root.
    public let elements: [String]

    init(system: String, elements: [String]) {
        self.system = system
        self.elements = elements
    }

    /// The actor's own name; empty for the root.
    public var name: String { elements.last ?? "" }

    /// The path of the actor that spawned this one; nil for the root.
    public var parent: ActorPath? {
        elements.isEmpty ? nil : ActorPath(system: system, elements: elements.dropLast())
    }

    func appending(_ name: String) -> ActorPath {
        ActorPath(system: system, elements: elements + [name])
    }

    /// The names with a slash before each; the root is a single slash. The system's name is not shown.
    public var description: String {
        elements.isEmpty ? "/" : elements.reduce(into: "") { $0 += "/" + $1 }
    }
}

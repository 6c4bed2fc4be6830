/// Why an event registry could not be built.
public enum EventRegistryError: Error, Hashable, CustomStringConvertible {
    case empty
    case emptyName
    case duplicate(name: String)
    case version(name: String, version: Int)
    /// A former name stands for another event type too, or twice for its own.
    case formerName(String, of: String)
    /// An upcaster reads a version below 1.
    case upcasterVersion(name: String, from: Int)
    /// Two upcasters read the same version.
    case upcasterTwice(name: String, from: Int)
    /// The upcasters lack one between two others.
    case upcasterGap(name: String, from: Int)
    /// The upcasters end below the present version.
    case upcastersEndEarly(name: String, at: Int, current: Int)
    /// An upcaster reads the present version or a later one.
    case upcasterAbove(name: String, from: Int, current: Int)

    /// A sentence that says what is wrong.
    public var description: String {
        switch self {
        case .empty: "An event registry needs at least one event type"
        case .emptyName: "An event type needs a logical name"
        case .duplicate(let name): "The event type \(name) stands twice in one registry"
        case .version(let name, let version): "The event type \(name) has version \(version), and versions begin at 1"
        case .formerName(let former, let name):
            "The event type \(name) was formerly \(former), and that name stands a second time in the registry"
        case .upcasterVersion(let name, let version):
            "The event type \(name) has an upcaster from version \(version), and versions begin at 1"
        case .upcasterTwice(let name, let version):
            "The event type \(name) has two upcasters from version \(version); keep one"
        case .upcasterGap(let name, let version):
            "The event type \(name) has no upcaster from version \(version) to the next, between others; add one"
        case .upcastersEndEarly(let name, let end, let current):
            "The upcasters of \(name) end at version \(end), and its version is \(current);"
                + " add one from version \(end)"
        case .upcasterAbove(let name, let version, let current):
            "The event type \(name) has an upcaster from version \(version), and its version is \(current);"
                + " raise its version or take the upcaster away"
        }
    }
}

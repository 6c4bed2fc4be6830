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
    /// A row's version is above the oldest one that was stored, and nothing leads to it.
    case noUpcasters(name: String, since: Int, current: Int)
    /// The upcasters begin above the oldest version that was stored.
    case upcastersBeginLate(name: String, at: Int, since: Int)
    /// An upcaster reads a version that was never stored.
    case upcasterBelow(name: String, from: Int, since: Int)
    /// The oldest version that was stored is below 1 or above the present one.
    case oldestVersion(name: String, since: Int, current: Int)

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
        case .noUpcasters(let name, let oldest, let current):
            "The event type \(name) has version \(current) and no upcaster from version \(oldest);"
                + " add one for each step, or say since: \(current) if nothing older was ever stored"
        case .upcastersBeginLate(let name, let start, let oldest):
            "The upcasters of \(name) begin at version \(start), and there is none from version \(oldest);"
                + " add it, or say since: \(start) if nothing older was ever stored"
        case .upcasterBelow(let name, let version, let oldest):
            "The event type \(name) has an upcaster from version \(version), and says since: \(oldest);"
                + " take one of the two away"
        case .oldestVersion(let name, let oldest, let current):
            "The event type \(name) says since: \(oldest), which must be 1 or above and not above its version"
                + " \(current)"
        }
    }
}

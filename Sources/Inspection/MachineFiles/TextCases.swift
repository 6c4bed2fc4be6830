public import EventSourcing
public import StateMachines

/// The name of a state or an event that is known from a machine file.
public struct TextName: Hashable, RawRepresentable, Sendable {
    /// The name.
    public var rawValue: String

    /// Names a state or an event.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A state of a machine that is read from a file: its name, and the values that the instance has by then.
public struct TextState: MachineState, TextCase {
    /// Which state it is.
    public var name: TextName
    /// The values, in the order in which they were first set.
    public var values: JSONObject

    /// Describes a state.
    public init(_ name: String, _ values: JSONObject = [:]) {
        self.name = TextName(rawValue: name)
        self.values = values
    }
}

/// An event of a machine that is read from a file: its name, and what it carries.
public struct TextEvent: MachineEvent, TextCase {
    /// Which event it is.
    public var name: TextName
    /// What it carries.
    public var values: JSONObject

    /// Describes an event.
    public init(_ name: String, _ values: JSONObject = [:]) {
        self.name = TextName(rawValue: name)
        self.values = values
    }
}

/// A name with values, which is stored under the name with the values as its fields.
public protocol TextCase: StoredCases, CustomReflectable {
    /// The values by their names.
    var values: JSONObject { get }

    /// Describes a case.
    init(_ name: String, _ values: JSONObject)
}

extension TextCase {
    /// Throws: which cases there are, the file says.
    public static var registry: EventRegistry<Self> { get throws { try registry(of: []) } }

    /// A row for each of these names.
    public static func registry(of names: [String]) throws -> EventRegistry<Self> {
        try EventRegistry(
            names.map { name in
                EventType(
                    name, formerly: [],
                    encode: { value in
                        guard value.name.rawValue == name else { return nil }
                        var bytes: [UInt8] = []
                        JSONValue.object(value.values).write(into: &bytes)
                        return bytes
                    },
                    decode: { bytes in
                        guard case .object(let values) = try JSONReader().read(bytes).value else {
                            throw RuleFailure("what \(name) carries is no object", isAboutPayload: true)
                        }
                        return Self(name, values)
                    })
            })
    }

    /// The values under their names, with those left out that nobody is to see.
    public var customMirror: Mirror {
        let children = values.map { member in
            (
                label: member.key,
                value: SecretKeys.hide(member.value, under: member.key) ? Sensitive(member.value) : member.value as Any
            )
        }
        return Mirror(self, children: children, displayStyle: values.isEmpty ? nil : .struct)
    }
}

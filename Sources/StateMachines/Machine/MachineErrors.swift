/// A state has no row for an event; nothing happens.
public struct InvalidTransition: Error, Hashable, CustomStringConvertible {
    /// The machine.
    public var machine: String
    /// The state's case.
    public var state: String
    /// The event's case.
    public var event: String
    /// The events that the state has rows for.
    public var possible: [String]

    /// Describes a refusal.
    public init(machine: String, state: String, event: String, possible: [String]) {
        self.machine = machine
        self.state = state
        self.event = event
        self.possible = possible
    }

    /// A sentence that names what would be possible.
    public var description: String {
        let possible = possible.isEmpty ? "nothing" : self.possible.joined(separator: ", ")
        return "\(machine) in \(state) takes no \(event); it takes \(possible)"
    }
}

/// A state has rows for an event, and no row's condition holds; nothing happens.
public struct GuardRejected: Error, Hashable, CustomStringConvertible {
    /// The machine.
    public var machine: String
    /// The state's case.
    public var state: String
    /// The event's case.
    public var event: String
    /// The conditions that were tried, as far as they have words.
    public var conditions: [String]

    /// Describes a refusal.
    public init(machine: String, state: String, event: String, conditions: [String]) {
        self.machine = machine
        self.state = state
        self.event = event
        self.conditions = conditions
    }

    /// A sentence with the conditions.
    public var description: String {
        let words = conditions.isEmpty ? "" : ": \(conditions.joined(separator: "; "))"
        return "\(machine) in \(state) takes no such \(event), for no condition holds\(words)"
    }
}

/// A row led to a state that it does not name; nothing happens.
public struct UndeclaredTarget: Error, Hashable, CustomStringConvertible {
    /// The state's case.
    public var state: String
    /// The event's case.
    public var event: String
    /// Where it led.
    public var target: String
    /// The row.
    public var place: SourcePlace

    /// A sentence that says what to add.
    public var description: String {
        "the row at \(place) leads from \(state) on \(event) to \(target), which it does not name; add it to the row's goto"
    }
}

/// A timeout or a row made an event of a case that it does not name.
public struct UndeclaredEvent: Error, Hashable, CustomStringConvertible {
    /// What was made.
    public var event: String
    /// The timeout or the row.
    public var place: SourcePlace

    /// A sentence that says what to add.
    public var description: String { "what stands at \(place) made a \(event), which it does not name; add it there" }
}

/// A row takes a value of its event, and the event has none; nothing happens.
public struct MissingValue: Error, Hashable, CustomStringConvertible {
    /// The state's case.
    public var state: String
    /// The event's case.
    public var event: String
    /// The row.
    public var place: SourcePlace

    /// A sentence that names the row.
    public var description: String {
        "the row at \(place) takes a value of \(event) in \(state), and this one has none; take one that it always has"
    }
}

/// A history leads to a state that the machine does not have any more.
public struct UnknownState: Error, Hashable, CustomStringConvertible {
    /// The state, as it is stored.
    public var state: String

    /// Describes a failure.
    public init(state: String) { self.state = state }

    /// A sentence that says what would help.
    public var description: String {
        "the machine has no state \(state), to which this has led; keep the state, or let recovery skip what it can't read"
    }
}

/// An event came to an instance that has stopped; nothing happens.
public struct MachineStopped: Error, Hashable, CustomStringConvertible {
    /// The machine.
    public var machine: String
    /// Why it stopped.
    public var reason: String

    /// Describes a refusal.
    public init(machine: String, reason: String) {
        self.machine = machine
        self.reason = reason
    }

    /// A sentence with the reason.
    public var description: String { "\(machine) has stopped (\(reason)), and takes nothing more" }
}

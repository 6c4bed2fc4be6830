public import EventSourcing

/// States or events that can be stored.
///
/// They are stored like every event of the engine: under the name of their case, with the fields of what it carries, so that a
/// case can be renamed in Swift, and what it carries can change by upcasters.
///
///     extension OrderState: StoredCases {
///         static var registry: EventRegistry<OrderState> {
///             get throws {
///                 try EventRegistry(
///                     EventType("pending", .pending),
///                     EventType("paid", embed: OrderState.paid) { if case .paid(let it) = $0 { it } else { nil } })
///             }
///         }
///     }
///
/// An enum of strings has nothing to say.
public protocol StoredCases: MachineCases {
    /// A row for each case, under the name that the case says.
    static var registry: EventRegistry<Self> { get throws }

    /// A row for each of the cases with these names, at least; `registry`, unless the cases are no enum's.
    static func registry(of names: [String]) throws -> EventRegistry<Self>
}

extension StoredCases {
    /// The registry of all cases.
    public static func registry(of names: [String]) throws -> EventRegistry<Self> { try registry }
}

extension StoredCases where CaseName == Self, CaseName: CaseIterable {
    /// A row without fields for each case.
    public static var registry: EventRegistry<Self> {
        get throws { try EventRegistry(CaseName.allCases.map { EventType($0.rawValue, $0) }) }
    }
}

/// A machine can't be stored as its states and events say.
public struct MachineCodingError: Error, Hashable, CustomStringConvertible {
    /// The type of the states or of the events.
    public var family: String
    /// Cases without a row.
    public var missing: [String]
    /// Rows without a case.
    public var unknown: [String]

    /// A sentence that names both.
    public var description: String {
        var clauses: [String] = []
        if !missing.isEmpty { clauses.append("no row for \(missing.joined(separator: ", "))") }
        if !unknown.isEmpty { clauses.append("no case for \(unknown.joined(separator: ", "))") }
        return "the registry of \(family) has \(clauses.joined(separator: ", and "))"
    }
}

extension StoredCases {
    /// The registry, which has exactly the cases that a machine has; throws `MachineCodingError`.
    static func checkedRegistry(of cases: [String]) throws -> EventRegistry<Self> {
        let registry = try registry(of: cases)
        let missing = cases.filter { !registry.names.contains($0) }
        let unknown = registry.names.filter { !cases.contains($0) }
        guard missing.isEmpty, unknown.isEmpty else {
            throw MachineCodingError(family: "\(Self.self)", missing: missing, unknown: unknown)
        }
        return registry
    }
}

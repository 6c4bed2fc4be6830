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

/// A family of states or of events whose cases have names that do not change.
///
/// An enum without values says all of it by being one of strings:
///
///     enum Light: String, CaseIterable, MachineState { case red, green, yellow }
///
/// One whose cases carry values declares its cases once more:
///
///     enum OrderState: MachineState {
///         case pending
///         case paid(Payment)
///
///         enum CaseName: String, CaseIterable { case pending, paid }
///
///         var name: CaseName {
///             switch self {
///             case .pending: .pending
///             case .paid: .paid
///             }
///         }
///     }
///
/// A machine is told by cases, whatever their values are; a row that depends on values has a guard. A machine that is
/// written in Swift needs names that are `CaseIterable`; those of one that is read from a file are the file's.
public protocol MachineCases: Equatable, Sendable {
    /// The cases without their values; the raw value is the name under which a case is known everywhere.
    associatedtype CaseName: Hashable, RawRepresentable, Sendable where CaseName.RawValue == String

    /// Which case it is.
    var name: CaseName { get }
}

extension MachineCases where Self: CaseIterable & Hashable & RawRepresentable, RawValue == String {
    /// The value itself, as it carries nothing.
    public var name: Self { self }
}

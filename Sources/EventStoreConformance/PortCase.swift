/// One thing that every store with a port of this kind must do, named by a sentence.
///
/// ```swift
/// @Test(arguments: EventStoreConformance.quarantineCases)
/// func conforms(_ conformance: PortCase<any QuarantineStore>) async throws {
///     try await conformance.run(on: { try await MyStore() })
/// }
/// ```
public struct PortCase<Port: Sendable>: Sendable, CustomStringConvertible {
    /// The number of the acceptance case, where there is one, and what must hold.
    public let name: String
    private let body: @Sendable (Port) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (Port) async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// The name.
    public var description: String { name }

    /// Runs the case on a fresh, empty store.
    ///
    /// Throws `ConformanceFailure` when the store does something else than it must, or throws where it must not.
    public func run(on makeStore: () async throws -> Port) async throws {
        try await ConformanceFailure.naming(name) { try await body(try await makeStore()) }
    }
}

public import EventSourcing

/// One thing that every store of leases must do, named by a sentence.
///
/// ```swift
/// @Test(arguments: EventStoreConformance.leaseCases)
/// func conforms(_ conformance: LeaseCase) async throws {
///     try await conformance.run(on: { try await MyStore() })
/// }
/// ```
public struct LeaseCase: Sendable, CustomStringConvertible {
    /// What must hold.
    public let name: String
    private let body: @Sendable (LeaseProbe) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (LeaseProbe) async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// The name.
    public var description: String { name }

    /// Runs the case on a fresh, empty store.
    ///
    /// - Parameters:
    ///   - makeStore: makes a fresh and empty store.
    ///   - reopening: closes a store and opens what it left behind; nil where it leaves nothing, and then
    ///     `leaseReopeningCases` fail.
    ///
    /// Throws `ConformanceFailure` when the store does something else than it must, or throws where it must not.
    public func run<Store: LeaseStore>(
        on makeStore: () async throws -> Store, reopening: (@Sendable (Store) async throws -> Store)? = nil
    ) async throws {
        try await ConformanceFailure.naming(name) {
            let store = try await makeStore()
            var reopen: (@Sendable () async throws -> any LeaseStore)?
            if let reopening { reopen = { try await reopening(store) } }
            try await body(LeaseProbe(store: store, reopen: reopen))
        }
    }
}

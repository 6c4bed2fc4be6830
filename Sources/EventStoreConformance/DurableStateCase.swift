public import EventSourcing

/// One thing that every store of durable states must do, named by a sentence.
///
/// ```swift
/// @Test(arguments: EventStoreConformance.durableStateCases)
/// func conforms(_ conformance: DurableStateCase) async throws {
///     try await conformance.run(on: { try await MyStore() })
/// }
/// ```
public struct DurableStateCase: Sendable, CustomStringConvertible {
    /// The number of the acceptance case, where there is one, and what must hold: `engine 41: …`.
    public let name: String
    private let body: @Sendable (DurableStateProbe) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (DurableStateProbe) async throws -> Void) {
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
    ///     `durableStateReopeningCases` fail.
    ///
    /// Throws `ConformanceFailure` when the store does something else than it must, or throws where it must not.
    public func run<Store: DurableStateStore>(
        on makeStore: () async throws -> Store, reopening: (@Sendable (Store) async throws -> Store)? = nil
    ) async throws {
        try await ConformanceFailure.naming(name) {
            let store = try await makeStore()
            var reopen: (@Sendable () async throws -> any DurableStateStore)?
            if let reopening { reopen = { try await reopening(store) } }
            try await body(DurableStateProbe(store: store, reopen: reopen))
        }
    }
}

public import EventSourcing

/// What every store must do, as cases that any test framework can run.
///
/// A store of your own is checked by one call, which runs every case on a fresh store and says as data what failed:
///
/// ```swift
/// @Test func conforms() async {
///     let report = await EventStoreConformance.run([.events, .durableStates]) { try await MyStore() }
///     #expect(report.failures.isEmpty, "\(report)")
/// }
/// ```
///
/// Each case can be run by itself too: `cases(for:)` has them as arguments for a parameterised test.
public enum EventStoreConformance {
    /// Every case there is.
    public static let cases: [ConformanceCase] =
        appendCases + writerCases + commandCases + loadCases + fidelityCases + deletionCases + logCases
        + streamCases + importCases + restoreCases + eventFilterCases + statisticsCases + truncationCases
        + concurrencyCases + snapshotCases + readerCases + reopeningCases
        + commandStoreCases + durableStateCases + durableStateReopeningCases + leaseCases + leaseReopeningCases
        + quarantineCases + quarantineReopeningCases + recoveryCases + subscriptionCases + subscriptionReopeningCases
        + reactionCases
        + timerCases + outboxCases + companionCases + firingCases + stateCompanionCases + projectionCases
        + checkpointCases + consumerCases + replacementCases
        + nodeCases + claimFenceCases

    /// The cases that need nothing beyond these abilities.
    public static func cases(for abilities: Set<StoreAbility>) -> [ConformanceCase] {
        cases.filter { $0.needs.isSubset(of: abilities) }
    }

    /// Runs every case that a store with these abilities must pass, each on a fresh store, one after the other.
    ///
    /// - Parameters:
    ///   - abilities: the ports that the store has; it must have each of them.
    ///   - reader: makes a synchronous reader of a store. Where it is given, the cases that need a reader run too.
    ///   - reopening: closes a store and opens what it left behind. Where it is given, the cases that need it run too.
    ///   - makeStore: makes a fresh and empty store.
    public static func run<Store: Sendable>(
        _ abilities: Set<StoreAbility>, reader: (@Sendable (Store) throws -> any StoreReader)? = nil,
        reopening: (@Sendable (Store) async throws -> Store)? = nil, on makeStore: () async throws -> Store
    ) async -> ConformanceReport {
        var abilities = abilities
        if reader != nil { abilities.insert(.reader) }
        if reopening != nil { abilities.insert(.reopening) }
        var report = ConformanceReport()
        for conformance in cases {
            guard conformance.needs.isSubset(of: abilities) else {
                report.leftOut.append(conformance.name)
                continue
            }
            do {
                try await conformance.run(on: makeStore, reader: reader, reopening: reopening)
                report.passed.append(conformance.name)
            } catch {
                report.failures.append(ConformanceFailure(error, in: conformance.name))
            }
        }
        return report
    }
}

/// What every store must do, as cases that any test framework can run.
///
/// A store of your own is checked in a few lines of Swift Testing:
///
/// ```swift
/// import EventStoreConformance
/// import Testing
///
/// @Suite("MyStore is a store")
/// struct MyStoreConformanceTests {
///     @Test(arguments: EventStoreConformance.cases)
///     func conforms(_ conformance: ConformanceCase) async throws {
///         try await conformance.run(on: { try await MyStore() })
///     }
/// }
/// ```
///
/// Each case gets a fresh and empty store, and throws a `ConformanceFailure` that says what was expected and what was seen.
/// A store with a synchronous reader runs `readerCases` as well, and one that outlives its process `reopeningCases`; `run`
/// then takes how to get a reader, and how to open the store again.
public enum EventStoreConformance {
    /// The cases that need nothing but a store.
    public static let cases: [ConformanceCase] =
        appendCases + writerCases + commandCases + loadCases + fidelityCases + deletionCases + logCases
        + streamCases + importCases + concurrencyCases + snapshotCases

    /// The cases for a store that has a synchronous reader.
    public static let readerCases: [ConformanceCase] = readerEventCases + readerStreamCases

    /// The cases for a store that can be closed and opened again.
    public static let reopeningCases: [ConformanceCase] = [
        keepsEventsCase, keepsHeadsCase, keepsCommandsCase, keepsSnapshotsCase,
    ]
}

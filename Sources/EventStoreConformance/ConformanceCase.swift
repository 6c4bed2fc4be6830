public import EventSourcing

/// One thing that every store must do, named by a sentence.
public struct ConformanceCase: Sendable, CustomStringConvertible {
    /// The number of the acceptance case, where there is one, and what must hold: `engine 27: …`.
    public let name: String
    private let body: @Sendable (StoreProbe) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (StoreProbe) async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// The name.
    public var description: String { name }

    /// Runs the case on a fresh, empty store.
    ///
    /// - Parameters:
    ///   - makeStore: makes a fresh and empty store.
    ///   - reader: makes a synchronous reader of a store; nil where it has none, and then `readerCases` fail.
    ///   - reopening: closes a store and opens what it left behind; nil where it leaves nothing, and then `reopeningCases`
    ///     fail.
    ///
    /// Throws `ConformanceFailure` when the store does something else than it must, or throws where it must not.
    public func run<Store: EventStore & SnapshotStore>(
        on makeStore: () async throws -> Store, reader: (@Sendable (Store) throws -> any StoreReader)? = nil,
        reopening: (@Sendable (Store) async throws -> Store)? = nil
    ) async throws {
        try await ConformanceFailure.naming(name) {
            let store = try await makeStore()
            try await body(StoreProbe(StoreUnderTest(store, reader: reader, reopening: reopening)))
        }
    }
}

/// A store did not do what every store must.
public struct ConformanceFailure: Error, Hashable, CustomStringConvertible {
    /// The case that failed.
    public var caseName: String
    /// What must hold.
    public var sentence: String
    /// What was expected.
    public var expected: String
    /// What was seen.
    public var actual: String

    /// Describes a failure.
    public init(caseName: String, sentence: String, expected: String, actual: String) {
        self.caseName = caseName
        self.sentence = sentence
        self.expected = expected
        self.actual = actual
    }

    /// The case, what must hold, what was expected and what was seen.
    public var description: String { "\(caseName): \(sentence): expected \(expected), and got \(actual)" }
}

extension ConformanceFailure {
    /// Runs a case, and gives what it throws the case's name.
    static func naming(_ name: String, _ run: () async throws -> Void) async throws {
        do {
            try await run()
        } catch var failure as ConformanceFailure {
            failure.caseName = name
            throw failure
        } catch {
            throw ConformanceFailure(
                caseName: name, sentence: "the store threw where it must not", expected: "no error",
                actual: "\(error)")
        }
    }
}

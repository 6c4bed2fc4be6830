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
    /// Throws `ConformanceFailure` when the store does something else than it must, or throws where it must not.
    public func run<Store: EventStore & SnapshotStore>(on makeStore: () async throws -> Store) async throws {
        try await run { StoreUnderTest(try await makeStore()) }
    }

    /// Runs the case on a fresh, empty store that brings its reader, or can be opened again.
    ///
    /// Throws `ConformanceFailure` when the store does something else than it must, or throws where it must not; also when
    /// the case needs a reader, or opening again, and the store does not say how.
    public func run(on makeStore: () async throws -> StoreUnderTest) async throws {
        do {
            let store = try await makeStore()
            try await body(StoreProbe(store))
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

/// A fresh store, with what a case may need beside it.
public struct StoreUnderTest: Sendable {
    /// The store.
    public let store: any EventStore & SnapshotStore
    /// Makes a synchronous reader of the same store; nil where it has none.
    public let makeReader: (@Sendable () throws -> any StoreReader)?
    /// Closes the store and opens what it left behind; nil where it leaves nothing.
    public let reopen: (@Sendable () async throws -> StoreUnderTest)?

    /// Takes a store and, where it has them, the ways to a reader and to open it again.
    public init(
        _ store: any EventStore & SnapshotStore, makeReader: (@Sendable () throws -> any StoreReader)? = nil,
        reopen: (@Sendable () async throws -> StoreUnderTest)? = nil
    ) {
        self.store = store
        self.makeReader = makeReader
        self.reopen = reopen
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

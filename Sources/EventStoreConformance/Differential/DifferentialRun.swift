public import EventSourcing

/// Random operations over every port, done on a store and on the store in memory, with everything that can be seen compared.
///
/// The same seed draws the same operations. What both answer is compared operation by operation, and what both hold
/// after each batch.
///
/// ```swift
/// let run = DifferentialRun(seed: 7, operations: 1_000)
/// let difference = try await run.compare([.events, .leases], on: { try await MyStore() })
/// #expect(difference == nil)
/// ```
public struct DifferentialRun: Hashable, Sendable {
    /// Where the random numbers begin.
    public var seed: UInt64
    /// How many operations are done, from 0.
    public let operations: Int
    /// How many operations lie between two looks at everything, from 1.
    public let batch: Int

    /// Describes a run.
    public init(seed: UInt64, operations: Int, batch: Int = 500) {
        self.seed = seed
        self.operations = min(max(0, operations), .max - 1)
        self.batch = max(1, batch)
    }

    /// Runs on a fresh store, and answers the first difference; nil where there is none.
    ///
    /// - Parameters:
    ///   - abilities: the ports that the store has, whose operations are drawn; `reader` among them says nothing, for the
    ///     closure does.
    ///   - reader: makes a synchronous reader of a store. Where it is given, its answers are compared too.
    ///   - reopening: closes a store and opens what it left behind. Where it is given, that is done before every look.
    ///   - makeStore: makes a fresh and empty store.
    ///
    /// Throws what making or opening a store throws.
    public func compare<Store: Sendable>(
        _ abilities: Set<StoreAbility>, reader: (@Sendable (Store) throws -> any StoreReader)? = nil,
        reopening: (@Sendable (Store) async throws -> Store)? = nil,
        on makeStore: () async throws -> Store
    ) async throws -> StoreDifference? {
        let abilities = reader == nil ? abilities.subtracting([.reader]) : abilities.union([.reader])
        let ports = RandomPort.all.filter { abilities.contains($0.ability) }
        guard !ports.isEmpty else { return nil }
        func underTest(_ store: Store) -> StoreUnderTest { StoreUnderTest(store, reader: reader, reopening: nil) }
        let model = StoreUnderTest(InMemoryStore(), reader: { $0.reader() }, reopening: nil)
        var made = try await makeStore()
        var store = underTest(made)
        var world = RandomWorld(seed: seed, for: abilities)
        for number in 1..<operations + 1 {
            let operation = world.pick(ports).draw(&world)
            let (expected, actual) = (await operation.run(model), await operation.run(store))
            guard expected == actual else {
                return difference(number, operation.text(), expected.text, actual.text)
            }
            operation.remember(expected, &world)
            guard number % batch == 0 || number == operations else { continue }
            if let reopening {
                made = try await reopening(made)
                store = underTest(made)
            }
            for port in ports {
                for look in port.looks(world) {
                    let (expected, actual) = (await look.run(model), await look.run(store))
                    guard expected == actual else {
                        return difference(number, look.text(), expected.text, actual.text)
                    }
                }
            }
        }
        return nil
    }

    private func difference(_ number: Int, _ question: String, _ expected: String, _ actual: String) -> StoreDifference
    {
        StoreDifference(seed: seed, operation: number, question: question, expected: expected, actual: actual)
    }
}

/// A store answered something else than the store in memory.
public struct StoreDifference: Error, Hashable, CustomStringConvertible {
    /// The seed of the run.
    public var seed: UInt64
    /// How many operations were done by then, the one that differs included.
    public var operation: Int
    /// What was asked for.
    public var question: String
    /// What the store in memory answered.
    public var expected: String
    /// What the store answered.
    public var actual: String

    /// Describes a difference.
    public init(seed: UInt64, operation: Int, question: String, expected: String, actual: String) {
        self.seed = seed
        self.operation = operation
        self.question = question
        self.expected = expected
        self.actual = actual
    }

    /// The seed, the operation, what was expected and what was seen.
    public var description: String {
        "seed \(seed), operation \(operation), \(question): expected \(expected), and got \(actual)"
    }
}

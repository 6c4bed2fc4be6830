import EventSourcing

/// One port of a store under test; each port adds short words for what its cases do over and over.
struct PortProbe<Port: Sendable>: Sendable {
    let store: Port
    private let underTest: StoreUnderTest

    /// Fails where the store does not have the port.
    init(_ underTest: StoreUnderTest) throws {
        store = try require(underTest.store as? Port, "the store must be \(Port.self)")
        self.underTest = underTest
    }

    /// A reader of the store; fails where the store brought none.
    func reader() throws -> any StoreReader {
        try require(underTest.makeReader, "this case needs a reader: give `reader` to `run`")()
    }

    /// The store, closed and opened again; fails where it did not say how.
    func reopened() async throws -> PortProbe {
        let reopen = try require(underTest.reopen, "this case opens again: give `reopening` to `run`")
        return try PortProbe(try await reopen())
    }
}

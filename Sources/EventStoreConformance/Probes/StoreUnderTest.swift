import EventSourcing

/// A fresh store, with what a case may need beside it.
struct StoreUnderTest: Sendable {
    let store: any Sendable
    /// Makes a synchronous reader of the same store; nil where it has none.
    let makeReader: (@Sendable () throws -> any StoreReader)?
    /// Closes the store and opens what it left behind; nil where it leaves nothing.
    let reopen: (@Sendable () async throws -> StoreUnderTest)?

    init<Store: Sendable>(
        _ store: Store, reader: (@Sendable (Store) throws -> any StoreReader)?,
        reopening: (@Sendable (Store) async throws -> Store)?
    ) {
        self.store = store
        if let reader {
            makeReader = { try reader(store) }
        } else {
            makeReader = nil
        }
        if let reopening {
            reopen = { StoreUnderTest(try await reopening(store), reader: reader, reopening: reopening) }
        } else {
            reopen = nil
        }
    }
}

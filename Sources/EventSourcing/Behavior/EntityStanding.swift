/// Where a running entity stands.
package struct EntityStanding<State: Sendable>: Sendable {
    /// The entity.
    package let persistenceID: PersistenceID
    /// The number of the last event in the state.
    package let sequenceNumber: Int64
    /// Where its events are.
    package let events: any EventStore
    // Behind all that has a size of its own, as in `EntityDefinition`.
    /// Its state.
    package let state: State
}

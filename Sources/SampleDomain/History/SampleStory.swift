import EventSourcing

/// What happens in one stream of a sample history, by the real rules.
protocol SampleStory: Sendable {
    /// Makes the next event, encoded; `left` events are still to come, this one included.
    ///
    /// Throws the refusal when the rules refuse what was to happen, which they never do.
    mutating func nextEvent(
        of id: PersistenceID, at number: Int64, left: Int64, random: inout SeededRandom
    ) throws -> (type: String, version: Int, payload: [UInt8])

    /// The state behind the last event, encoded as a snapshot.
    func snapshot() throws -> (stateType: String, state: [UInt8])
}

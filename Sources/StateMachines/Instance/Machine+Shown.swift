package import EventSourcing

extension Machine where State: StoredCases, Event: StoredCases {
    /// What states carry, as trees for people: sensitive values stand there as `{redacted}`.
    ///
    /// Throws what the registries throw; the function throws what encoding a state throws.
    package func shownValues() throws -> @Sendable (State) throws -> JSONValue {
        let coding = try TransitionCoding<State, Event>(outline)
        return { state in try Redaction.$isOn.withValue(true) { try coding.values(of: state) } }
    }
}

extension MachineInstance {
    /// The number of the event with which the present state was entered, 0 for the initial one; nil where nobody knows.
    package var enteredNumber: Int64? { place?.entered }
}

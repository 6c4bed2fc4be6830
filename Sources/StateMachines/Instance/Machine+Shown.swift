package import EventSourcing

extension Machine where State: StoredCases, Event: StoredCases {
    /// What states carry, as trees for people: sensitive values stand there as `{redacted}`.
    ///
    /// Throws what the registries throw; the function throws what encoding a state throws.
    package func shownValues() throws -> @Sendable (State) throws -> JSONValue {
        let coding = try TransitionCoding<State, Event>(outline)
        return { state in try Redaction.$isOn.withValue(true) { try coding.values(of: state) } }
    }

    /// What transitions carry, as trees for people: what the event carried, then where it led, as `to` or as `stop`.
    ///
    /// Where a value of the event has one of these names itself, the values stand together as `event`.
    ///
    /// Throws what the registries throw; the function throws what encoding an event throws.
    package func shownTransitions() throws -> @Sendable (MachineTransition<State, Event>) throws -> JSONObject {
        let coding = try TransitionCoding<State, Event>(outline)
        return { transition in
            let carried = try Redaction.$isOn.withValue(true) { try coding.values(of: transition.event) }
            let isApart = carried.object.map { $0["to"] == nil && $0["stop"] == nil } ?? false
            var members = isApart ? carried.object?.members ?? [] : [JSONObject.Member("event", carried)]
            switch transition.target {
            case .goto(let state): members.append(JSONObject.Member("to", .string(state.name.rawValue)))
            case .stop(let reason): members.append(JSONObject.Member("stop", .string(reason)))
            case .stay: break
            }
            return JSONObject(members)
        }
    }
}

extension MachineInstance {
    /// The number of the event with which the present state was entered, 0 for the initial one; nil where nobody knows.
    package var enteredNumber: Int64? { place?.entered }
}

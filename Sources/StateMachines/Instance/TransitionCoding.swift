public import EventSourcing

/// How the transitions of a machine are stored.
///
/// The type of a stored event is the name of its case, and its payload says what it carried and where it led:
/// `{"event":{"amount":5},"to":"paid","state":{"amount":5}}`; one that stayed has no `to`, and one that stopped has a `stop`.
/// A schema version above 1 stands beside what it is of. Where timeouts are kept in memory, `since` says when the state was
/// entered, in microseconds, and `timeout` whose event it is.
@usableFromInline
struct TransitionCoding<State: MachineState & StoredCases, Event: MachineEvent & StoredCases>: Sendable {
    private struct Stored: Decodable {
        var event: JSONValue
        var eventVersion: Int?
        var to: String?
        var state: JSONValue?
        var stateVersion: Int?
        var stop: String?
        var since: Int64?
        var timeout: String?

        var mark: TimeoutMark? {
            if since == nil, timeout == nil { return nil }
            return TimeoutMark(since: since.map { Timestamp(microseconds: $0) }, timeout: timeout)
        }
    }

    private struct StoredInstance: Decodable {
        var `in`: String
        var state: JSONValue
        var stateVersion: Int?
        var stop: String?
        var number: Int64?
        var entered: Int64?
        var since: Int64?
        var elapsed: [String]?
    }

    private struct Later: Decodable {
        var send: String
        var event: JSONValue
        var eventVersion: Int?
    }

    /// Where the timers of the states are.
    @usableFromInline let timeouts: TimeoutStrategy
    @usableFromInline let states: EventRegistry<State>
    @usableFromInline let events: EventRegistry<Event>
    @usableFromInline let stateHeads: CaseTable<State.CaseName, StateHead>
    private let codec = JSONCodec()

    @usableFromInline
    init(_ outline: MachineOutline, timeouts: TimeoutStrategy = .durable) throws {
        self.timeouts = timeouts
        states = try State.checkedRegistry(of: outline.states)
        events = try Event.checkedRegistry(of: outline.events)
        var heads: [State.CaseName: StateHead] = [:]
        for (row, name) in states.names.enumerated() {
            if let state = State.CaseName(rawValue: name) { heads[state] = StateHead(name, row: row) }
        }
        stateHeads = CaseTable(heads)
    }

    /// A row for each case of the events.
    @inlinable
    func registry() throws -> EventRegistry<MachineTransition<State, Event>> {
        try EventRegistry(
            events.rows.enumerated().map { index, row in
                let name = Event.CaseName(rawValue: row.name)
                return EventType(
                    row.name, formerly: row.formerNames,
                    encode: { transition in transition.event.name == name ? try encode(transition, at: index) : nil },
                    decode: { bytes in try decode(row.name, at: index, bytes) })
            })
    }

    /// A state as a snapshot.
    func snapshotCodec(_ machine: String) -> SnapshotCodec<MachineInstance<State>> {
        SnapshotCodec(
            stateType: machine, version: 1,
            encodeState: { instance in
                let (name, version, values) = try states.encode(instance.current)
                var output = JSONBytes("in", name, roomFor: values)
                output.member("state", values)
                if version != 1 { output.member("stateVersion", version) }
                if let reason = instance.stopReason { output.member("stop", string: reason) }
                if let place = instance.place {
                    output.member("number", place.count)
                    output.member("entered", place.entered)
                }
                if let since = instance.stay?.since { output.member("since", since.microseconds) }
                if let elapsed = instance.stay?.elapsed, !elapsed.isEmpty { output.member("elapsed", strings: elapsed) }
                return output.closed
            },
            decodeState: { bytes in
                let stored = try codec.decode(StoredInstance.self, from: bytes)
                var instance = MachineInstance(
                    current: try state(stored.in, stored.state, stored.stateVersion), stopReason: stored.stop)
                instance.place = InstancePlace(count: stored.number, entered: stored.entered)
                if stored.since != nil || stored.elapsed != nil {
                    instance.stay = StateStay(
                        since: stored.since.map { Timestamp(microseconds: $0) }, elapsed: stored.elapsed ?? [])
                }
                return instance
            })
    }

    /// An event on its way to be sent later: its case, and what it carries.
    func encode(later event: Event) throws -> [UInt8] {
        let (name, version, values) = try events.encode(event)
        var output = JSONBytes("send", name, roomFor: values)
        output.member("event", values)
        if version != 1 { output.member("eventVersion", version) }
        return output.closed
    }

    /// What becomes of timers in a store, from a moment on; nothing where they are kept in memory.
    @usableFromInline
    func changes(of timers: [MachineTimer<Event>], at now: Timestamp) throws -> [TimerChange] {
        timeouts == .durable ? try timers.map { try $0.change(at: now, self) } : []
    }

    /// Rows of the outbox that bring an instance what it has produced for itself.
    @usableFromInline
    func entries(producing events: [Event], for id: PersistenceID) throws -> [NewOutboxEntry] {
        try events.map { NewOutboxEntry(to: "\(id)", payload: try encode(later: $0)) }
    }

    /// An event that was to be sent later.
    func decode(later bytes: [UInt8]) throws -> Event {
        let stored = try bytes.withUnsafeBytes { try codec.decode(Later.self, from: $0) }
        return try value(of: stored.event, stored.send, stored.eventVersion, in: events)
    }

    /// What a state carries.
    func values(of state: State) throws -> JSONValue { try JSONReader().read(states.encode(state).payload).value }

    /// What an event carries.
    func values(of event: Event) throws -> JSONValue { try JSONReader().read(events.encode(event).payload).value }

    @inlinable
    func encode(_ transition: MachineTransition<State, Event>, at row: Int) throws -> [UInt8] {
        let (_, version, values) = try events.encode(transition.event, at: row)
        let mark = transition.mark
        switch transition.target {
        case .stay: return JSONBytes.stay(on: values, version, mark)
        case .stop(let reason): return JSONBytes.stop(reason, on: values, version, mark)
        case .goto(let state):
            guard let head = stateHeads[state.name] else { throw UnknownState(state: state.name.rawValue) }
            let (_, stateVersion, carried) = try states.encode(state, at: head.row)
            return JSONBytes.transition(on: values, version, to: head.text, carried, stateVersion, mark)
        }
    }

    @inlinable
    func decode(
        _ type: String, at row: Int, _ bytes: UnsafeRawBufferPointer
    ) throws -> MachineTransition<State, Event> {
        // What can't be read so is read again, and told.
        if let parts = TransitionParts(bytes), let transition = try? decode(type, at: row, parts) { return transition }
        return try decode(type, whole: bytes)
    }

    @inlinable
    func decode(_ type: String, at row: Int, _ parts: TransitionParts) throws -> MachineTransition<State, Event> {
        let event = try events.decode(type: type, payload: parts.event, at: row)
        guard let (name, values) = parts.target else { return MachineTransition(event: event, target: .stay) }
        let state = try states.decode(type: String(decoding: name, as: UTF8.self), version: 1, payload: values)
        return MachineTransition(event: event, target: .goto(state))
    }

    @usableFromInline
    func decode(_ type: String, whole bytes: UnsafeRawBufferPointer) throws -> MachineTransition<State, Event> {
        let stored = try codec.decode(Stored.self, from: bytes)
        let event = try value(of: stored.event, type, stored.eventVersion, in: events)
        let target: MachineTarget<State> =
            if let reason = stored.stop {
                .stop(reason)
            } else if let name = stored.to {
                .goto(try state(name, stored.state ?? .object([:]), stored.stateVersion))
            } else {
                .stay
            }
        return MachineTransition(event: event, target: target, mark: stored.mark)
    }

    private func state(_ name: String, _ values: JSONValue, _ version: Int?) throws -> State {
        do {
            return try value(of: values, name, version, in: states)
        } catch {
            let isKnown = states.rows.contains { $0.name == name || $0.formerNames.contains(name) }
            throw isKnown ? error : UnknownState(state: name)
        }
    }

    private func value<Value>(
        of json: JSONValue, _ name: String, _ version: Int?, in registry: EventRegistry<Value>
    ) throws -> Value {
        var bytes: [UInt8] = []
        json.write(into: &bytes)
        return try bytes.withUnsafeBytes { try registry.decode(type: name, version: version ?? 1, payload: $0) }
    }
}

import EventSourcing

/// How the transitions of a machine are stored.
///
/// The type of a stored event is the name of its case, and its payload says what it carried and where it led:
/// `{"event":{"amount":5},"to":"paid","state":{"amount":5}}`; one that stayed has no `to`, and one that stopped has a `stop`.
/// A schema version above 1 stands beside what it is of.
struct TransitionCoding<State: MachineState & StoredCases, Event: MachineEvent & StoredCases>: Sendable {
    private struct Stored: Decodable {
        var event: JSONValue
        var eventVersion: Int?
        var to: String?
        var state: JSONValue?
        var stateVersion: Int?
        var stop: String?
    }

    private struct StoredInstance: Decodable {
        var `in`: String
        var state: JSONValue
        var stateVersion: Int?
        var stop: String?
        var number: Int64?
        var entered: Int64?
    }

    private struct Later: Decodable {
        var send: String
        var event: JSONValue
        var eventVersion: Int?
    }

    private let states: EventRegistry<State>
    private let events: EventRegistry<Event>
    private let codec = JSONCodec()

    init() throws {
        states = try State.checkedRegistry()
        events = try Event.checkedRegistry()
    }

    /// A row for each case of the events.
    func registry() throws -> EventRegistry<MachineTransition<State, Event>> {
        try EventRegistry(
            events.rows.map { row in
                EventType(
                    row.name, formerly: row.formerNames,
                    encode: { transition in
                        transition.event.name.rawValue == row.name ? try encode(transition) : nil
                    },
                    decode: { bytes in try decode(row.name, bytes) })
            })
    }

    /// A state as a snapshot.
    func snapshotCodec(_ machine: String) -> SnapshotCodec<MachineInstance<State>> {
        SnapshotCodec(
            stateType: machine, version: 1,
            encodeState: { instance in
                let (name, version, values) = try states.encode(instance.current)
                var output = JSONBytes("in", name)
                output.member("state", values)
                if version != 1 { output.member("stateVersion", version) }
                if let reason = instance.stopReason { output.member("stop", string: reason) }
                if let place = instance.place {
                    output.member("number", place.count)
                    output.member("entered", place.entered)
                }
                return output.closed
            },
            decodeState: { bytes in
                let stored = try codec.decode(StoredInstance.self, from: bytes)
                var instance = MachineInstance(
                    current: try state(stored.in, stored.state, stored.stateVersion), stopReason: stored.stop)
                instance.place = InstancePlace(count: stored.number, entered: stored.entered)
                return instance
            })
    }

    /// An event on its way to be sent later: its case, and what it carries.
    func encode(later event: Event) throws -> [UInt8] {
        let (name, version, values) = try events.encode(event)
        var output = JSONBytes("send", name)
        output.member("event", values)
        if version != 1 { output.member("eventVersion", version) }
        return output.closed
    }

    /// An event that was to be sent later.
    func decode(later bytes: [UInt8]) throws -> Event {
        let stored = try bytes.withUnsafeBytes { try codec.decode(Later.self, from: $0) }
        return try value(of: stored.event, stored.send, stored.eventVersion, in: events)
    }

    private func encode(_ transition: MachineTransition<State, Event>) throws -> [UInt8] {
        let (_, version, values) = try events.encode(transition.event)
        var output = JSONBytes()
        output.member("event", values)
        if version != 1 { output.member("eventVersion", version) }
        switch transition.target {
        case .stay: break
        case .stop(let reason): output.member("stop", string: reason)
        case .goto(let state):
            let (name, version, values) = try states.encode(state)
            output.member("to", string: name)
            output.member("state", values)
            if version != 1 { output.member("stateVersion", version) }
        }
        return output.closed
    }

    private func decode(_ type: String, _ bytes: UnsafeRawBufferPointer) throws -> MachineTransition<State, Event> {
        let stored = try codec.decode(Stored.self, from: bytes)
        let event = try value(of: stored.event, type, stored.eventVersion, in: events)
        if let reason = stored.stop { return MachineTransition(event: event, target: .stop(reason)) }
        guard let name = stored.to else { return MachineTransition(event: event, target: .stay) }
        return MachineTransition(
            event: event, target: .goto(try state(name, stored.state ?? .object([:]), stored.stateVersion)))
    }

    private func state(_ name: String, _ values: JSONValue, _ version: Int?) throws -> State {
        try value(of: values, name, version, in: states)
    }

    private func value<Value>(
        of json: JSONValue, _ name: String, _ version: Int?, in registry: EventRegistry<Value>
    ) throws -> Value {
        var bytes: [UInt8] = []
        json.write(into: &bytes)
        return try bytes.withUnsafeBytes { try registry.decode(type: name, version: version ?? 1, payload: $0) }
    }
}

/// A JSON object whose members are there as bytes already.
private struct JSONBytes {
    private var bytes = [UInt8(ascii: "{")]

    init() {}

    init(_ key: String, _ text: String) { member(key, string: text) }

    var closed: [UInt8] { bytes + [UInt8(ascii: "}")] }

    mutating func member(_ key: String, _ value: [UInt8]) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        JSONValue.string(key).write(into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        bytes += value
    }

    mutating func member(_ key: String, _ number: some BinaryInteger) { member(key, Array("\(number)".utf8)) }

    mutating func member(_ key: String, string: String) {
        var text: [UInt8] = []
        JSONValue.string(string).write(into: &text)
        member(key, text)
    }
}

import EventSourcing

/// An event that says something of its stream, and changes no state.
enum StreamMark: String, CaseIterable, Sendable {
    /// Nothing is done to the stream from here on.
    case closed = "Reactions.StreamClosed"
    /// Something may be done again.
    case reopened = "Reactions.StreamReopened"

    /// What it carries.
    struct Payload: Codable, Sendable {
        /// Who said so, where a name was given.
        var `operator`: String?
    }

    /// Whether an event's stored name is this mark's.
    func isMark(_ type: String) -> Bool { type.hasSameBytes(as: rawValue) }

    func eventType(_ row: Int) -> EventType<StateEvent> {
        EventType(
            rawValue, embed: { (payload: Payload) in StateEvent(row: row, payload: payload) },
            extract: { event in event.row == row ? event.payload as? Payload : nil })
    }
}

extension EventStore {
    /// The type and the position of one event of a stream; nil where it is not there.
    func event(at number: Int64, of stream: PersistenceID) async throws -> (type: String, position: Int64)? {
        try await load(
            stream, from: number, through: number, fields: [], into: (type: String, position: Int64)?.none
        ) { found, event in
            found = (event.type, event.position)
            return .stop
        }
    }
}

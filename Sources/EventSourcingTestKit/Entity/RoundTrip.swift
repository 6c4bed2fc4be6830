import Actors
import EventSourcing

/// Compares two values whose type may be equatable; nil where it is not.
func areEqual<Value>(_ left: Value, _ right: Value) -> Bool? {
    func compare<Left: Equatable>(_ left: Left) -> Bool? { (right as? Left).map { left == $0 } }
    guard let left = left as? any Equatable else { return nil }
    return compare(left)
}

extension EventRegistry {
    /// What encoding an event and decoding it again loses, as a sentence; nil where it loses nothing.
    ///
    /// Throws `EventCodingError` where there is no way to encode the event, which is the engine's to tell.
    func lossOfRoundTrip(_ event: Event) throws(EventCodingError) -> String? {
        let (type, version, payload) = try encode(event)
        do {
            let decoded = try decoded(type: type, version: version, payload: payload)
            if areEqual(event, decoded) == false {
                return "the event \(event) comes back from the store as \(decoded)"
            }
            if try encode(decoded).payload != payload {
                return "the event \(event) is stored as another text when it was read and is stored again"
            }
            return nil
        } catch {
            return "the event \(event) is written and can't be read again: \(error)"
        }
    }

    /// Decodes a payload; throws `EventCodingError`.
    func decoded(type: String, version: Int, payload: [UInt8]) throws -> Event {
        try payload.withUnsafeBytes { try decode(type: type, version: version, payload: $0) }
    }
}

extension SnapshotCodec {
    /// What keeping a state in a snapshot loses, as a sentence; nil where it loses nothing.
    func lossInSnapshot(_ state: State, of id: PersistenceID, writer: WriterID) -> String? {
        do {
            let snapshot = StoredSnapshot(
                persistenceID: id, sequenceNumber: 1, stateType: stateType, schemaVersion: version, writer: writer,
                timestamp: .epoch, state: try encode(state))
            let decoded = try decode(snapshot)
            return areEqual(state, decoded) == false
                ? "the state \(state) comes back from a snapshot as \(decoded)" : nil
        } catch {
            return "the state \(state) can't be kept in a snapshot: \(error)"
        }
    }

    /// What storing a state as a durable one loses, as a sentence; nil where it loses nothing, and where there is no way to
    /// encode it, which is the engine's to tell.
    func lossInStore(_ state: State, of id: PersistenceID, writer: WriterID) -> String? {
        guard let bytes = try? encode(state) else { return nil }
        do {
            let decoded = try decode(
                StoredDurableState(
                    persistenceID: id, revision: 1, stateType: stateType, schemaVersion: version, writer: writer,
                    timestamp: .epoch, state: bytes))
            return areEqual(state, decoded) == false
                ? "the state \(state) comes back from the store as \(decoded)" : nil
        } catch {
            return "the state \(state) is written and can't be read again: \(error)"
        }
    }
}

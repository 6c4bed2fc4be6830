import Actors
import EventSourcing

/// An event as a line of JSON: the same keys for every one, null where there is nothing.
struct EventLine {
    let json: JSONValue
    let problem: String?

    /// A stored event; payload and metadata are trees, and a problem says where they are none.
    init(_ event: borrowing StoredEvent, problem: String?, writer: String) {
        var problem = problem
        var payload = JSONValue.null
        var metadata = JSONValue.object([:])
        do {
            payload = try event.withPayload { try JSONReader().read($0).value }
        } catch {
            problem = problem ?? "its payload is not JSON: \(error)"
        }
        do {
            metadata = try event.withMetadata { $0.isEmpty ? .object([:]) : try JSONReader().read($0).value }
        } catch {
            problem = problem ?? "its metadata are not JSON: \(error)"
        }
        self.problem = problem
        json = [
            "stream": .string(event.persistenceID.description), "sequenceNumber": JSONValue(event.sequenceNumber),
            "position": JSONValue(event.position), "time": .string(event.timestamp.description),
            "type": .string(event.type), "schemaVersion": JSONValue(Int64(event.schemaVersion)),
            "writer": .string(writer), "writerID": .string(event.writer.description),
            "epoch": JSONValue(event.epoch), "correlationID": JSONValue(event.correlationID?.description),
            "causationID": JSONValue(event.causationID?.description),
            "commandID": JSONValue(event.commandID?.description), "metadata": metadata, "payload": payload,
            "problem": JSONValue(problem),
        ]
    }

    /// A place where no event could be read.
    init(_ lost: EventReading.Lost) {
        problem = lost.sentence
        json = [
            "stream": JSONValue(lost.stream?.description), "sequenceNumber": JSONValue(lost.sequenceNumber),
            "position": JSONValue(lost.position), "time": nil, "type": nil, "schemaVersion": nil, "writer": nil,
            "writerID": nil, "epoch": nil, "correlationID": nil, "causationID": nil, "commandID": nil,
            "metadata": nil, "payload": nil, "problem": .string(lost.sentence),
        ]
    }
}

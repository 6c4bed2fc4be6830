import Actors
import EventSourcing
import SQLiteStorage
import StateMachines

/// What a meter stores.
enum Transitions {
    /// A transition on a reading, in the form in which an instance stores it; nil for a state that carries nothing.
    static func payload(of reading: Reading, to total: Sensor.Total?) throws -> [UInt8] {
        let encoder = JSONEventEncoder()
        let (name, values) = try total.map { ("counting", try encoder.encode($0)) } ?? ("noting", Array("{}".utf8))
        return Array(#"{"event":"#.utf8) + (try encoder.encode(reading))
            + Array(#","to":"\#(name)","state":"#.utf8) + values + Array("}".utf8)
    }

    /// Makes a file in which a meter has taken so many readings.
    static func make(_ path: String, of id: PersistenceID, length: Int, counting isCounting: Bool) throws {
        try SQLiteStore.build(path) { builder in
            var total = Sensor.Total()
            for first in stride(from: 1, through: length, by: 10_000) {
                try builder.add(
                    (first...min(length, first + 9_999)).map { number in
                        let reading = Reading.sample(number)
                        total.count += 1
                        total.value += reading.value
                        return ImportedEvent(
                            persistenceID: id, sequenceNumber: Int64(number),
                            event: NewEvent(
                                type: "record", payload: try payload(of: reading, to: isCounting ? total : nil),
                                timestamp: History.time(number)),
                            writer: History.writer, epoch: 1)
                    })
            }
        }
    }
}

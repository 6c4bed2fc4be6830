import Actors
import EventSourcing
import SQLiteStorage
import StateMachines

/// Store files with a history of one meter.
enum Transitions {
    /// Makes a file in which a meter has taken so many readings, in the form in which an instance stores them.
    static func make(_ path: String, of id: PersistenceID, length: Int) throws {
        let (readings, totals) = (JSONEventEncoder(), JSONEventEncoder())
        try SQLiteStore.build(path) { builder in
            var total = Sensor.Total()
            for first in stride(from: 1, through: length, by: 10_000) {
                try builder.add(
                    (first...min(length, first + 9_999)).map { number in
                        let reading = Reading.sample(number)
                        total.count += 1
                        total.value += reading.value
                        let payload =
                            Array(#"{"event":"#.utf8) + (try readings.encode(reading))
                            + Array(#","to":"counting","state":"#.utf8) + (try totals.encode(total))
                            + Array("}".utf8)
                        return ImportedEvent(
                            persistenceID: id, sequenceNumber: Int64(number),
                            event: NewEvent(type: "record", payload: payload, timestamp: History.time(number)),
                            writer: History.writer, epoch: 1)
                    })
            }
        }
    }
}

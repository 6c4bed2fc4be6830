import EventSourcing

/// An event of about 150 bytes and seven fields, as the figures of the design are measured with.
struct Reading: Codable, Sendable {
    var sensor: String
    var place: String
    var value: Double
    var unit: String
    var count: Int
    var checked: Bool
    var note: String

    static func sample(_ number: Int) -> Reading {
        Reading(
            sensor: "sensor-\(number % 97)", place: "hall-7/rack-\(number % 13)/slot-\(number % 5)",
            value: Double(number % 1_000) / 8, unit: "celsius", count: number, checked: number % 2 == 0,
            note: "measured by the night shift")
    }

    static func registry() throws -> EventRegistry<Reading> {
        try EventRegistry(EventType("Reading", of: Reading.self))
    }
}

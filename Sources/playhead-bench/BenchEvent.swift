import EventSourcing

/// An event of about 150 bytes and seven fields, as the figures of the design are measured with.
struct Reading: Codable, Equatable, Sendable {
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

/// The same event, with a codec written by hand.
struct PlainReading: JSONPayload {
    let reading: Reading

    init(_ reading: Reading) { self.reading = reading }

    init(from fields: inout JSONFieldReader) throws {
        reading = Reading(
            sensor: try fields.string("sensor"), place: try fields.string("place"), value: try fields.double("value"),
            unit: try fields.string("unit"), count: try fields.integer("count"), checked: try fields.bool("checked"),
            note: try fields.string("note"))
    }

    func write(to fields: inout JSONFieldWriter) throws {
        fields.write("sensor", reading.sensor)
        fields.write("place", reading.place)
        try fields.write("value", reading.value)
        fields.write("unit", reading.unit)
        fields.write("count", reading.count)
        fields.write("checked", reading.checked)
        fields.write("note", reading.note)
    }

    init(from decoder: any Decoder) throws { reading = try Reading(from: decoder) }

    func encode(to encoder: any Encoder) throws { try reading.encode(to: encoder) }

    static func registry() throws -> EventRegistry<Reading> {
        try EventRegistry(
            EventType("Reading", embed: { (plain: PlainReading) in plain.reading }, extract: { PlainReading($0) }))
    }
}

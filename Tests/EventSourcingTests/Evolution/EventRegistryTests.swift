import Testing

@testable import EventSourcing

@Suite("Event registry")
struct EventRegistryTests {
    private func row(_ name: String, version: Int = 1) -> EventType<CartEvent> {
        EventType(name, version: version, embed: CartEvent.added) { if case .added(let it) = $0 { it } else { nil } }
    }

    @Test("on disk stand the logical name, the version and the payload's own JSON")
    func encodes() throws {
        let encoded = try CartEvent.registry().encode(.added("apple"))
        #expect(encoded.type == "ItemAdded")
        #expect(encoded.version == 1)
        #expect(String(decoding: encoded.payload, as: UTF8.self) == #"{"item":"apple"}"#)
    }

    @Test(
        "what was encoded decodes to the same event",
        arguments: [CartEvent.added("Äpfel\n\""), .cleared(CartCleared())])
    func roundTrip(event: CartEvent) throws {
        let registry = try CartEvent.registry()
        let encoded = try registry.encode(event)
        let decoded = try encoded.payload.withUnsafeBytes {
            try registry.decode(type: encoded.type, version: encoded.version, payload: $0)
        }
        #expect(decoded == event)
    }

    @Test("a case that carries nothing is an object without fields, and rows may come as a list")
    func withoutFields() throws {
        let registry = try EventRegistry<Turn>([EventType("Left", .left), EventType("Right", .right)])
        for (turn, name) in [(Turn.left, "Left"), (.right, "Right")] {
            let encoded = try registry.encode(turn)
            #expect(encoded.type == name && String(decoding: encoded.payload, as: UTF8.self) == "{}")
            let decoded = try encoded.payload.withUnsafeBytes {
                try registry.decode(type: name, version: 1, payload: $0)
            }
            #expect(decoded == turn)
        }
        #expect(throws: EventRegistryError.empty) { try EventRegistry<Turn>([]) }
    }

    private enum Turn: Equatable, Sendable {
        case left, right
    }

    @Test("a registry that can't be is refused when it is built, with a sentence")
    func refused() {
        #expect(throws: EventRegistryError.empty) { try EventRegistry<CartEvent>() }
        #expect(throws: EventRegistryError.emptyName) { try EventRegistry(row("")) }
        #expect(throws: EventRegistryError.duplicate(name: "Added")) { try EventRegistry(row("Added"), row("Added")) }
        #expect(throws: EventRegistryError.version(name: "Added", version: 0)) {
            try EventRegistry(row("Added", version: 0))
        }
        #expect(
            EventRegistryError.duplicate(name: "Added").description
                == "The event type Added stands twice in one registry")
    }

    @Test("an event without a row is an error that names what to do")
    func noRow() throws {
        let registry = try EventRegistry(row("ItemAdded"))
        let error = #expect(throws: EventCodingError.self) { try registry.encode(.cleared(CartCleared())) }
        #expect(error?.description == "no row of the registry takes this CartEvent; add one for its case")
    }

    @Test("an unknown type, an unknown version and a payload of another shape are told apart, without the payload")
    func undecodable() throws {
        let registry = try CartEvent.registry()
        func problem(_ type: String, _ version: Int, _ text: String) -> EventCodingError? {
            #expect(throws: EventCodingError.self) {
                try Array(text.utf8).withUnsafeBytes {
                    try registry.decode(type: type, version: version, payload: $0)
                }
            }
        }
        #expect(problem("ItemLost", 1, "{}")?.problem == .unknownType)
        #expect(problem("ItemAdded", 2, "{}")?.problem == .unknownVersion(known: 1))
        let sentence = try #require(problem("ItemAdded", 1, #"{"item": 271828}"#)).description
        #expect(sentence.hasPrefix("ItemAdded version 1 could not be decoded: 'item' is a number"))
        #expect(sentence.contains("byte 9"))
        #expect(!sentence.contains("271828"))
    }
}

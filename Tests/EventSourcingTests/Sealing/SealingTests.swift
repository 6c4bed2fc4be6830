import Actors
import Testing

@testable import EventSourcing

/// Turns every bit around by a number for each subject: enough to see what is sealed, and no cryptography.
private final class ToyCipher: SubjectCipher {
    private struct Keys {
        var next: UInt8 = 0x5A
        var known: [String: UInt8] = [:]
        var forgotten: Set<String> = []
    }

    private let keys = Locked(Keys())

    func seal(_ plain: [UInt8], of subject: String) throws -> [UInt8] {
        let key = try keys.withLock { keys in
            if keys.forgotten.contains(subject) { throw Failure("the subject was forgotten") }
            if let key = keys.known[subject] { return key }
            keys.next &+= 1
            keys.known[subject] = keys.next
            return keys.next
        }
        return plain.map { $0 ^ key }
    }

    func open(_ sealed: [UInt8], of subject: String) throws -> [UInt8]? {
        keys.withLock { $0.known[subject] }.map { key in sealed.map { $0 ^ key } }
    }

    func forget(_ subject: String) throws {
        keys.withLock { keys in
            keys.known[subject] = nil
            keys.forgotten.insert(subject)
        }
    }
}

private struct Registered: Codable, Hashable, Sendable {
    var customer: String
    var name: String
    var email: String?
    var visits = 0
}

private struct Customer: Codable, Hashable, Sendable {
    var customer = "none"
    var name = ""
    var email: String?
}

@Suite("Sealed fields")
struct SealingTests {
    private let cipher = ToyCipher()

    private var fields: SealedFields { SealedFields(["name"], of: "customer", by: cipher) }
    private var optional: SealedFields { SealedFields(["email"], of: "customer", by: cipher, forgottenAs: .null) }

    private func registry() throws -> EventRegistry<Registered> {
        try EventRegistry(EventType("Registered").sealing(fields).sealing(optional))
    }

    private let alice = Registered(customer: "alice", name: "Alice Doe", email: "a@example.org", visits: 3)

    private func decode(_ payload: [UInt8], version: Int = 1) throws -> Registered {
        let registry = try registry()
        return try payload.withUnsafeBytes { try registry.decode(type: "Registered", version: version, payload: $0) }
    }

    @Test("named fields are not readable in the store, the others are, and the event comes back as it was")
    func roundTrip() throws {
        let payload = try registry().encode(alice).payload
        let text = String(decoding: payload, as: UTF8.self)
        #expect(!text.contains("Alice Doe") && !text.contains("example.org"))
        #expect(text.contains(#""customer":"alice""#) && text.contains(#""visits":3"#))
        #expect(text.contains(#""$subject":"alice""#))
        #expect(try decode(payload) == alice)
    }

    @Test("once its subject is forgotten a field reads as forgotten, and those of others do not")
    func forgotten() throws {
        let (first, bob) = (try registry().encode(alice).payload, Registered(customer: "bob", name: "Bob"))
        let second = try registry().encode(bob).payload
        try cipher.forget("alice")
        #expect(try decode(first) == Registered(customer: "alice", name: "forgotten", email: nil, visits: 3))
        #expect(try decode(second) == bob)
    }

    @Test("what was stored before its fields were sealed is read as it is")
    func before() throws {
        let plain = Array(#"{"customer":"carol","name":"Carol","visits":1}"#.utf8)
        #expect(try decode(plain) == Registered(customer: "carol", name: "Carol", visits: 1))
    }

    @Test("a field that is missing or null stays so")
    func missing() throws {
        let payload = try registry().encode(Registered(customer: "dave", name: "Dave", email: nil)).payload
        #expect(try decode(payload).email == nil)
        #expect(String(decoding: payload, as: UTF8.self).contains("$sealed"))
    }

    @Test("an upcaster renames a sealed field, which is opened under its new name")
    func upcast() throws {
        let sealed = try EventRegistry(
            EventType<Old>("Registered").sealing(SealedFields(["fullName"], of: "customer", by: cipher))
        )
        .encode(Old(customer: "erin", fullName: "Erin")).payload
        let registry = try EventRegistry(
            EventType<Registered>(
                "Registered", version: 2,
                upcasters: [
                    .object(from: 1) { object in
                        object["name"] = object["fullName"]
                        object["fullName"] = nil
                        object["visits"] = 0
                    }
                ]
            ).sealing(fields))
        let event = try sealed.withUnsafeBytes { try registry.decode(type: "Registered", version: 1, payload: $0) }
        #expect(event == Registered(customer: "erin", name: "Erin"))
    }

    private struct Old: Codable, Sendable {
        var customer: String
        var fullName: String
    }

    @Test("a payload whose subject is no text is refused, and nothing of it is in the error")
    func noSubject() throws {
        let registry = try EventRegistry(
            EventType<Registered>("Registered").sealing(SealedFields(["name"], of: "visits", by: cipher)))
        let error = #expect(throws: EventCodingError.self) { try registry.encode(alice) }
        #expect(
            error?.description
                == "Registered could not be encoded: fields are to be sealed for the subject in 'visits', "
                + "and there is no text")
    }

    @Test("a sealed field that is damaged makes the event undecodable", arguments: ["0", "zz", "é"])
    func damaged(hexadecimal: String) throws {
        let payload = #"{"customer":"a","name":{"$sealed":"\#(hexadecimal)","$subject":"a"},"visits":0}"#
        let error = #expect(throws: EventCodingError.self) { try decode(Array(payload.utf8)) }
        #expect(error?.description == "Registered version 1 could not be decoded: the sealed field 'name' is damaged")
    }

    @Test("a snapshot's and a durable state's fields are sealed in the same way")
    func states() throws {
        let codec = SnapshotCodec<Customer>.json("Customer").sealing(fields).sealing(optional)
        let state = Customer(customer: "alice", name: "Alice Doe", email: "a@example.org")
        let bytes = try codec.encode(state)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("Alice"))
        let stored = StoredSnapshot(
            persistenceID: try PersistenceID("Customer", "alice"), sequenceNumber: 1, stateType: "Customer",
            writer: .named("A"), timestamp: Timestamp(microseconds: 0), state: bytes)
        #expect(try codec.decode(stored) == state)
        try cipher.forget("alice")
        #expect(try codec.decode(stored) == Customer(customer: "alice", name: "forgotten", email: nil))
    }

    @Test("an entity runs on sealed events, and goes on after its subject was forgotten")
    func entity() throws {
        let stage = try CartStage()
        let registry = try registry()
        let id = try PersistenceID("Customer", "alice")
        func spawn() -> ActorRef<ActorRef<Customer>> {
            let behavior = EventSourcedBehavior<ActorRef<Customer>, Registered, Customer>(
                id: id, emptyState: Customer(), events: registry,
                commandHandler: { _, replyTo, customer in
                    customer.name.isEmpty
                        ? .persist(Registered(customer: "alice", name: "Alice Doe")).thenReply(to: replyTo) { $0 }
                        : .reply(to: replyTo, customer)
                },
                eventHandler: { customer, event in
                    customer = Customer(customer: event.customer, name: event.name, email: event.email)
                }
            ).withEventStore(stage.store)
            return stage.system.spawn(behavior.behavior)
        }
        func ask(_ customer: ActorRef<ActorRef<Customer>>) throws -> String? {
            let reply = customer.askLater(timeout: .seconds(1)) { (replyTo: ActorRef<Customer>) in replyTo }
            stage.scheduler.drain()
            return try reply.result?.get().name
        }
        #expect(try ask(spawn()) == "Alice Doe")
        #expect(try ask(spawn()) == "Alice Doe")
        try cipher.forget("alice")
        #expect(try ask(spawn()) == "forgotten")
    }
}

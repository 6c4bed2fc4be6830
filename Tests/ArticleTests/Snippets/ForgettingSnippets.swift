import EventSourcing
import Synchronization
import Testing

struct CustomerRegistered: Codable, Hashable, Sendable {
    var customer: String
    var name: String
    var email: String
}

struct Customer: Codable, Hashable, Sendable {
    var customer: String
    var name: String
    var email: String
}

/// Hides text from a reader of the test's output, and from nobody else.
final class ExampleCipher: SubjectCipher {
    private let forgotten = Mutex<Set<String>>([])

    func seal(_ plain: [UInt8], of subject: String) throws -> [UInt8] { plain.map { ~$0 } }

    func open(_ sealed: [UInt8], of subject: String) throws -> [UInt8]? {
        forgotten.withLock { $0.contains(subject) } ? nil : sealed.map { ~$0 }
    }

    func forget(_ subject: String) throws { _ = forgotten.withLock { $0.insert(subject) } }
}

@Suite("Snippets about forgetting")
struct ForgettingSnippets {
    @Test("a person is forgotten, and the event stays")
    func forget() throws {
        let cipher = ExampleCipher()
        // snippet
        let personal = SealedFields(["name", "email"], of: "customer", by: cipher)
        let registry = try EventRegistry(EventType<CustomerRegistered>("CustomerRegistered").sealing(personal))
        // end
        let event = CustomerRegistered(customer: "customer-7", name: "Ada", email: "ada@example.org")
        let stored = try registry.encode(event)
        #expect(!String(decoding: stored.payload, as: UTF8.self).contains("Ada"))
        // snippet
        let codec = SnapshotCodec<Customer>.json("Customer").sealing(personal)
        // end
        let state = try codec.encode(Customer(customer: "customer-7", name: "Ada", email: "ada@example.org"))
        #expect(!String(decoding: state, as: UTF8.self).contains("Ada"))
        // snippet
        try cipher.forget("customer-7")
        // end
        let read = try stored.payload.withUnsafeBytes {
            try registry.decode(type: stored.type, version: stored.version, payload: $0)
        }
        #expect(read == CustomerRegistered(customer: "customer-7", name: "forgotten", email: "forgotten"))
    }
}

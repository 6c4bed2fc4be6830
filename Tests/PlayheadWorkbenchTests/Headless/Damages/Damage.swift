import EventSourcing
import Testing

/// One way in which a store is damaged, and all that is said of it.
struct Damage: Sendable, CustomTestStringConvertible {
    /// A finding as it is said; a message that ends in … is the beginning of one in which SQLite's own words follow.
    struct Said: Sendable {
        var kind: String
        var stream: String?
        var number: Int64?
        var message: String
    }

    var testDescription: String
    var findings: [Said]
    var make: @Sendable (String) async throws -> Void

    init(_ description: String, _ findings: [Said], _ make: @escaping @Sendable (String) async throws -> Void) {
        testDescription = description
        self.findings = findings
        self.make = make
    }

    /// One that a statement makes, as any other program could.
    init(_ description: String, _ sql: String, _ findings: Said...) {
        self.init(description, findings) { try BadFileTests.execute(sql, on: $0) }
    }
}

extension Damage.Said {
    static func of(_ kind: String, _ message: String, stream: String? = nil) -> Self {
        Self(kind: kind, stream: stream, message: message)
    }

    static func ann(_ kind: String, _ message: String) -> Self { of(kind, message, stream: "Account|ann") }

    static func ann(_ kind: String, _ number: Int64, _ message: String) -> Self {
        Self(kind: kind, stream: "Account|ann", number: number, message: message)
    }

    static func bob(_ kind: String, _ message: String) -> Self { of(kind, message, stream: "Account|bob") }

    static func bob(_ kind: String, _ number: Int64, _ message: String) -> Self {
        Self(kind: kind, stream: "Account|bob", number: number, message: message)
    }

    static func old(_ kind: String, _ message: String) -> Self { of(kind, message, stream: "Account|old") }

    static func old(_ kind: String, _ number: Int64, _ message: String) -> Self {
        Self(kind: kind, stream: "Account|old", number: number, message: message)
    }
}

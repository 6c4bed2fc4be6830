import Testing

@testable import EventSourcing

@Suite("Upcasters")
struct UpcasterTests {
    private struct Item: Codable, Hashable, Sendable {
        var sku: String
        var quantity: Int
    }

    /// The payload as version 2 of the program had it.
    private struct ItemV2: Codable, Sendable {
        var item: String
        var quantity: Int
    }

    private struct Refusal: Error, CustomStringConvertible {
        let description = "sku 271828 is unknown"
    }

    private func row(
        version: Int = 3, formerly names: [String] = [], _ upcasters: Upcaster...
    ) -> EventType<Item> {
        EventType("ItemAdded", formerly: names, version: version, upcasters: upcasters)
    }

    /// Version 1 had no quantity, and version 2 called the sku an item.
    private func registry() throws -> EventRegistry<Item> {
        try EventRegistry(
            row(
                formerly: ["ArticleAdded", "ThingAdded"],
                .typed(from: 2) { (old: ItemV2) in Item(sku: old.item, quantity: old.quantity) },
                .object(from: 1) { $0["quantity"] = 1 }))
    }

    private func decode(
        _ registry: EventRegistry<Item>, _ version: Int, _ text: String, as type: String = "ItemAdded"
    ) throws -> Item {
        try Array(text.utf8).withUnsafeBytes { try registry.decode(type: type, version: version, payload: $0) }
    }

    private func problem(
        _ registry: EventRegistry<Item>, _ version: Int, _ text: String, as type: String = "ItemAdded"
    ) -> EventCodingError? {
        #expect(throws: EventCodingError.self) { try decode(registry, version, text, as: type) }
    }

    @Test(
        "an event of any version goes through the upcasters above it, whatever order they stand in",
        arguments: [
            (1, #"{"item":"tea"}"#, 1), (2, #"{"item":"tea","quantity":4}"#, 4), (3, #"{"sku":"tea","quantity":5}"#, 5),
        ])
    func versions(version: Int, text: String, quantity: Int) throws {
        #expect(try decode(registry(), version, text) == Item(sku: "tea", quantity: quantity))
    }

    @Test(
        "an event under a former name is read like one under the present name",
        arguments: ["ArticleAdded", "ThingAdded"])
    func renamed(former: String) throws {
        let registry = try registry()
        #expect(try decode(registry, 1, #"{"item":"tea"}"#, as: former) == Item(sku: "tea", quantity: 1))
        #expect(try decode(registry, 3, #"{"sku":"tea","quantity":5}"#, as: former) == Item(sku: "tea", quantity: 5))
        #expect(registry.names == ["ItemAdded"])
        #expect(try registry.encode(Item(sku: "tea", quantity: 1)).type == "ItemAdded")
    }

    @Test("what a step does not touch comes through it digit by digit")
    func untouched() throws {
        struct Exact: Codable, Sendable {
            var amount: JSONValue
            var more: JSONValue
        }
        let registry = try EventRegistry(
            EventType<Exact>("Paid", version: 2, upcasters: [.object(from: 1) { $0["more"] = [true, nil] }]))
        let paid = try Array(#"{"amount":1.00,"note":"é"}"#.utf8).withUnsafeBytes {
            try registry.decode(type: "Paid", version: 1, payload: $0)
        }
        #expect(paid.amount.compactText == "1.00")
        #expect(paid.more.compactText == "[true,null]")
    }

    @Test("a step may change a payload that is no object")
    func anyValue() throws {
        let registry = try EventRegistry(
            row(version: 2, .value(from: 1) { $0 = ["sku": $0, "quantity": 1] }))
        #expect(try decode(registry, 1, #""tea""#) == Item(sku: "tea", quantity: 1))
    }

    // MARK: - What is refused when the registry is built

    @Test("a chain with a gap, a step twice, an early end or a step above the version is refused with a sentence")
    func chains() {
        func refusal(_ version: Int, _ from: Int...) -> EventRegistryError? {
            let steps = from.map { Upcaster.object(from: $0) { _ in } }
            return #expect(throws: EventRegistryError.self) {
                try EventRegistry(EventType<Item>("ItemAdded", version: version, upcasters: steps))
            }
        }
        #expect(refusal(4, 1, 3) == .upcasterGap(name: "ItemAdded", from: 2))
        #expect(refusal(3, 2, 1, 2) == .upcasterTwice(name: "ItemAdded", from: 2))
        #expect(refusal(4, 1, 2) == .upcastersEndEarly(name: "ItemAdded", at: 3, current: 4))
        #expect(refusal(2, 1, 2) == .upcasterAbove(name: "ItemAdded", from: 2, current: 2))
        #expect(refusal(2, 0, 1) == .upcasterVersion(name: "ItemAdded", from: 0))
        #expect(refusal(1, .max) == .upcasterAbove(name: "ItemAdded", from: .max, current: 1))
        #expect(
            refusal(4, 1, 3)?.description
                == "The event type ItemAdded has no upcaster from version 2 to the next, between others; add one")
        #expect(
            refusal(4, 1, 2)?.description
                == "The upcasters of ItemAdded end at version 3, and its version is 4; add one from version 3")
    }

    @Test("a chain that does not begin at the oldest version that was stored is refused when the registry is built")
    func oldestVersion() throws {
        func row(_ version: Int, since oldest: Int = 1, _ from: Int...) -> EventType<Item> {
            let steps = from.map { Upcaster.object(from: $0) { _ in } }
            return EventType("ItemAdded", version: version, since: oldest, upcasters: steps)
        }
        func refusal(_ row: EventType<Item>) -> EventRegistryError? {
            #expect(throws: EventRegistryError.self) { try EventRegistry(row) }
        }
        #expect(refusal(row(3)) == .noUpcasters(name: "ItemAdded", since: 1, current: 3))
        #expect(refusal(row(3, since: 2)) == .noUpcasters(name: "ItemAdded", since: 2, current: 3))
        #expect(refusal(row(3, 2)) == .upcastersBeginLate(name: "ItemAdded", at: 2, since: 1))
        #expect(refusal(row(3, since: 2, 1, 2)) == .upcasterBelow(name: "ItemAdded", from: 1, since: 2))
        for oldest in [0, 4, .min, .max] {
            #expect(refusal(row(3, since: oldest)) == .oldestVersion(name: "ItemAdded", since: oldest, current: 3))
        }
        #expect(
            refusal(row(3))?.description
                == "The event type ItemAdded has version 3 and no upcaster from version 1;"
                + " add one for each step, or say since: 3 if nothing older was ever stored")
        #expect(
            refusal(row(3, 2))?.description
                == "The upcasters of ItemAdded begin at version 2, and there is none from version 1;"
                + " add it, or say since: 2 if nothing older was ever stored")
        for row in [row(1), row(3, since: 3), row(3, since: 2, 2), row(3, 1, 2)] { _ = try EventRegistry(row) }
    }

    @Test("a former name that stands for anything else is refused with a sentence")
    func formerNames() {
        func refusal(_ rows: EventType<CartEvent>...) -> EventRegistryError? {
            #expect(throws: EventRegistryError.self) { try EventRegistry(rows[0], rows[1]) }
        }
        func added(_ formerly: String...) -> EventType<CartEvent> {
            EventType("Added", formerly: formerly, embed: CartEvent.added) {
                if case .added(let it) = $0 { it } else { nil }
            }
        }
        func cleared(_ formerly: String...) -> EventType<CartEvent> {
            EventType("Cleared", formerly: formerly, embed: CartEvent.cleared) {
                if case .cleared(let it) = $0 { it } else { nil }
            }
        }
        #expect(refusal(added("Cleared"), cleared()) == .formerName("Cleared", of: "Added"))
        #expect(refusal(added("Added"), cleared()) == .formerName("Added", of: "Added"))
        #expect(refusal(added("Old"), cleared("Old")) == .formerName("Old", of: "Cleared"))
        #expect(refusal(added(""), cleared()) == .emptyName)
        #expect(
            EventRegistryError.formerName("Old", of: "Cleared").description
                == "The event type Cleared was formerly Old, and that name stands a second time in the registry")
    }

    // MARK: - What can't be decoded

    @Test("a version above the present one, or below the oldest that was stored, is unknown")
    func unknownVersions() throws {
        let registry = try EventRegistry(
            EventType<Item>("ItemAdded", version: 3, since: 2, upcasters: [.object(from: 2) { _ in }]))
        #expect(problem(registry, 1, "{}")?.problem == .unknownVersion(known: 3))
        #expect(problem(registry, 4, "{}")?.problem == .unknownVersion(known: 3))
        #expect(problem(registry, 0, "{}")?.problem == .unknownVersion(known: 3))
        #expect(problem(registry, .min, "{}")?.problem == .unknownVersion(known: 3))
    }

    @Test("engine 158: an error names the stored name and version, and the byte where there is one in the store")
    func undecodable() throws {
        let registry = try registry()
        let present = try #require(problem(registry, 3, #"{"sku": 271828}"#))
        #expect(present.byteOffset == 8)
        let malformed = try #require(problem(registry, 1, #"{"item":271828,}"#, as: "ArticleAdded"))
        #expect(malformed.type == "ArticleAdded" && malformed.version == 1 && malformed.byteOffset == 15)
        #expect(
            malformed.description.hasPrefix("ArticleAdded version 1 could not be brought from version 1 to the next"))
        let old = try #require(problem(registry, 2, #"{"item": 271828, "quantity": 1}"#))
        #expect(old.byteOffset == 9)
        // In version 1 the item is no step's business, so the second step meets it in a text that stands nowhere.
        let raised = try #require(problem(registry, 1, #"{"item": 271828}"#))
        #expect(raised.byteOffset == nil && !raised.description.contains("byte"))
        #expect(
            raised.description
                == "ItemAdded version 1 could not be brought from version 2 to the next: 'item' is a number,"
                + " where a string was expected")
        for error in [present, malformed, old, raised] { #expect(!error.description.contains("271828")) }
    }

    @Test("a raised payload that does not decode says so, and a step's own error does not tell the payload")
    func failingSteps() throws {
        let empty = try EventRegistry(row(version: 2, .object(from: 1) { $0["sku"] = 271_828 }))
        let undecodable = try #require(problem(empty, 1, "{}"))
        #expect(undecodable.byteOffset == nil)
        #expect(undecodable.description.hasPrefix("ItemAdded version 1, brought to version 2, could not be decoded: "))
        let throwing = try EventRegistry(row(version: 2, .object(from: 1) { _ in throw Refusal() }))
        #expect(problem(throwing, 1, "{}")?.problem == .upcasting(from: 1, "the upcaster threw Refusal"))
        #expect(
            problem(throwing, 1, "[]")?.problem
                == .upcasting(from: 1, "the payload is no object, and the upcaster takes one"))
        #expect(problem(throwing, 1, "\"\\ud800\"")?.byteOffset != nil, "nothing is repaired on the way")
    }
}

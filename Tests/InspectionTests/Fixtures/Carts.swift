import Actors
import TestSupport

@testable import EventSourcing
@testable import Inspection

/// A small domain: a cart with articles under their sku, a list of the same, notes and a name.
struct Cart: FoldedState {
    var name: JSONValue = .null
    var items: [(sku: String, quantity: Int64)] = []
    var notes: [String] = []

    struct Refused: Error, CustomStringConvertible {
        var description: String { "the cart has no such article" }
    }

    mutating func fold(_ event: borrowing StoredEvent) throws {
        let payload = try event.withPayload { try JSONReader().read($0).value }
        let sku = payload["sku"]?.string ?? ""
        switch event.type {
        case "Added":
            let quantity = payload["qty"]?.number?.int64 ?? 1
            if let place = items.firstIndex(where: { $0.sku == sku }) {
                items[place].quantity += quantity
            } else {
                items.append((sku, quantity))
            }
        case "Removed":
            guard let place = items.firstIndex(where: { $0.sku == sku }) else { throw Refused() }
            items.remove(at: place)
        case "Named": name = payload["name"] ?? .null
        case "Noted": notes.append(payload["text"]?.string ?? "")
        default: throw EventCodingError(type: event.type, version: 1, problem: .unknownType)
        }
    }

    func tree() -> JSONValue {
        .object(
            JSONObject([
                .init("name", name),
                .init(
                    "items",
                    .array(
                        items.map { .object(["sku": .string($0.sku), "qty": .number(JSONNumber($0.quantity))]) })),
                .init("notes", .array(notes.map(JSONValue.string))),
                .init("total", .number(JSONNumber(items.reduce(0) { $0 + $1.quantity }))),
            ]))
    }

    init() {}

    init(_ tree: JSONValue) throws {
        guard let items = tree["items"]?.array, let notes = tree["notes"]?.array else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no cart"))
        }
        name = tree["name"] ?? .null
        self.items = items.map { ($0["sku"]?.string ?? "", $0["qty"]?.number?.int64 ?? 0) }
        self.notes = notes.compactMap(\.string)
    }

    static let domain = Domain(
        entityType: "Cart", isGeneric: false, eventTypes: ["Added", "Removed", "Named", "Noted"],
        commands: [
            CommandDescription(
                name: "add", summary: "Put an article in",
                parameters: [
                    ParameterDescription(name: "sku", kind: .text), ParameterDescription(name: "qty", kind: .integer),
                ])
        ],
        empty: { Cart() },
        restore: { try Cart(JSONReader().read($0.state).value) },
        decide: { command, state, _, _ in
            guard let cart = state as? Cart else { return .failed("not a cart") }
            return cart.items.count < 2 ? .append(types: ["Added"]) : .refused("the cart is full")
        }, open: nil)
}

/// An event to put into a store, before it has a number.
struct Step: Hashable, Sendable, CustomStringConvertible {
    var type: String
    var payload: String

    static func added(_ sku: String, _ quantity: Int = 1) -> Step {
        Step(type: "Added", payload: "{\"sku\":\"\(sku)\",\"qty\":\(quantity)}")
    }
    static func removed(_ sku: String) -> Step { Step(type: "Removed", payload: "{\"sku\":\"\(sku)\"}") }
    static func named(_ name: String) -> Step { Step(type: "Named", payload: "{\"name\":\"\(name)\"}") }
    static func noted(_ text: String) -> Step { Step(type: "Noted", payload: "{\"text\":\"\(text)\"}") }

    var description: String { "\(type) \(payload)" }
}

/// What a plain fold of the first steps gives, and the plain trees after each of them; nothing is cached.
func plainTrees(_ steps: [Step]) throws -> [JSONValue] {
    var cart = Cart()
    var trees = [cart.tree()]
    for (index, step) in steps.enumerated() {
        try withEvent(step, number: Int64(index + 1)) { try cart.fold($0) }
        trees.append(cart.tree())
    }
    return trees
}

func withEvent(_ step: Step, number: Int64, body: (borrowing StoredEvent) throws -> Void) throws {
    try Array(step.payload.utf8).withUnsafeBytes { bytes in
        try body(
            StoredEvent(
                persistenceID: try PersistenceID("Cart", "c"), position: number, sequenceNumber: number,
                type: step.type, schemaVersion: 1, timestamp: .epoch, writer: .letter("A"), epoch: 0,
                correlationID: nil, causationID: nil, commandID: nil, isIntact: true, payload: bytes,
                metadata: UnsafeRawBufferPointer(start: nil, count: 0)))
    }
}

extension WriterID {
    /// A writer that is told by one letter.
    static func letter(_ letter: Character) -> WriterID {
        WriterID(ULID(high: 1, low: UInt64(letter.unicodeScalars.first?.value ?? 0)))
    }
}

/// Steps that always fold, chosen by a seed.
func randomSteps(_ count: Int, _ random: inout SeededRandom) -> [Step] {
    var inside: [String] = []
    return (0..<count).map { _ in
        switch Int.random(in: 0..<10, using: &random) {
        case 0...4:
            let sku = "s\(Int.random(in: 0..<4, using: &random))"
            if !inside.contains(sku) { inside.append(sku) }
            return .added(sku, Int.random(in: 0...2, using: &random))
        case 5, 6:
            guard let sku = inside.randomElement(using: &random) else { return .named("n0") }
            inside.removeAll { $0 == sku }
            return .removed(sku)
        case 7, 8: return .named("n\(Int.random(in: 0..<3, using: &random))")
        default: return .noted("t")
        }
    }
}

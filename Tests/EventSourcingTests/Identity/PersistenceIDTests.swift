import EventSourcing
import TestSupport
import Testing

@Suite("A stream's name")
struct PersistenceIDTests {
    @Test("engine 1: it has an entity type and an entity id")
    func parts() throws {
        let id = try PersistenceID("order", "order-123")
        #expect(id.entityType == "order")
        #expect(id.entityID == "order-123")
    }

    @Test("engine 2: it is written with a pipe, whichever way it is rendered")
    func text() throws {
        let id = try PersistenceID("order", "order-123")
        #expect(id.description == "order|order-123")
        #expect("\(id)" == "order|order-123")
    }

    @Test("engine 3: it is parsed into the same parts, at the first pipe")
    func parsing() throws {
        let id = try PersistenceID(parsing: "order|order-123")
        #expect(id == (try PersistenceID("order", "order-123")))
        let piped = try PersistenceID(parsing: "order|a|b|")
        #expect(piped.entityType == "order")
        #expect(piped.entityID == "a|b|")
    }

    @Test("engine 6: an empty entity id is refused by a sentence")
    func emptyID() {
        #expect(throws: PersistenceIDError.emptyEntityID) { try PersistenceID("order", "") }
        #expect(PersistenceIDError.emptyEntityID.description == "Entity ID must not be empty")
        #expect(throws: PersistenceIDError.emptyEntityID) { try PersistenceID(parsing: "order|") }
    }

    @Test("engine 7: a pipe in the entity type is refused by a sentence")
    func pipeInType() {
        #expect(throws: PersistenceIDError.pipeInEntityType) { try PersistenceID("or|der", "1") }
        #expect(PersistenceIDError.pipeInEntityType.description == "Entity type must not contain pipe character")
    }

    @Test("an empty type, no pipe, and a part that is too long are refused by sentences")
    func otherRefusals() throws {
        let longest = String(repeating: "é", count: 127) + "x"
        #expect(throws: PersistenceIDError.emptyEntityType) { try PersistenceID("", "1") }
        #expect(throws: PersistenceIDError.emptyEntityType) { try PersistenceID(parsing: "|1") }
        #expect(throws: PersistenceIDError.noPipe) { try PersistenceID(parsing: "order") }
        #expect(throws: PersistenceIDError.noPipe) { try PersistenceID(parsing: "") }
        #expect(throws: PersistenceIDError.tooLong(part: "type", bytes: 256)) { try PersistenceID(longest + "x", "1") }
        #expect(throws: PersistenceIDError.tooLong(part: "ID", bytes: 256)) {
            try PersistenceID("order", longest + "x")
        }
        let id = try PersistenceID(longest, longest)
        #expect(id.entityType.utf8.count == PersistenceID.longestPart)
        #expect(PersistenceIDError.tooLong(part: "ID", bytes: 256).description.contains("255"))
    }

    @Test("it is case-sensitive, never trimmed, and compared byte by byte")
    func comparison() throws {
        let names = [
            ("order", "1"), ("Order", "1"), ("Order", " 1"), ("Order", "1 "), ("Order", "e\u{301}"), ("Order", "é"),
        ]
        let ids = try names.map { try PersistenceID($0, $1) }
        #expect(Set(ids).count == names.count, "two spellings of é are two streams")
        #expect(try PersistenceID("Order", " 1 ").entityID == " 1 ")
    }

    @Test("it sorts by type, then by id, in the order of the bytes")
    func order() throws {
        let sorted = ["A|z", "AB|a", "B|", "B|\u{1}", "B|Z", "B|a", "B|a|", "B|e\u{301}", "B|é", "B|日", "B|👍", "a|a"]
        let ids = try sorted.filter { $0 != "B|" }.map { try PersistenceID(parsing: $0) }
        #expect(ids.shuffled().sorted() == ids)
        for (left, right) in zip(ids, ids.dropFirst()) { #expect(left < right && !(right < left)) }
    }

    @Test("whatever text is parsed, it is refused or comes back byte for byte", arguments: [1, 2, 3, 4] as [UInt64])
    func fuzz(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let pieces = [
            "|", "a", "Order", "\0", "é", "\u{301}", "👍", "\u{202E}", " ", String(repeating: "x", count: 120),
        ]
        for _ in 0..<2000 {
            let count = Int.random(in: 0...6, using: &random)
            let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            do throws(PersistenceIDError) {
                let id = try PersistenceID(parsing: text)
                #expect(id.description.utf8.elementsEqual(text.utf8), "seed \(seed)")
                #expect(!id.entityType.utf8.contains(UInt8(ascii: "|")), "seed \(seed)")
                #expect(try PersistenceID(parsing: id.description) == id, "seed \(seed)")
                #expect(try PersistenceID(id.entityType, id.entityID) == id, "seed \(seed)")
            } catch {
                #expect(!error.description.isEmpty, "seed \(seed)")
            }
        }
    }
}

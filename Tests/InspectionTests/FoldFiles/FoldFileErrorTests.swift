import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import Inspection

@Suite("What is wrong with a fold file")
struct FoldFileErrorTests {
    static let cases: [WrongText] = [
        .init("", "1:1: the file describes nothing; it begins with a line such as 'entity Order'"),
        .init("# nothing\n\n", "1:1: the file describes nothing; it begins with a line such as 'entity Order'"),
        .init("set a to 1", "1:1: an operation stands below an entity: begin with a line such as 'entity Order'"),
        .init("event A", "1:1: 'event' stands below an entity: begin with a line such as 'entity Order'"),
        .init(
            "entity", "1:7: the line ends where the entity type, the part of a stream's name before '|' was expected"),
        .init("entity Or|der", "1:8: an entity type has from 1 to 255 bytes and no '|'"),
        .init("entity Order x", "1:14: there is \"x\" where the end of the heading was expected"),
        .init(
            "entity Order\n  set a to 1",
            "2:3: an operation stands below 'start' or below an event: put a line such as 'event ItemAdded' before it"),
        .init(
            "entity A\nstart\n",
            "1:1: the entity \"A\" has no events; below it stand lines such as 'event ItemAdded'"),
        .init(
            "entity A\nentity B\nevent x",
            "1:1: the entity \"A\" has no events; below it stand lines such as 'event ItemAdded'"),
        .init("entity A\nevent x\nentity A\nevent x", "3:8: the entity \"A\" is described twice"),
        .init("entity A\nevent x\nevent y, x", "3:10: the event \"x\" stands twice in this entity"),
        .init(
            "entity A\nevent x y",
            "2:9: there is \"y\" where the end of the heading: event types are separated by commas was expected"),
        .init("entity A\nevent *\nevent *", "3:7: 'event *', which is every other event, stands twice in this entity"),
        .init("entity A\nstart\nevent x\nstart", "4:1: 'start' stands twice in this entity"),
        .init("entity A\nuse events", "2:5: there is \"events\" where 'snapshots' was expected"),
        .init("entity A\nevnt x", "2:1: there is no operation \"evnt\"; did you mean event?"),
        .init(operation: "appned 1 to a", "3:1: there is no operation \"appned\"; did you mean append?"),
        .init(
            operation: "increase a",
            "3:1: there is no operation \"increase\"; a line begins with set, add, append, remove, entity, start, event or use"
        ),
        .init(operation: "  = 1", "3:3: there is \"=\" where a heading or an operation was expected"),
        .init(
            operation: "set a = 1",
            "3:7: there is \"=\" where 'to' and a value, as in 'set status to \"paid\"' was expected"),
        .init(
            operation: "set a", "3:6: the line ends where 'to' and a value, as in 'set status to \"paid\"' was expected"
        ),
        .init(
            operation: "set a to",
            "3:9: the line ends where a value: event.NAME, a member of the state, a number or a \"text\" was expected"),
        .init(operation: "set a to 1 2", "3:12: there is \"2\" where the end of the operation was expected"),
        .init(
            operation: "add 1",
            "3:6: the line ends where 'to' and a place in the state, as in 'add event.amount to balance' was expected"),
        .init(
            operation: "append 1 a",
            "3:10: there is \"a\" where 'to' and a place in the state, as in 'append event.text to notes' was expected"),
        .init(operation: "add to a", "3:5: there is \"to\" where a value was expected before it"),
        .init(
            operation: "remove", "3:7: the line ends where a place in the state, such as items or status was expected"),
        .init(operation: "remove state", "3:8: the state as a whole can't be removed; 'set state to {}' empties it"),
        .init(
            operation: "set event.a to 1",
            "3:5: an event stays as it is; a member of the state with this name is written state.event"),
        .init(
            operation: "set time to 1",
            "3:5: 'time' has another meaning; a member of the state with this name is written state.time"),
        .init(
            operation: "set a. to 1", "3:7: the name of a member stands right behind the '.'"),
        .init(
            operation: "set a[b = ] to 1",
            "3:11: there is \"]\" where a value: event.NAME, a member of the state, a number or a \"text\" was expected"
        ),
        .init(operation: "set a[0 to 1", "3:9: there is \"to\" where ']' was expected"),
        .init(
            operation: "set a[0.5] to 1",
            "3:7: an element is named by its place, as in [0], or by a member, as in [sku = event.sku]"),
        .init(operation: "set a to \"x", "3:10: the text is not closed: '\"' is missing"),
        .init(operation: "set a to \"x\\\"", "3:10: the text is not closed: '\"' is missing"),
        .init(
            operation: "set a to \"x\\q\"",
            #"3:13: the text is not written as in JSON: one of '"\/bfnrtu' after '\' was expected"#),
        .init(operation: "set a to \"\\ud800\"", "3:10: the text holds a control character or half of a \\u pair"),
        .init(operation: "set a to 01", "3:10: this is no number as JSON writes them, such as 12 or 0.5"),
        .init(operation: "set a to 1x", "3:10: this is no number as JSON writes them, such as 12 or 0.5"),
        .init(operation: "set a to {b}", "3:12: there is \"}\" where ':' and the member's value was expected"),
        .init(operation: "set a to {b: 1, b: 2}", "3:17: the member \"b\" stands twice"),
        .init(operation: "set a to [1", "3:12: the line ends where ']' or ',' was expected"),
        .init(operation: "set a to (1", "3:12: the line ends where ')' was expected"),
        .init(
            operation: "set a to sum(items)",
            "3:19: there is \")\" where ',' and what is to be added up of each element, as in sum(items, qty * price) was expected"
        ),
        .init(
            "entity Ördé\nstart\nset äö to event.a\nevent x",
            "3:11: there is no event before the first one, so start can't use 'event'"),
        .init(
            "entity A\nstart\nset a to \"x\"\n  add 1 to a\nevent x",
            "4:3: the empty state can't be made: a is a text, and only to a number can be added"),
        .init(
            "entity A\r\nevent x\r\nset \u{1F600} to 1",
            "3:5: there is \"\u{1F600}\" where a place in the state, such as items or status was expected"),
        .init(
            "entity A\nevent x\nset a to \(String(repeating: "[", count: 40))",
            "3:42: values are nested at most 32 deep"),
        .init(
            "entity A\nevent x\nset a\(String(repeating: ".a", count: 40)) to 1", "3:68: a path has at most 32 steps"),
    ]

    @Test("is told with its line and column, and with what would be right", arguments: cases)
    func table(_ example: WrongText) {
        #expect(throws: RuleFileError.self) { try FoldFile(example.text, name: "orders.fold") }
        do {
            _ = try FoldFile(example.text, name: "orders.fold")
        } catch {
            #expect(error.description == "orders.fold:" + example.error)
        }
    }

    @Test("bytes that are not UTF-8 are told with their place")
    func notUTF8() {
        do {
            _ = try FoldFile(Array("entity A\nevent ".utf8) + [0xFF], name: "a.fold")
            Issue.record("it was read")
        } catch {
            #expect(error.description == "a.fold:2:7: the text is not UTF-8")
        }
    }

    @Test("a file that is too long, or has too many operations, is refused")
    func bounds() {
        let long = Array(repeating: UInt8(ascii: "#"), count: FoldFile.largestSize + 1)
        #expect(throws: RuleFileError.self) { try FoldFile(long, name: "a.fold") }
        let many = "entity A\nevent x\n" + String(repeating: "remove a\n", count: FoldFile.mostOperations + 1)
        do {
            _ = try FoldFile(many, name: "a.fold")
            Issue.record("it was read")
        } catch {
            #expect(error.line == FoldFile.mostOperations + 3)
            #expect(error.message == "a fold file has at most 20000 operations")
        }
        let types = (0..<10_000).map { "t\($0)" }.joined(separator: ",")
        #expect(throws: RuleFileError.self) {
            try FoldFile("entity A\nevent \(types)\n" + String(repeating: "remove a\n", count: 3), name: "a.fold")
        }
        // As long as may be, in one line, in one value.
        let sum = "entity A\nevent x\nset a to " + String(repeating: "1+", count: 500_000) + "1"
        #expect(throws: Never.self) { try FoldFile(sum, name: "a.fold") }
    }

    @Test("any bytes are read or refused with a place that is in the file, and never trap")
    func anyBytes() throws {
        var random = TestSupport.SeededRandom.announced()
        let words = [
            "entity ", "event ", "start", "use snapshots", "set ", "add ", "append ", "remove ", "to ", "event.a", "a",
            "items[sku = event.sku]", "sum(", "count(", "[", "]", "{", "}", "(", ")", "\"", "\\", ",", ":", "=", "*",
            "-",
            "+", "?", ".", "1", "0.5e9", "null", "true", " ", "\n", "\r\n", "#", "é", "\u{0}", "\u{202E}", "state",
        ]
        let sample = Array(try String(contentsOfFile: Samples.orderFold, encoding: .utf8).utf8)
        for _ in 0..<3_000 {
            var bytes: [UInt8]
            if Bool.random(using: &random) {
                bytes = []
                for _ in 0..<Int.random(in: 0..<60, using: &random) {
                    bytes += Array((words.randomElement(using: &random) ?? "").utf8)
                }
            } else {
                bytes = sample
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes.remove(at: place)
                    default:
                        bytes.insert(contentsOf: Array((words.randomElement(using: &random) ?? "").utf8), at: place)
                    }
                }
            }
            do {
                let file = try FoldFile(bytes, name: "a.fold")
                #expect(!file.domains.isEmpty)
            } catch {
                let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                #expect((1...lines.count).contains(error.line))
                #expect((1...lines[error.line - 1].count + 1).contains(error.column))
            }
        }
    }
}

extension WrongText {
    /// An operation below an event, on line 3.
    fileprivate init(operation: String, _ error: String) { self.init("entity Order\nevent A\n" + operation, error) }
}

import EventSourcing
import Foundation
import SQLiteStorage
import SampleDomain
import TestSupport
import Testing

@testable import Inspection

@Suite("Folding by a fold file")
struct FoldFileTests {
    /// What a file says of carts.
    private static func domain(_ text: String) throws -> Domain {
        let file = try FoldFile("entity Cart\n" + text, name: "a.fold")
        return try #require(file.domains.first)
    }

    /// Folds payloads of type `E` by operations, and gives the state or what the last one says.
    private func fold(
        _ operations: String, start: String = "", _ payloads: String...
    ) throws -> (tree: String, problem: String?) {
        let file = try FoldFile("entity Cart\nstart\n\(start)\nevent E\n\(operations)", name: "dir/a.fold")
        var state = try #require(file.domains.first).emptyState()
        var problem: String?
        for (index, payload) in payloads.enumerated() where problem == nil {
            do {
                try withEvent(Step(type: "E", payload: payload), number: Int64(index + 1)) { try state.fold($0) }
            } catch {
                problem = "\(error)"
            }
        }
        return (try state.tree().compactText, problem)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var operations: String
        var payloads: [String]
        var tree: String
        var testDescription: String { operations }

        init(_ operations: String, _ payloads: String..., gives tree: String) {
            self.operations = operations
            self.payloads = payloads
            self.tree = tree
        }
    }

    static let fits: [Case] = [
        .init("set a to event.x", #"{"x":{"y":[1.0]}}"#, gives: #"{"a":{"y":[1.0]}}"#),
        .init("set a.b.c to 1", "{}", gives: #"{"a":{"b":{"c":1}}}"#),
        .init("set state to event", #"{"x":1}"#, gives: #"{"x":1}"#),
        .init(#"set a."b c"["d"] to -2"#, "{}", gives: #"{"a":{"b c":{"d":-2}}}"#),
        .init(
            "set a to {b: event.x, c: [true, null, seq]}", #"{"x":"é"}"#, gives: #"{"a":{"b":"é","c":[true,null,1]}}"#),
        .init("set a to event.x?", "{}", gives: #"{"a":null}"#),
        .init("set a to event.x.y?", "{}", gives: #"{"a":null}"#),
        .init(
            "set by[event.k] to event.v", #"{"k":"x","v":1}"#, #"{"k":"y","v":2}"#, #"{"k":"x","v":3}"#,
            gives: #"{"by":{"x":3,"y":2}}"#),
        .init("set by[event.k] to 1", #"{"k":7}"#, gives: #"{"by":{"7":1}}"#),
        .init("add event.n to sum", #"{"n":0.1}"#, #"{"n":0.20}"#, gives: #"{"sum":0.30}"#),
        .init("add -event.n to sum", #"{"n":9007199254740993}"#, #"{"n":1}"#, gives: #"{"sum":-9007199254740994}"#),
        .init("add event.n * 3 - 1 to sum", #"{"n":1e2}"#, gives: #"{"sum":299}"#),
        .init("add 2 * (1 + event.n) to a.b", #"{"n":1}"#, #"{"n":2}"#, gives: #"{"a":{"b":10}}"#),
        .init("append event.t to notes", #"{"t":"a"}"#, #"{"t":"b"}"#, gives: #"{"notes":["a","b"]}"#),
        .init("append event.t to by[event.k].notes", #"{"k":"x","t":"a"}"#, gives: #"{"by":{"x":{"notes":["a"]}}}"#),
        .init(
            "add event.n to items[sku = event.s].qty", #"{"s":"a","n":1}"#, #"{"s":"b","n":2}"#, #"{"s":"a","n":3}"#,
            gives: #"{"items":[{"sku":"a","qty":4},{"sku":"b","qty":2}]}"#),
        .init(
            "set items[id = event.id] to event", #"{"id":1,"v":1}"#, #"{"id":2}"#, #"{"id":1.0,"v":2}"#,
            gives: #"{"items":[{"id":1.0,"v":2},{"id":2}]}"#),
        .init(
            "append event.t to tags\nremove tags[= event.t]\nappend 1 to n", #"{"t":"a"}"#,
            gives: #"{"tags":[],"n":[1]}"#),
        .init("remove a\nremove b.c\nremove d[0]\nremove e[k = 1]", "{}", gives: "{}"),
        .init("set a to [1, 2, 3]\nset a[-1] to 9\nremove a[0]", "{}", gives: #"{"a":[2,9]}"#),
        .init("set a to 1\nset a to null\nadd 2 to a\nremove a", "{}", gives: "{}"),
        .init(
            "append event to all\nset n to count(all)\nset t to sum(all, p * q) + 1", #"{"p":2,"q":1.5}"#,
            #"{"p":1,"q":1}"#, gives: #"{"all":[{"p":2,"q":1.5},{"p":1,"q":1}],"n":2,"t":5.0}"#),
        .init("set n to count(nothing)\nset s to sum(nothing, 1)", "{}", gives: #"{"n":0,"s":0}"#),
        .init(
            "set state.time to time\nset state.event to type", "{}",
            gives: #"{"time":"1970-01-01T00:00:00.000000Z","event":"E"}"#),
        .init("set a to b? # a comment", "{}", gives: #"{"a":null}"#),
    ]

    @Test("does what an operation says, and makes what is missing", arguments: fits)
    func fitting(_ example: Case) throws {
        let file = try FoldFile("entity Cart\nevent E\n\(example.operations)", name: "a.fold")
        var state = try #require(file.domains.first).emptyState()
        for (index, payload) in example.payloads.enumerated() {
            try withEvent(Step(type: "E", payload: payload), number: Int64(index + 1)) { try state.fold($0) }
        }
        #expect(try state.tree().compactText == example.tree)
    }

    static let misfits: [(operation: String, problem: String)] = [
        ("add 1 to text", "text is a text, and only to a number can be added"),
        ("add event.s to number", "field s is a text, and only numbers can be counted with"),
        ("add text to number", "text is a text, and only numbers can be counted with"),
        ("append 1 to text", "text is a text, and only to an array can be appended"),
        ("append 1 to number", "number is a number, and only to an array can be appended"),
        ("set text.a to 1", "a text stands where an object with members was expected, at text"),
        ("set list.a to 1", "an array stands where an object with members was expected, at list"),
        ("set list[5] to 1", "the array has no such place, at list[5]; append makes one"),
        ("set text[sku = 1] to 1", "a text stands where an array was expected, at text"),
        ("remove text.a", "a text stands where an object with members was expected, at text"),
        ("remove number[0]", "a number stands where an array was expected, at number"),
        ("set a to event.missing", "the event has no field missing"),
        (
            "set a to missing",
            "the state has no missing; a text is written in quotes, an event's field as event.missing"
        ),
        ("set a to list[0].b", "a number stands where an object with members was expected"),
        ("set a to sum(text, 1)", "text is a text, and sum needs an array"),
        ("set a to sum(list, qty)", "a number stands where an object with members was expected"),
        ("set a to count(number)", "number is a number, and count needs an array or an object"),
        ("set by[list] to 1", "a place can't be named by an array"),
        ("add 1e40 to number", "a number is beyond what can be counted"),
        (
            "add 100000000000000000 * 100000000000000000 * 100000000000000000 to number",
            "a number is beyond what can be counted"
        ),
    ]

    @Test("what does not fit stops at that event, names the line, and leaves the state as it was", arguments: misfits)
    func unfitting(_ example: (operation: String, problem: String)) throws {
        let start = "set text to \"t\"\nset number to 1\nset list to [1]"
        let before = try fold("", start: start).tree
        // What came before in the same event is taken back, too.
        let undone = "append 2 to list\nset new.thing to 1\nadd 5 to number\nset text to 0\nset text to \"u\"\n"
        let (tree, problem) = try fold(
            undone + "remove list[0]\nappend 1 to list\n" + example.operation, start: start, #"{"s":"x"}"#)
        #expect(tree == before)
        #expect(problem == example.problem + " (a.fold line 14)")
    }

    @Test("an event type that the file does not name stops the fold, unless the file speaks of every other one")
    func unknownTypes() throws {
        var strict = try Self.domain("event A").emptyState()
        #expect(throws: RuleFailure.self) {
            try withEvent(Step(type: "B", payload: "{}"), number: 1) { try strict.fold($0) }
        }
        var lenient = try Self.domain("event \"A b\", C\nevent *\nadd 1 to others").emptyState()
        for type in ["A b", "B", "C", "D"] {
            try withEvent(Step(type: type, payload: "{}"), number: 1) { try lenient.fold($0) }
        }
        #expect(try lenient.tree().compactText == #"{"others":2}"#)
    }

    @Test("the sample's fold file gives what the compiled domain gives, after every event of every stream")
    func equalsTheCompiledDomain() throws {
        let file = try FoldFile(
            Array(try Data(contentsOf: URL(fileURLWithPath: Samples.orderFold))), name: "orders.fold")
        let folds = Dictionary(uniqueKeysWithValues: file.domains.map { ($0.entityType, $0) })
        // Neither a machine nor an aggregate needs a fold file.
        let compiled = Dictionary(
            uniqueKeysWithValues: try SampleDomains.all().filter { $0.machine == nil && $0.application == nil }
                .map { ($0.entityType, $0) })
        #expect(Set(folds.keys) == Set(compiled.keys))
        for (type, domain) in compiled { #expect(folds[type]?.eventTypes == domain.eventTypes) }
        let reader = try SQLiteReader(Samples.orders)
        let heads = try reader.streams(StreamQuery(order: .name, limit: 10_000))
        var compared = 0
        for head in heads {
            let id = head.persistenceID
            var left = try #require(folds[id.entityType]).emptyState()
            var right = try #require(compiled[id.entityType]).emptyState()
            #expect(try left.tree() == right.tree())
            try reader.read(id, from: 1, through: head.sequenceNumber, reversed: false, fields: .all) { event in
                try left.fold(event)
                try right.fold(event)
                #expect(try left.tree() == right.tree(), "\(id) #\(event.sequenceNumber)")
                compared += 1
                return .next
            }
        }
        #expect(compared == 1_000)
    }

    @Test("verify finds the same in the sample store by the fold file as by the compiled domain")
    func findsTheSame() throws {
        let file = try FoldFile(
            Array(try Data(contentsOf: URL(fileURLWithPath: Samples.orderFold))), name: "orders.fold")
        let byFile = try Inspector(try SQLiteReader(Samples.orders), domains: file.domains).findings().finish()
        let compiled = try Inspector(try SQLiteReader(Samples.orders), domains: SampleDomains.all()).findings().finish()
        #expect(byFile == compiled)
    }

    @Test("snapshots are read and compared only where the file says that they hold the state")
    func snapshots() async throws {
        let text = "entity Cart\nevent Added\n  add event.qty to n\nevent *"
        let store = try Store()
        try await store.fill([.added("a"), .added("b"), .added("c"), .added("d")])
        try await store.snapshot(2, ["n": 50])
        func inspector(_ text: String) throws -> Inspector {
            store.inspector(domains: try FoldFile(text, name: "a.fold").domains)
        }
        let without = try inspector(text)
        #expect(try without.state(of: store.id, at: 4).finish().tree == ["n": 4])
        #expect(try without.findings(in: store.id).finish().isEmpty)
        let with = try inspector("entity Cart\nuse snapshots" + text.dropFirst("entity Cart".count))
        #expect(try with.state(of: store.id, at: 4).finish().tree == ["n": 52])
        #expect(try with.findings(in: store.id).finish().map(\.kind) == [.snapshotDiffers])
    }

    @Test("a state that would grow without end, or too deep, stops the fold")
    func growth() throws {
        func eventsUntilFailure(_ operation: String, start: String) throws -> (Int, String) {
            var state = try Self.domain("start\n\(start)\nevent E\n\(operation)").emptyState()
            for number in 1...5_000 {
                do {
                    try withEvent(Step(type: "E", payload: "{}"), number: Int64(number)) { try state.fold($0) }
                } catch {
                    return (number, "\(error)")
                }
            }
            return (0, "")
        }
        let doubling = try eventsUntilFailure("set a to [a, a]", start: "set a to 1")
        #expect(doubling.0 < 40)
        #expect(doubling.1 == "a would be nested deeper than 1024 levels or hold more than 64 MiB (a.fold line 5)")
        let deepening = try eventsUntilFailure("set a to [a]", start: "set a to 1")
        #expect((1_000...1_024).contains(deepening.0))
        let wrapping = try eventsUntilFailure("set state to {inner: state}", start: "")
        #expect((1_000...1_030).contains(wrapping.0))
    }

    @Test("what would take for ever stops the fold, in the empty state and at an event")
    func work() throws {
        let ones = "[" + Array(repeating: "1", count: 100).joined(separator: ", ") + "]"
        let sums = String(repeating: "sum(i, ", count: 6) + "1" + String(repeating: ")", count: 6)
        let error = #expect(throws: RuleFileError.self) {
            try FoldFile("entity A\nstart\nset i to \(ones)\nset x to \(sums)\nevent E\n", name: "a.fold")
        }
        #expect(error?.description == "a.fold:4:1: the empty state can't be made: it takes more than 1000000 steps")
        var state = try Self.domain("start\nset i to \(ones)\nset n to 1\nevent E\nadd 1 to n\nset x to \(sums)")
            .emptyState()
        let failure = #expect(throws: RuleFailure.self) {
            try withEvent(Step(type: "E", payload: "{}"), number: 1) { try state.fold($0) }
        }
        #expect(failure?.description == "it takes more than 1000000 steps (a.fold line 7)")
        #expect(try state.tree()["n"] == 1)
    }

    @Test("a long stream that appends to one array is folded in time that grows with its length")
    func isLinear() throws {
        var state = try Self.domain("event E\nappend event.a to all\nadd 1 to n").emptyState()
        let clock = ContinuousClock()
        func time(_ count: Int) throws -> Duration {
            try clock.measure {
                for number in 0..<count {
                    try withEvent(Step(type: "E", payload: #"{"a":1}"#), number: Int64(number)) { try state.fold($0) }
                }
            }
        }
        /// The shortest of several, which whatever else runs disturbs least.
        func shortest() throws -> Duration { try (1...5).map { _ in try time(1_000) }.min() ?? .zero }
        let first = try shortest()
        _ = try time(40_000)
        let last = try shortest()
        #expect(last < first * 6, "\(first) for the first, \(last) for the last")
    }
}

@Suite("Exact numbers")
struct ExactNumberTests {
    private func exact(_ text: String) throws -> ExactNumber {
        try #require(JSONNumber(text).flatMap { ExactNumber($0) })
    }

    @Test(
        "keep what they were written with",
        arguments: ["0", "-7", "1.50", "0.001", "-0.5", "123456789012345678901234567890"])
    func roundTrip(_ text: String) throws { #expect(try exact(text).number.text == text) }

    @Test(
        "are not what has more digits than can be counted",
        arguments: ["1e37", "1e-9223372036854775808", "1e9223372036854775807", "1e99999999999999999999"])
    func hugeExponent(_ text: String) throws {
        let number = try #require(JSONNumber(text))
        #expect(ExactNumber(number) == nil)
    }

    @Test("write exponents out, and zero without a sign")
    func exponents() throws {
        #expect(try exact("1e3").number.text == "1000")
        #expect(try exact("12.5e-2").number.text == "0.125")
        #expect(try exact("-0").number.text == "0")
        #expect(try exact("1.25e1").number.text == "12.5")
    }

    @Test(
        "are refused where they have too many digits",
        arguments: ["1e37", "1e-37", "1e999999999999999999999", "1234567890123456789012345678901234567"])
    func tooLong(_ text: String) throws {
        let number = try #require(JSONNumber(text))
        #expect(ExactNumber(number) == nil)
    }

    @Test("add and multiply as integers do", arguments: [11, 12] as [UInt64])
    func arithmetic(seed: UInt64) throws {
        var random = TestSupport.SeededRandom(seed: seed)
        for _ in 0..<2_000 {
            let (left, right) = (
                Int64.random(in: -1_000_000...1_000_000, using: &random),
                Int64.random(in: -1_000_000...1_000_000, using: &random)
            )
            let (a, b) = (try exact("\(left)"), try exact("\(right)"))
            #expect(a.adding(b)?.number.text == "\(left + right)", "seed \(seed)")
            #expect(a.times(b)?.number.text == "\(left * right)", "seed \(seed)")
            #expect(a.isEqual(to: b) == (left == right))
        }
        #expect(try exact("1.0").isEqual(to: exact("1")))
    }
}

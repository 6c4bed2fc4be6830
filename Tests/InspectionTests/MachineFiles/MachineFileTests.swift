import EventSourcing
import Foundation
import StateMachines
import TestSupport
import Testing

@testable import Inspection

@Suite("A machine that is read from a file")
struct MachineFileTests {
    /// A machine `M` that begins in `a`, with events of every kind.
    static func machine(_ lines: String, start: String = "a with n 5, note \"x\"") throws -> Machine<
        TextState, TextEvent
    > {
        let head = """
            machine M
              start \(start)
              final z
              event e x=number
              event text t=text?
              event flag on=boolean
              event tick

            """
        return try #require(try MachineFile(head + lines, name: "m.machine").machines.first)
    }

    struct Guard: Sendable, CustomTestStringConvertible {
        var condition: String
        var values: String
        var event: String
        /// Whether the row is taken.
        var isTaken: Bool
        var testDescription: String { "\(condition) on \(event) with \(values)" }

        init(_ condition: String, _ event: String = #"{"x":0}"#, with values: String = "{}", holds isTaken: Bool) {
            self.condition = condition
            self.values = values
            self.event = event
            self.isTaken = isTaken
        }
    }

    static let guards: [Guard] = [
        .init("event.x = n", #"{"x": 5}"#, with: #"{"n": 5}"#, holds: true),
        .init("event.x = state.n", #"{"x": 5.00}"#, with: #"{"n": 5}"#, holds: true),
        .init("event.x != n", #"{"x": 5}"#, with: #"{"n": 5}"#, holds: false),
        .init("event.x < n", #"{"x": 5}"#, with: #"{"n": 5}"#, holds: false),
        .init("event.x <= n", #"{"x": 5}"#, with: #"{"n": 5}"#, holds: true),
        .init("event.x > n", #"{"x": 5}"#, with: #"{"n": 5}"#, holds: false),
        .init("event.x >= n", #"{"x": 5}"#, with: #"{"n": 5}"#, holds: true),
        .init("event.x > 9", #"{"x": 10}"#, holds: true),
        .init("n < -1", with: #"{"n": -2}"#, holds: true),
        .init("n + event.x * 2 = 11", #"{"x": 3}"#, with: #"{"n": 5}"#, holds: true),
        .init("(n + event.x) * 2 = 16", #"{"x": 3}"#, with: #"{"n": 5}"#, holds: true),
        .init("((n + event.x)) = (8)", #"{"x": 3}"#, with: #"{"n": 5}"#, holds: true),
        // 0.1 + 0.2 as people count.
        .init("n + event.x = 0.3", #"{"x": 0.1}"#, with: #"{"n": 0.2}"#, holds: true),
        .init("note < \"y\"", with: #"{"note": "x"}"#, holds: true),
        .init("note = \"goes to (\\\")\"", with: #"{"note": "goes to (\")"}"#, holds: true),
        .init("note = [1, {a: \"x\"}]", with: #"{"note": [1, {"a": "x"}]}"#, holds: true),
        .init("list[0].k = 7 and list[k = 7].v = \"w\"", with: #"{"list": [{"k": 7, "v": "w"}]}"#, holds: true),
        .init("count(list) = 2 and sum(list, k) = 3", with: #"{"list": [{"k": 1}, {"k": 2}]}"#, holds: true),
        .init("on", with: #"{"on": true}"#, holds: true),
        .init("not on", with: #"{"on": true}"#, holds: false),
        .init("(on)", with: #"{"on": true}"#, holds: true),
        .init("on and not (on or off)", with: #"{"on": true, "off": false}"#, holds: false),
        .init("off or on and off or on", with: #"{"on": true, "off": false}"#, holds: true),
        .init("off and on or on", with: #"{"on": true, "off": false}"#, holds: true),
        .init("not not on", with: #"{"on": true}"#, holds: true),
        // What can't be worked out is neither true nor false.
        .init("n > 1", holds: false),
        .init("not n > 1", holds: false),
        .init("n = 1 or on", with: #"{"on": true}"#, holds: true),
        .init("n = 1 and off", with: #"{"off": false}"#, holds: false),
        .init("not (n = 1 and off)", with: #"{"off": false}"#, holds: true),
        .init("not (n = 1 or on)", with: #"{"on": true}"#, holds: false),
        .init("n? = null", holds: true),
        .init("n? != 5", holds: true),
        .init("note > 1", with: #"{"note": "x"}"#, holds: false),
        .init("not note > 1", with: #"{"note": "x"}"#, holds: false),
        .init("note + 1 = 2", with: #"{"note": "x"}"#, holds: false),
        .init("note", with: #"{"note": "x"}"#, holds: false),
        .init("on = \"true\"", with: #"{"on": true}"#, holds: false),
        .init("list > list", with: #"{"list": []}"#, holds: false),
        .init("list[5] = 1", with: #"{"list": [1]}"#, holds: false),
        .init("n > 1", with: #"{"n": 1e300}"#, holds: false),
    ]

    @Test(
        "a row is taken where its condition is true, and not where it is false or can't be worked out",
        arguments: guards)
    func conditions(_ example: Guard) throws {
        let machine = try Self.machine(
            """
            in a
            on e when \(example.condition) goes to z
            on tick goes to a with note 1, list [], on 1, off 1
            """)
        let values = try #require(try JSONReader().read(example.values).value.object)
        let event = TextEvent("e", try #require(try JSONReader().read(example.event).value.object))
        let state = TextState("a", values)
        if example.isTaken {
            #expect(try machine.decide(event, in: state).target == .goto(TextState("z", values)))
        } else {
            let refusal = GuardRejected(machine: "M", state: "a", event: "e", conditions: [example.condition])
            #expect(throws: refusal) { try machine.decide(event, in: state) }
        }
    }

    struct Change: Sendable, CustomTestStringConvertible {
        var row: String
        var values: String
        var testDescription: String { row }
        init(_ row: String, gives values: String) { (self.row, self.values) = (row, values) }
    }

    static let changes: [Change] = [
        .init("goes to z", gives: #"{"n":5,"note":"x"}"#),
        .init("goes to z with m event.x", gives: #"{"n":5,"note":"x","m":0.10}"#),
        .init("goes to z with n n + event.x, m n", gives: #"{"n":5.10,"note":"x","m":5.10}"#),
        .init("goes to z without n", gives: #"{"note":"x"}"#),
        .init("goes to z with m.deep[\"er\"] 1 without note", gives: #"{"n":5,"m":{"deep":{"er":1}}}"#),
        .init("goes to z with state.n \"time\", state.\"a b\" null", gives: #"{"n":"time","note":"x","a b":null}"#),
        .init("goes to z with payload event", gives: #"{"n":5,"note":"x","payload":{"x":0.10}}"#),
        .init(
            "goes to z with list []\nappend event.x to list\nadd 2 to n\nset note to \"y\"\nremove n",
            gives: #"{"note":"y","list":[0.10]}"#),
        .init("goes to z with m -1 # a comment", gives: #"{"n":5,"note":"x","m":-1}"#),
    ]

    @Test("values stay until a row sets or drops them", arguments: changes)
    func values(_ change: Change) throws {
        let machine = try Self.machine("in a\non e \(change.row)")
        let decision = try machine.decide(
            TextEvent("e", try #require(try JSONReader().read(#"{"x":0.10}"#).value.object)), in: machine.initial)
        guard case .goto(let next) = decision.target else { return #expect(Bool(false), "\(decision.target)") }
        #expect(next.name.rawValue == "z" && JSONValue.object(next.values).compactText == change.values)
    }

    @Test("an event is refused where the values of its target can't be made, with the line")
    func failingTargets() throws {
        let machine = try Self.machine(
            """
            in a
            on e goes to z with n note + event.x
            on tick goes to a with m m
            on text goes to a with m 1, big [note, note]
            """)
        func refusal(_ event: TextEvent, _ state: TextState) -> String {
            do {
                _ = try machine.decide(event, in: state)
                return "none"
            } catch {
                return "\(error)"
            }
        }
        #expect(
            refusal(TextEvent("e", ["x": 1]), machine.initial)
                == "note is a text, and only numbers can be counted with (m.machine line 9)")
        #expect(
            refusal(TextEvent("tick"), machine.initial)
                == "the state has no m; a text is written in quotes, an event's field as event.m (m.machine line 10)"
        )
        let long = JSONValue.string(String(repeating: "x", count: 40_000))
        #expect(
            refusal(TextEvent("text"), TextState("a", ["note": long]))
                == "the values would hold more than 64 KiB; an instance has few and small ones (m.machine line 11)")
    }

    @Test("rows are tried in their order, and stand in the outline with the lines and the words of the file")
    func outline() throws {
        let machine = try Self.machine(
            """
            in a, b
              on e when  event.x > 5  goes to b
              on e, tick stays
            in b
              on flag stops "enough"
            """)
        #expect(machine.name == "M" && machine.outline.states == ["a", "b", "z"] && machine.outline.finals == ["z"])
        #expect(machine.outline.events == ["e", "text", "flag", "tick"])
        #expect(
            machine.outline.rows.map(\.description) == [
                "row 1 (m.machine:9), which goes to b", "row 2 (m.machine:10), which stays",
                "row 3 (m.machine:12), which stops (enough)",
            ])
        #expect(machine.outline.rows.map(\.guardLabel) == ["event.x > 5", nil, nil])
        #expect(machine.outline.edges.count == 7)
        let history = try machine.history(
            of: TextEvent("e", ["x": 5]), TextEvent("e", ["x": 6]), TextEvent("tick"), TextEvent("flag", ["on": true]))
        #expect(
            history.records.map(\.target) == [
                .stay, .goto(TextState("b", machine.initial.values)), .stay, .stop("enough"),
            ])
        #expect(throws: InvalidTransition(machine: "M", state: "a", event: "flag", possible: ["e", "tick"])) {
            try machine.decide(TextEvent("flag"), in: machine.initial)
        }
    }

    @Test("an overriding row, or a row of an overriding block, replaces what stood before it")
    func overriding() throws {
        let byRow = try Self.machine(
            """
            in a, b
              on tick goes to b
              on e when event.x > 5 goes to a
            in b
              on tick goes to z with n 1 overriding
            """)
        #expect(try byRow.decide(TextEvent("tick"), in: TextState("b")).target == .goto(TextState("z", ["n": 1])))
        #expect(try byRow.decide(TextEvent("tick"), in: TextState("a")).target == .goto(TextState("b")))
        let byBlock = try Self.machine(
            """
            in a, b
              on tick goes to b
              after 5 seconds "t" sends tick
            in b overriding
              on tick goes to z
              after 6 seconds "t" sends tick
            """)
        #expect(try byBlock.decide(TextEvent("tick"), in: TextState("b")).target == .goto(TextState("z")))
        #expect(byBlock.outline.timeouts.map(\.delay) == [.seconds(5), .seconds(6)])
    }

    @Test("a timeout is armed by entering its state, with what it sends; units are what they are elsewhere")
    func timeouts() throws {
        let machine = try Self.machine(
            """
            in a
              on tick goes to b
            in b
              on e stays
              on flag goes to b
              on text goes to z
              after 0.5 milliseconds "a" sends e with x 1.5
              after 1 second "b" sends flag with on true
              after 2 minutes "c" sends text
              after 3 hours "d" sends text with t "late"
              after 1.5 days "e" sends text
              after 1 week "f" sends text
            """)
        let armed: [MachineTimer<TextEvent>] = [
            .arm("a", after: .microseconds(500), send: TextEvent("e", ["x": 1.5])),
            .arm("b", after: .seconds(1), send: TextEvent("flag", ["on": true])),
            .arm("c", after: .seconds(120), send: TextEvent("text")),
            .arm("d", after: .seconds(10_800), send: TextEvent("text", ["t": "late"])),
            .arm("e", after: .seconds(129_600), send: TextEvent("text")),
            .arm("f", after: .seconds(604_800), send: TextEvent("text")),
        ]
        #expect(try machine.decide(TextEvent("tick"), in: machine.initial).timers == armed)
        let b = TextState("b", machine.initial.values)
        #expect(try machine.decide(TextEvent("flag"), in: b).timers == armed)
        #expect(try machine.decide(TextEvent("e", ["x": 1]), in: b).timers.isEmpty)
        #expect(try machine.decide(TextEvent("text"), in: b).timers == armed.map { .cancel($0.name) })
    }

    @Test("what is probably not meant is told with its place, and the machine is read all the same")
    func warnings() throws {
        let file = try MachineFile(
            """
            machine M
              start a
              final z, end
              event e x=integer
              event f
              in a
                on e when event.x > 5 goes to b
              in lost
                on e goes to z
              in b
              in z
                on f goes to z
                on e stops "s" overriding
            """, name: "dir/m.machine")
        #expect(
            file.warnings.map(\.description).sorted() == [
                "dir/m.machine:10:6: b has no way out; if that is meant, there is a line 'final b'",
                "dir/m.machine:11:6: nothing leads to z",
                "dir/m.machine:13:5: this is overriding, and nothing stands before it that it replaces",
                "dir/m.machine:3:12: nothing leads to end",
                "dir/m.machine:8:6: nothing leads to lost",
            ])
        #expect(try #require(file.machines.first).findings.count == 6)
    }

    @Test("a file may hold several machines, any of whose names, words and texts may be of any language")
    func several() throws {
        let file = try MachineFile(
            "\u{FEFF}machine \"Einkauf 1\"\r\n start öffen with grüße \"a # b\" # c\r\n event prüfe größe=number?\r\n"
                + " in öffen\r\n  on prüfe when event.größe? >= 1 goes to öffen with 値 event.größe?\r\n\r\n"
                + "machine B\n start a\n event e\n in a\n on e stays", name: "m.machine")
        #expect(file.machines.map(\.name) == ["Einkauf 1", "B"])
        let machine = try #require(file.machines.first)
        #expect(
            try machine.decide(TextEvent("prüfe", ["größe": 2]), in: machine.initial).target
                == .goto(TextState("öffen", ["grüße": "a # b", "値": 2])))
    }

    @Test("a state is told with its values as people write them, without secret ones and with a long one cut")
    func texts() {
        let values: JSONObject = ["amount": 5, "note": "x", "token": "abc", "list": [1, 2]]
        #expect(
            MachineTrace.Place(TextState("paid", values)).text
                == #"paid(amount: 5, note: "x", token: {redacted}, list: [1,2])"#)
        let nested: JSONObject = ["card": ["type": "visa", "cvc": "123"], "others": [["pin": 1]], "plain": ["a": 1]]
        #expect(
            MachineTrace.Place(TextState("paid", nested)).text
                == #"paid(card: {redacted}, others: {redacted}, plain: {"a":1})"#)
        #expect(MachineTrace.Place(TextState("paid")).text == "paid")
        let long = MachineTrace.Place(TextState("paid", ["a": .string(String(repeating: "x", count: 50_000))])).text
        #expect(long.count == 120)
    }
}

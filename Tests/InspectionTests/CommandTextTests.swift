import EventSourcing
import TestSupport
import Testing

@testable import Inspection

@Suite("Commands as they are typed")
struct CommandTextTests {
    private let commands = [
        CommandDescription(
            name: "add-item", summary: "Put an article into the order",
            parameters: [
                ParameterDescription(name: "sku", kind: .text, summary: "which article"),
                ParameterDescription(name: "qty", kind: .integer, summary: "how many"),
                ParameterDescription(name: "note", kind: .text, isRequired: false),
            ]),
        CommandDescription(
            name: "pay", summary: "Pay the order",
            parameters: [
                ParameterDescription(name: "amount", kind: .number),
                ParameterDescription(name: "method", kind: .choice(["card", "cash"]), summary: "with what"),
                ParameterDescription(name: "final", kind: .boolean, isRequired: false),
            ]),
        CommandDescription(name: "cancel", summary: "Cancel the order"),
    ]

    @Test(
        "a line becomes a command with typed values",
        arguments: [
            ("add-item sku=tea qty=2", ["sku": "tea", "qty": 2] as JSONObject),
            ("  add-item   tea 2  ", ["sku": "tea", "qty": 2]),
            ("add-item qty=2 tea", ["sku": "tea", "qty": 2]),
            ("add-item tea qty=-2 note=\"a b\"", ["sku": "tea", "qty": -2, "note": "a b"]),
            ("add-item 'a=b' 2 note='say \\'hi\\'\\n'", ["sku": "a=b", "qty": 2, "note": "say 'hi'\n"]),
            ("add-item sku=\"\" qty=2", ["sku": "", "qty": 2]),
            ("add-item \"--tea\" 2", ["sku": "--tea", "qty": 2]),
            ("add-item a=b=c qty=1 sku=x", [:]),
        ].dropLast())
    func parses(_ text: String, _ arguments: JSONObject) throws {
        let command = try CommandText.parse(text, for: commands)
        #expect(command.name == "add-item")
        #expect(command.arguments == arguments)
    }

    @Test("numbers, choices and booleans are of their kind")
    func kinds() throws {
        let command = try CommandText.parse("pay 12.50 card true", for: commands)
        #expect(command.arguments["amount"]?.number?.text == "12.50")
        #expect(command.arguments["method"] == "card")
        #expect(command.arguments["final"] == true)
        #expect(try CommandText.parse("cancel", for: commands).arguments.isEmpty)
    }

    @Test(
        "what is wrong is a sentence that says what was expected, and where",
        arguments: [
            ("", 1, "a command is expected: add-item, pay and cancel"),
            ("   ", 1, "a command is expected: add-item, pay and cancel"),
            ("ad-item tea 2", 1, "there is no command \"ad-item\"; did you mean add-item?"),
            ("p", 1, "there is no command \"p\"; did you mean pay?"),
            (" ship", 2, "there is no command \"ship\"; the commands are add-item, pay and cancel"),
            ("add-item=1", 1, "a command's name stands alone: add-item, then its arguments"),
            ("add-item sku=tea", 17, "qty is missing: add-item sku=text qty=integer [note=text]"),
            ("add-item", 9, "sku is missing: add-item sku=text qty=integer [note=text]"),
            ("add-item tea two", 14, "qty must be an integer, and \"two\" is not"),
            ("add-item tea qty=two", 18, "qty must be an integer, and \"two\" is not"),
            ("add-item tea 2.0", 14, "qty must be an integer, and \"2.0\" is not"),
            (
                "add-item tea 9223372036854775808", 14,
                "qty must be an integer from -9223372036854775808 to 9223372036854775807, and "
                    + "\"9223372036854775808\" is not"
            ),
            (
                "add-item sku=tea quantity=2", 18,
                "add-item has no argument \"quantity\"; it takes sku, qty and note"
            ),
            ("add-item sku=tea qyt=2", 18, "add-item has no argument \"qyt\"; did you mean qty?"),
            ("add-item tea sku=tea", 14, "sku is given twice"),
            ("add-item qty=1 qty=2", 16, "qty is given twice"),
            ("add-item tea 2 a b", 18, "\"b\" is one argument too many: add-item sku=text qty=integer [note=text]"),
            ("cancel now", 8, "cancel takes no arguments, and \"now\" is one too many"),
            ("cancel now=1", 8, "cancel has no argument \"now\"; it takes none"),
            ("add-item \"tea 2", 10, "the quote that opens here is not closed"),
            ("add-item sku='tea 2", 14, "the quote that opens here is not closed"),
            ("add-item --sku tea", 10, "arguments are written without dashes: sku=…"),
            ("add-item --sku=tea", 10, "arguments are written without dashes: sku=…"),
            ("pay x card", 5, "amount must be a number, and \"x\" is not"),
            ("pay 1 gold", 7, "method must be card or cash, and \"gold\" is not"),
            ("pay 1 card yes", 12, "final must be true or false, and \"yes\" is not"),
        ])
    func refuses(_ text: String, _ column: Int, _ message: String) {
        #expect(throws: CommandError(column: column, message: message)) {
            try CommandText.parse(text, for: commands)
        }
    }

    @Test("a domain without commands says so")
    func noCommands() {
        #expect(throws: CommandError(column: 1, message: "this stream's domain has no commands")) {
            try CommandText.parse("pay", for: [])
        }
        #expect(throws: CommandError(column: 1, message: "this stream's domain has no commands")) {
            try CommandText.parse("", for: [])
        }
    }

    // MARK: - Completion

    @Test(
        "what could stand at the cursor",
        arguments: [
            ("", 0, 0..<0, ["add-item", "pay", "cancel"]), ("p", 1, 0..<1, ["pay"]), ("xyz", 3, 0..<3, []),
            ("add-item ", 9, 9..<9, ["sku=", "qty=", "note="]), ("add-item s", 10, 9..<10, ["sku="]),
            ("add-item tea ", 13, 13..<13, ["qty=", "note="]),
            ("add-item sku=tea q", 18, 17..<18, ["qty="]), ("pay 1 c", 7, 6..<7, ["card", "cash"]),
            ("pay 1 method=ca", 15, 13..<15, ["card", "cash"]), ("pay 1 method=", 13, 13..<13, ["card", "cash"]),
            ("pay 1 cash t", 12, 11..<12, ["true"]), ("none x", 6, 6..<6, []), ("add-item", 3, 0..<8, ["add-item"]),
        ])
    func completes(_ text: String, _ cursor: Int, _ range: Range<Int>, _ candidates: [String]) {
        let completion = CommandText.complete(text, cursor: cursor, for: commands)
        #expect(completion.candidates.map(\.text) == candidates)
        #expect(completion.replaces == range)
    }

    @Test("a candidate is documented, and the usage stands beside it")
    func documented() {
        let completion = CommandText.complete("add-item ", cursor: 9, for: commands)
        #expect(completion.usage == "add-item sku=text qty=integer [note=text]")
        #expect(
            completion.candidates.map(\.summary) == [
                "which article (text)", "how many (integer)", "text, may be left out",
            ])
        #expect(
            CommandText.complete("", cursor: 0, for: commands).candidates.first?.summary
                == "Put an article into the order")
    }

    @Test("no line traps", arguments: 1...4 as ClosedRange<UInt64>)
    func randomLines(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let pieces = [
            "add-item", "pay", " ", " ", "=", "\"", "'", "\\", "sku", "qty", "2", "-", "é", "\u{301}", "\u{0}", "日",
        ]
        for _ in 0..<3_000 {
            let line = (0..<Int.random(in: 0..<12, using: &random)).compactMap { _ in
                pieces.randomElement(using: &random)
            }.joined()
            _ = try? CommandText.parse(line, for: commands)
            let count = line.unicodeScalars.count
            let cursor = Int.random(in: -1...count + 1, using: &random)
            let completion = CommandText.complete(line, cursor: cursor, for: commands)
            #expect(completion.replaces.upperBound <= count, "seed \(seed)")
        }
    }
}

import Testing

@testable import PlayheadWorkbench

@Suite("A command line is understood by one table, and a mistake in it is one sentence")
struct ArgumentReaderTests {
    private let reader = ArgumentReader(
        subcommands: Subcommands.all, workbench: Subcommands.workbench, exists: { $0 == "there.db" || $0 == "there" })

    private func read(_ line: String) throws -> Invocation {
        try reader.read(line.split(separator: " ").map(String.init))
    }

    @Test(
        "a mistake is told word for word",
        arguments: [
            ("strems", "'strems' is no command, and no file has that name; did you mean 'streams'?"),
            ("strems there.db", "'strems' is no command, and no file has that name; did you mean 'streams'?"),
            (
                "there.db more",
                "'more' is one argument too many: the workbench shows one store, as in [FILE[#STREAM[@N]]] [options]."
            ),
            ("streams", "streams: FILE is missing; it is used as streams FILE [options]."),
            ("streams a.db b.db", "streams: 'b.db' is one argument too many; it is used as streams FILE [options]."),
            ("streams a.db --jsn", "'streams' has no option '--jsn'; did you mean --json?"),
            ("streams a.db --write", "'streams' has no option --write; send has."),
            ("writers a.db --limit 3", "'writers' has no option --limit; streams, events, subscriptions have."),
            ("streams a.db --limit", "--limit needs a value: --limit N."),
            ("streams a.db --json=yes", "--json takes no value."),
            ("streams a.db --json --json", "--json is given twice."),
            ("who a.db#Order|x", "who: PATH is missing; it is used as who FILE#STREAM[@N] PATH [options]."),
            ("--thme dusk", "The workbench has no option '--thme'; did you mean --theme?"),
            ("-x", "The workbench has no option '-x'; did you mean --help?"),
        ])
    func mistakes(_ line: String, _ sentence: String) throws {
        let error = #expect(throws: UsageError.self) { try read(line) }
        #expect(error?.sentence == sentence)
    }

    @Test("what is right becomes operands and options, in any order")
    func understood() throws {
        let invocation = try read("streams --type=Order a.db --limit 3 --json")
        #expect(invocation.subcommand.name == "streams")
        #expect(invocation.operands == ["a.db"])
        #expect(invocation.options == [.type: "Order", .limit: "3", .json: ""])
        #expect(try invocation.number(.limit, atLeast: 1) == 3)
    }

    @Test("a letter stands for its option, and two dashes end the options")
    func lettersAndDashes() throws {
        #expect(try read("screenshot -o x.svg").options == [.output: "x.svg"])
        #expect(try read("writers -- --odd").operands == ["--odd"])
        #expect(try read("-h").has(.help))
        #expect(try read("streams --help").has(.help))
    }

    @Test("the first word that is no command is a store for the workbench")
    func store() throws {
        #expect(try read("orders.db").subcommand.name.isEmpty)
        #expect(try read("there").operands == ["there"])
        #expect(try read("--write orders.db#Order|x@3").options == [.write: ""])
        #expect(try read("").operands.isEmpty)
    }

    @Test("a number that is none is told", arguments: ["0", "-1", "x", "1.5", "99999999999999999999"])
    func numbers(_ text: String) throws {
        let invocation = try read("streams a.db --limit=\(text)")
        let error = #expect(throws: UsageError.self) { try invocation.number(.limit, atLeast: 1) }
        #expect(error?.sentence == "--limit takes a whole number from 1 on, and '\(text)' is not one.")
    }

    @Test("no two options of a command begin with the same letter, and every option says what it does")
    func table() {
        for subcommand in Subcommands.all + [Subcommands.workbench] {
            let letters = subcommand.options.compactMap(\.letter)
            #expect(Set(letters).count == letters.count)
            #expect(Set(subcommand.options).count == subcommand.options.count)
            #expect(subcommand.summary.hasSuffix("."))
        }
        #expect(Option.allCases.allSatisfy { $0.summary.hasSuffix(".") })
        #expect(Set(Subcommands.all.map(\.name)).count == Subcommands.all.count)
    }
}

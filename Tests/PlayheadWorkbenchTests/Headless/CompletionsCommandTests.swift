import Foundation
import PseudoTerminal
import Terminal
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("playhead completions")
struct CompletionsCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let subcommands = Subcommands.all + [Subcommands.workbench]

    /// Writes the script that the program prints into a file.
    private func script(for shell: Shell) async throws -> String {
        let run = try await playhead("completions", shell.rawValue)
        #expect(run.code == .fine && run.talk.isEmpty)
        try run.data.write(toFile: folder.file(shell.rawValue), atomically: true, encoding: .utf8)
        return run.data
    }

    /// What bash is offered at the end of each line; words are parted as bash parts them, by spaces here.
    private func bash(completing lines: [String]) throws -> [[String]] {
        let calls = lines.map { line in
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            return "COMP_WORDS=(playhead \(words.map { Shell.quoted(String($0)) }.joined(separator: " "))); "
                + "COMP_CWORD=\(words.count); COMPREPLY=(); _playhead; echo \"${COMPREPLY[*]}.\""
        }
        let driver = folder.file("driver")
        let text = (["set -u", "source \(Shell.quoted(folder.file("bash")))"] + calls).joined(separator: "\n") + "\n"
        try text.write(toFile: driver, atomically: true, encoding: .utf8)
        let run = try ShellRun("bash --norc \(Shell.quoted(driver))")
        #expect(run.code == 0, "\(run.output)")
        #expect(run.lines.count == lines.count, "\(run.output)")
        return run.lines.map { $0.dropLast().split(separator: " ").map(String.init) }
    }

    @Test("name every command and every option of the table, with the words that are known", arguments: Shell.allCases)
    func wholeTable(_ shell: Shell) async throws {
        let script = try await script(for: shell)
        let words = Set(script.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init))
        for subcommand in Subcommands.all {
            #expect(words.contains(subcommand.name))
            let summary = subcommand.summary.prefix { $0 != "'" }
            if shell != .bash { #expect(script.contains(summary)) }
        }
        for option in Option.allCases {
            #expect(words.contains(shell == .fish ? option.rawValue : option.name), "\(option)")
            #expect(option.expectedValue.words.map { words.isSuperset(of: $0) } ?? true, "\(option)")
        }
        for value in Self.subcommands.flatMap(\.operands).map(\.value) {
            #expect(value.words.map { words.isSuperset(of: $0) } ?? true)
        }
    }

    @Test("every option and operand with its words in help has them in the table")
    func knownWords() {
        for option in Option.allCases where option.value?.contains("|") == true && option != .at {
            #expect(option.expectedValue.words?.joined(separator: "|") == option.value)
        }
        for operand in Self.subcommands.flatMap(\.operands) where operand.name.contains("|") {
            #expect(operand.value.words?.joined(separator: "|") == operand.name)
        }
        #expect(Option.theme.expectedValue == .words(Theme.shippedNames))
        #expect(Option.allCases.allSatisfy { $0.value != nil || $0.expectedValue == .other })
        #expect(Option.allCases.allSatisfy { ($0.value == "FILE") == ($0.expectedValue == .file) })
    }

    @Test(
        "are a script that the shell can read",
        arguments: Shell.allCases.filter { ShellRun.has($0.rawValue) }, ["playhead", "it's a \"shop\" $x"])
    func syntax(_ shell: Shell, _ program: String) throws {
        let file = folder.file("script")
        try shell.completions(for: program).write(toFile: file, atomically: true, encoding: .utf8)
        let run = try ShellRun("\(shell.rawValue) -n \(Shell.quoted(file))")
        #expect(run.code == 0 && run.output.isEmpty, "\(run.output)")
    }

    @Test("in bash offer what could come next", .enabled(if: ShellRun.has("bash"), "bash is not installed"))
    func bash() async throws {
        _ = try await script(for: .bash)
        let all = Subcommands.all.map(\.name)
        let expectations: [(line: String, words: [String])] = [
            ("st", ["streams", "state"]), ("", all), ("help ", all), ("help re", ["recover", "repair"]),
            ("help send ", []),
            ("completions ", ["bash", "zsh", "fish"]), ("completions z", ["zsh"]), ("nothing", []),
            // Files are the shell's own work.
            ("streams ", []), ("--theme dusk st", []),
            // The values of options, also behind a sign at which bash cuts words.
            ("--theme d", ["dusk", "day", "deuter"]), ("--theme = d", ["dusk", "day", "deuter"]),
            ("--theme =", Theme.shippedNames), ("screenshot a.db --format ", ["svg", "text", "ansi", "html"]),
            ("screenshot --color t", ["truecolor"]), ("streams a.db --type ", []), ("screenshot -o st", []),
            // Operands are counted without options and their values.
            ("recover a.db#A|1 ", ["fail", "warn", "repair", "off"]), ("recover --fold x a.db r", ["repair"]),
            ("recover --fold = x a.db r", ["repair"]), ("recover --json a.db fail ", ["interleaved", "any"]),
            ("recover -- --json w", ["warn"]), ("recover a : b r", ["repair"]),
            // An option that is given is not offered again, but for those that may be.
            ("events --f", ["--from"]), ("events --from 3 --f", []), ("state --fold x --f", ["--fold"]),
            ("screenshot -o x --o", []), ("screenshot -- -", []), ("--wr", ["--write"]),
        ]
        let offered = try bash(completing: expectations.map(\.line))
        for (expectation, words) in zip(expectations, offered) { #expect(words == expectation.words, "\(expectation)") }
    }

    @Test(
        "in bash offer every option of every command", .enabled(if: ShellRun.has("bash"), "bash is not installed"))
    func options() async throws {
        _ = try await script(for: .bash)
        let offered = try bash(completing: Self.subcommands.map { $0.name.isEmpty ? "-" : "\($0.name) --" })
        for (subcommand, words) in zip(Self.subcommands, offered) {
            #expect(words == (subcommand.options + [.help, .version]).map(\.name), "\(subcommand.name)")
        }
    }

    @Test(
        "in bash complete what is typed, and files where a file is expected",
        .enabled(if: ShellRun.has("bash"), "bash is not installed"))
    func typed() async throws {
        _ = try await script(for: .bash)
        try "".write(toFile: folder.file("or ders.db"), atomically: true, encoding: .utf8)
        let terminal = try PseudoTerminal(
            "/bin/bash", ["--norc", "--noprofile", "-i"],
            environment: ["PS1": "ready> ", "INPUTRC": "/dev/null", "HISTFILE": ""])
        try terminal.wait(for: "ready> ", seconds: 20)
        terminal.type(
            "cd \(Shell.quoted(folder.path)) && . ./bash && playhead() { printf '<%s>' \"$@\"; }; echo 'do''ne'\n")
        try terminal.wait(for: "done", seconds: 20)
        try terminal.wait(for: "ready> ", seconds: 20)
        terminal.type("playhead st\t\t")
        try terminal.wait(for: "state    streams", seconds: 20)
        terminal.type("a\t--theme=du\tor\t\n")
        try terminal.wait(for: "<state><--theme=dusk><or ders.db>", seconds: 20)
        terminal.type("exit\n")
        #expect(try terminal.waitForEnd() == .exited(0))
    }

    @Test("a shell that is none of the three is refused with their names", arguments: ["tcsh", "", "Bash"])
    func otherShell(_ name: String) async throws {
        let run = try await playhead("completions", name)
        #expect(run.code == .wrongUse && run.data.isEmpty)
        #expect(
            run.talk
                == "playhead: There are no completions for '\(name)'; there are those for bash, zsh and fish\n")
        let none = try await playhead("completions")
        #expect(none.talk.contains("bash|zsh|fish is missing; it is used as completions bash|zsh|fish"))
    }
}

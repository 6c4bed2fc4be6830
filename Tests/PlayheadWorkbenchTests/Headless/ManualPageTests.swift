import Foundation
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("The manual page")
struct ManualPageTests {
    private static let sections = [
        "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "ADDRESSES", "EXIT STATUS", "EXAMPLES",
    ]
    private static let subcommands = Subcommands.all + [Subcommands.workbench]

    @Test("has every section, and in it every command and option of the table")
    func wholeTable() async throws {
        let run = try await playhead("help", "--man")
        #expect(run.code == .fine && run.talk.isEmpty)
        #expect(run.lines.filter { $0.hasPrefix(".SH ") }.map { $0.dropFirst(4) } == Self.sections.map { $0[...] })
        let headings = run.lines.filter { $0.hasPrefix(".SS ") }
        #expect(headings.count == Subcommands.all.count)
        for (heading, subcommand) in zip(headings, Subcommands.all) {
            #expect(heading.hasPrefix(".SS \"\(subcommand.name)"))
        }
        for option in Option.allCases {
            #expect(run.data.contains("\\fB\\-\\-\(option.rawValue)\\fR"), "\(option)")
        }
    }

    @Test("is made of the requests that it means, and of printable ASCII", arguments: ["playhead", "it's.a \\\"näme"])
    func requests(_ program: String) {
        let text = ManualPage(program: program).text
        #expect(text.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
        for line in text.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
            let request = String(line.prefix { $0 != " " })
            #expect(
                [".TH", ".SH", ".SS", ".TP", ".PP", ".br", ".nf", ".fi", ".nh", ".ad"].contains(request), "\(line)")
        }
    }

    @Test(
        "is set by man without a warning, and says all that help says",
        .enabled(if: ShellRun.has("man", "groff"), "man or groff is not installed"))
    func rendered() async throws {
        let folder = try TemporaryFolder()
        let page = try await playhead("help", "--man")
        try page.data.write(toFile: folder.file("playhead.1"), atomically: true, encoding: .utf8)
        let name = Shell.quoted(folder.file("playhead.1"))
        let warned = try ShellRun("LC_ALL=C.UTF-8 MANWIDTH=100 man -l --warnings=w \(name) >/dev/null")
        #expect(warned.code == 0 && warned.output.isEmpty, "\(warned.output)")
        let run = try ShellRun("LC_ALL=C.UTF-8 MANWIDTH=100 man -l \(name)")
        for section in Self.sections { #expect(run.lines.contains(section)) }
        let text = Self.flat(run.output)
        for subcommand in Self.subcommands {
            #expect(text.contains(Self.flat("playhead \(subcommand.usage)")))
            #expect(text.contains(Self.flat("playhead \(subcommand.example)")))
            for sentence in [subcommand.summary] + subcommand.notes {
                #expect(text.contains(Self.flat(sentence)), "\(sentence)")
            }
            for option in subcommand.options + [.help, .version] {
                #expect(text.contains(Self.flat("\(option.usage) \(option.summary)")), "\(option)")
            }
            for field in subcommand.fields { #expect(text.contains(Self.flat("\(field.key) \(field.meaning)"))) }
        }
        for code in ExitCode.allCases { #expect(text.contains("\(code.rawValue) \(code.meaning)")) }
        #expect(text.contains(Self.flat(HelpText.addresses)))
    }

    @Test("is of the whole program, so that a command's name beside it is refused")
    func oneCommand() async throws {
        let run = try await playhead("help", "send", "--man")
        #expect(run.code == .wrongUse && run.data.isEmpty)
        #expect(run.talk == "playhead: help: the manual page is of the whole program; leave out 'send'\n")
    }

    /// The words of a text, wherever its lines end.
    private static func flat(_ text: String) -> String {
        text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    }
}

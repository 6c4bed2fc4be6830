import EventSourcing
import Glibc
import Terminal
import Workbench

/// `playhead screenshot`: the workbench's frame as a picture, without a terminal.
enum ScreenshotCommand {
    static let description = Subcommand(
        name: "screenshot", summary: "Write a picture of the workbench after some keys.",
        operands: [.init(name: "FILE[#STREAM[@N]]", isOptional: true)],
        options: [.size, .keys, .theme, .color, .ascii, .format, .output, .copy, .fold, .machine],
        notes: [
            "Without a file, the demo store. Keys are separated by spaces: names (Enter, Tab, ^D), or letters to type.",
            "Keys are typed into a sandbox copy; the file stays as it is.",
        ],
        example: "screenshot Samples/orders.db --keys 'j j ]s' -o picture.svg", run: run)

    /// What `--format` takes.
    static let formatNames = Format.allCases.map(\.rawValue)

    private enum Format: String, CaseIterable {
        case svg, text, ansi, html

        init?(fileName: String) {
            switch fileName.split(separator: ".").last {
            case "svg": self = .svg
            case "txt", "text": self = .text
            case "ans", "ansi": self = .ansi
            case "html", "htm": self = .html
            default: return nil
            }
        }
    }

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        var choice = try invocation.storeChoice(mode: .readOnly, domains: program.domains)
        choice.themeName = try invocation.themeName()
        let size = try size(invocation.text(.size) ?? "120x36")
        let format = try format(invocation)
        if let stream = choice.stream, let path = choice.path {
            // A picture of something else than what was asked for would be no answer.
            let address = try invocation.address(FilePresence.isThere)
            _ = try HeadlessStore(path, domains: program.domains).number(of: stream, address: address, at: nil)
        }
        let picture = try Picture.take(
            of: choice, size: size, keys: Key.sequence(notation: invocation.text(.keys) ?? ""),
            glyphs: invocation.has(.ascii) ? .ascii : .unicode, domains: program.domains, demo: program.sample,
            known: program.fileWarnings)
        let color = try invocation.color()
        let depth = ColorDepth.chosen(term: nil, colorTerm: "truecolor", noColor: nil, option: color ?? "truecolor")
        let text =
            switch format {
            case .svg: picture.frame.svg(theme: picture.theme, depth: depth)
            case .text: picture.frame.text
            case .ansi: picture.frame.ansi(theme: picture.theme, depth: depth)
            case .html: picture.frame.html(theme: picture.theme, depth: depth)
            }
        let ended = text.hasSuffix("\n") ? text : text + "\n"
        if let path = invocation.text(.output) {
            try write(ended, to: path)
        } else {
            program.data.writeRaw(ended)
        }
        return .fine
    }

    private static func format(_ invocation: Invocation) throws -> Format {
        guard let name = invocation.text(.format) else {
            return invocation.text(.output).flatMap { Format(fileName: $0) } ?? .text
        }
        if let format = Format(rawValue: name) { return format }
        let names = formatNames
        throw UsageError(
            "There is no format '\(name)'; did you mean \(NearestName.of(name, among: names))? There are "
                + "\(names.joined(separator: ", ")).")
    }

    private static func size(_ text: String) throws -> Size {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2, let columns = Int(parts[0]), let rows = Int(parts[1]),
            (1...Size.largest.columns).contains(columns), (1...Size.largest.rows).contains(rows)
        else {
            throw UsageError(
                "--size takes columns and rows from 1 to \(Size.largest.columns), as in 120x36, and '\(text)' is not that."
            )
        }
        return Size(columns: columns, rows: rows)
    }

    private static func write(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw UnwritableFile(path: path, code: errno) }
        defer { close(descriptor) }
        let file = PlainOutput(descriptor: descriptor, isTerminal: false)
        file.writeRaw(text)
        file.flush()
        if let error = file.error { throw UnwritableFile(path: path, code: error.code) }
    }
}

/// A file could not be written.
struct UnwritableFile: Error, CustomStringConvertible {
    let path: String
    let code: Int32
    var description: String { "\(path) can't be written: \(String(cString: strerror(code)))" }
}

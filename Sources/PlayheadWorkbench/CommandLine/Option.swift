import Terminal
import Workbench

/// An option of the command line; every one has one meaning, whichever sub-command takes it.
enum Option: String, CaseIterable, Sendable {
    case json
    case raw
    case at
    case type
    case prefix
    case application
    case blocked
    case limit
    case from
    case through
    case secrets
    case copy
    case fold
    case machine
    case write
    case sandbox
    case theme
    case color
    case ascii
    case size
    case keys
    case format
    case output
    case to
    case yes
    case events
    case streams
    case machines
    case processes
    case seed
    case mermaid
    case graphviz
    case man
    case help
    case version

    /// How it is written: `--limit`.
    var name: String { "--\(rawValue)" }

    /// The one letter that says the same.
    var letter: Character? {
        switch self {
        case .output: "o"
        case .help: "h"
        default: nil
        }
    }

    /// What stands behind it in help texts; nil for one that takes nothing.
    var value: String? {
        switch self {
        case .blocked: nil
        case .json, .raw, .secrets, .copy, .write, .sandbox, .ascii, .yes, .mermaid, .graphviz, .man, .help, .version:
            nil
        case .at: "N|TIME|p:POSITION"
        case .type, .application: "NAME"
        case .prefix: "TEXT"
        case .limit, .from, .through, .events, .seed, .streams, .machines, .processes: "N"
        case .theme: "NAME"
        case .color: "WORD"
        case .size: "COLUMNSxROWS"
        case .keys: "'KEYS'"
        case .format: ScreenshotCommand.formatNames.joined(separator: "|")
        case .output, .fold, .machine, .to: "FILE"
        }
    }

    /// What its value may be.
    var expectedValue: ExpectedValue {
        switch self {
        case .theme: .words(Theme.shippedNames)
        case .color: .words(ColorDepth.options)
        case .format: .words(ScreenshotCommand.formatNames)
        case .output, .fold, .machine, .to: .file
        default: .other
        }
    }

    /// Whether it may be given more than once.
    var isRepeatable: Bool { self == .fold || self == .machine }

    /// What it does, as a sentence.
    var summary: String {
        switch self {
        case .json: "Print JSON, one object a line."
        case .raw: "Leave JSON in UTF-8, where it would be escaped to ASCII in a pipe or a file."
        case .at: "Look at the moment after event N, at a time in UTC, or at a global position."
        case .type: "Only streams of this entity type."
        case .prefix: "Only streams whose name, Type|id, begins with this."
        case .application: "Only what this application reacts to."
        case .blocked: "Only what is blocked."
        case .limit: "At most so many lines."
        case .from: "Begin with this number, or with this global position where no stream is named."
        case .through: "End with this number, or with this global position where no stream is named."
        case .secrets: "Show what stands under keys like password and token, which is masked in text."
        case .copy: "Look at a copy where what lies beside the file can't be looked at in place; it is removed again."
        case .fold: "Fold the entity types that this *.fold file describes by it; may be given several times."
        case .machine:
            "Take the state machines of this *.machine file, with their commands; may be given several times."
        case .write: "Write into the file; without it a file is only looked at."
        case .sandbox: "Send commands to a sandbox copy in memory; the file stays as it is."
        case .theme: "Use this theme: \(Theme.shippedNames.joined(separator: ", "))."
        case .color: "Use so many colours: \(ColorDepth.options.joined(separator: ", "))."
        case .ascii: "Draw with ASCII signs alone."
        case .size: "The size of the picture, 120x36 unless told."
        case .keys: "Type these keys first, as in 'j j ]s Enter'."
        case .format: "What the picture is written as; by the output file's ending, else text."
        case .output: "Write to this file; a file that is there is replaced."
        case .yes: "Do it without asking, for scripts."
        case .to: "Write to this file, which must not be there yet; without it, to standard output."
        case .events: "How many events, 1,000 unless told."
        case .machines: "How many instances of a state machine there are beside; none unless told."
        case .processes: "How many sales there are behind, carried out by reactions; none unless told."
        case .streams: "Over how many streams; as many as fit the number of events unless told."
        case .seed: "Another history for another number, the same one for the same; 42 unless told."
        case .mermaid: "Print a state diagram for Mermaid."
        case .graphviz: "Print a digraph for Graphviz."
        case .man: "Print the manual page, as man reads it."
        case .help: "Say how this is used."
        case .version: "Say which version this is."
        }
    }

    /// How it stands in help texts: `-o, --output FILE`.
    var usage: String {
        (letter.map { "-\($0), " } ?? "") + name + (value.map { " \($0)" } ?? "")
    }
}

import EventSourcing
import Inspection
import Terminal

/// The line at the bottom: `:` commands, `/` searches, and the prefix of the stream list.
extension Workbench {
    /// The line was edited.
    mutating func promptChanged(from before: String) {
        guard let prompt = model.prompt, prompt.editor.text != before else { return }
        switch prompt.kind {
        case .search: searchLineChanged(prompt.editor.text)
        case .streamPrefix: filterStreams(prompt.editor.text)
        case .reactionText: filterReactions(prompt.editor.text)
        case .command: break
        }
    }

    private mutating func filterStreams(_ prefix: String) {
        model.streams = StreamList(prefix: prefix, order: prefix.isEmpty ? model.streams.order : .name)
    }

    /// Enter.
    mutating func acceptPrompt() {
        guard let prompt = model.prompt else { return }
        let text = prompt.editor.text
        model.promptHistory[prompt.kind, default: LineHistory()].add(text)
        model.prompt = nil
        switch prompt.kind {
        case .command: run(text)
        case .search: acceptSearch()
        case .streamPrefix: if text.isEmpty { filterStreams("") }
        case .reactionText: break
        }
    }

    /// Esc.
    mutating func leavePrompt() {
        guard let prompt = model.prompt else { return }
        model.prompt = nil
        switch prompt.kind {
        case .command: break
        case .search: dropSearch()
        case .streamPrefix: filterStreams("")
        case .reactionText: filterReactions("")
        }
    }

    /// Runs a line that was typed behind a colon: a command's name, or the beginning of just one, and its argument.
    mutating func run(_ line: String) {
        let text = line.trimmingSpaces
        guard !text.isEmpty else { return }
        if text.first?.isNumber == true || text.first == "+" || text.first == "-" || text.first == "#" {
            perform(.goto, argument: text)
            return
        }
        let name = String(text.prefix { $0 != " " })
        let argument = String(text.dropFirst(name.count)).trimmingSpaces
        let begun = CommandNames.meant(by: name)
        switch begun.count {
        case 1: perform(begun[0].id, argument: argument)
        case 0:
            model.message = StatusMessage(
                "\(name, as: .name) is no command: ? lists them, and > is the line for the domain's", .failure)
        default:
            let names = begun.map(\.name).joined(separator: ", ")
            model.message = StatusMessage("\(name, as: .name) may be \(names)", .failure)
        }
    }
}

import Inspection
import Terminal

/// Lines that are being typed: the command pane's, and the one at the bottom.
extension Workbench {
    mutating func performTyping(_ id: Command.ID) {
        switch id {
        case .send: send()
        case .accept: acceptPrompt()
        case .complete: complete()
        case .older: recall { $0.older(than: $1) }
        case .newer: recall { history, _ in history.newer() }
        case .left: edit { $0.moveLeft() }
        case .right: edit { $0.moveRight() }
        case .lineStart: edit { $0.moveToStart() }
        case .lineEnd: edit { $0.moveToEnd() }
        case .deleteBack:
            if let prompt = model.prompt, prompt.editor.isEmpty { leavePrompt() } else { edit { $0.deleteBack() } }
        case .deleteForward: edit { $0.deleteForward() }
        case .deleteWord: edit { $0.deleteWord() }
        case .deleteToStart: edit { $0.deleteToStart() }
        case .deleteToEnd: edit { $0.deleteToEnd() }
        case .resultsBack: scrollResults(1)
        default: scrollResults(-1)
        }
    }

    /// Changes the line that has the keys, and lets those know who look at it.
    mutating func edit(_ change: (inout LineEditor) -> Void) {
        if model.prompt != nil {
            let before = model.prompt?.editor.text
            if var editor = model.prompt?.editor {
                change(&editor)
                model.prompt?.editor = editor
            }
            promptChanged(from: before ?? "")
        } else if model.commandRefusal == nil {
            change(&model.commands.editor)
            model.commands.scrolledBack = 0
        } else if let reason = model.commandRefusal {
            model.message = StatusMessage(reason)
        }
    }

    private mutating func recall(_ take: (inout LineHistory, String) -> String?) {
        if let prompt = model.prompt {
            var history = model.promptHistory[prompt.kind] ?? LineHistory()
            let line = take(&history, prompt.editor.text)
            model.promptHistory[prompt.kind] = history
            if let line { edit { $0 = LineEditor(line) } }
        } else if let line = take(&model.commands.history, model.commands.editor.text) {
            model.commands.editor = LineEditor(line)
        }
    }

    private mutating func scrollResults(_ direction: Int) {
        let step = max(1, model.rows(of: .commands) - 3)
        let most = max(0, model.commands.entries.count - 1)
        model.commands.scrolledBack = max(0, min(most, model.commands.scrolledBack + direction * step))
    }

    /// Completes the word before the cursor; where several fit, as far as they agree, and says which.
    private mutating func complete() {
        if let prompt = model.prompt {
            guard prompt.kind == .command else { return }
            let typed = String(prompt.editor.characters[..<prompt.editor.cursor])
            guard !typed.contains(" ") else { return }
            let fitting = CommandNames.all.filter { $0.name.hasPrefix(typed) }
            take(fitting.map { $0.argument.isEmpty ? $0.name : $0.name + " " }, for: typed)
        } else {
            let editor = model.commands.editor
            guard !editor.isEmpty else {
                focus(on: neighbour(1))
                return
            }
            let text = editor.text
            let before = String(editor.characters[..<editor.cursor])
            let completion = CommandText.complete(
                text, cursor: before.unicodeScalars.count, for: model.stream?.domain?.commands ?? [])
            let start = min(completion.replaces.lowerBound, before.unicodeScalars.count)
            let word = String(String.UnicodeScalarView(before.unicodeScalars.dropFirst(start)))
            take(
                completion.candidates.map { $0.text.hasSuffix("=") ? $0.text : $0.text + " " }, for: word)
        }
    }

    private mutating func take(_ candidates: [String], for word: String) {
        guard let first = candidates.first else {
            model.message = StatusMessage("nothing that is known begins like this")
            return
        }
        let common = candidates.dropFirst().reduce(first) { $0.commonBeginning(with: $1) }
        let addition = common.dropFirst(word.count)
        edit { $0.insert(addition) }
        if candidates.count > 1 { model.message = StatusMessage(DisplayText(candidates.joined(separator: "  "))) }
    }
}

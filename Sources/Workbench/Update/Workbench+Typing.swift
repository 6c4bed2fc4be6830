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
        let completion: Completion
        if let prompt = model.prompt {
            guard prompt.kind == .command else { return }
            completion = Completion(commandLine: prompt.editor)
        } else {
            completion = Completion(prompt: model.commands.editor, commands: model.stream?.domain?.commands ?? [])
        }
        edit { $0.insert(completion.addition) }
        if completion.candidates.count > 1 {
            model.message = StatusMessage(DisplayText(completion.candidates.joined(separator: "  ")))
        } else if completion.candidates.isEmpty {
            model.message = StatusMessage("nothing that is known begins like this")
        }
    }
}

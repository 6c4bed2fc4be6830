import Inspection
import Terminal

extension Workbench {
    /// Takes something that came from the terminal.
    mutating func take(_ input: Input) {
        if input != .interrupt, input != .woken { model.interruptedOnce = false }
        switch input {
        case .key(let key): take(key)
        case .paste(let text): paste(text)
        case .resize(let size): resize(to: size)
        case .interrupt: interrupt()
        case .terminate: effects.append(.quit)
        case .resumed: effects.append(.redraw)
        case .woken: break
        }
    }

    private mutating func take(_ key: Key) {
        model.message = nil
        model.toldFinding = nil
        if answerPreview(key) { return }
        let context = model.context
        switch model.keys.read(key, in: context) {
        case .command(let id, let count, let letter):
            let before = model.searchPlace
            perform(id, count: count, letter: letter)
            quietSearch(after: id, from: before)
        case .more, .cancelled: break
        case .unknown(let keys):
            if context.isText, keys.count == 1, let character = key.insertedCharacter {
                edit { $0.insert([character]) }
            } else if !context.isText {
                let typed = keys.map(\.description).joined()
                model.message = StatusMessage("\(typed) does nothing here: ? lists what does")
            }
        }
    }

    /// Pasted text is never keys: it goes into a line that is being typed, its line ends as spaces, or nowhere.
    private mutating func paste(_ text: String) {
        guard model.context.isText else {
            model.message = StatusMessage("pasted text goes into a line: > for a command, / to find, : for the rest")
            return
        }
        let line = text.unicodeScalars.map { scalar -> Character in
            scalar.value < 0x20 || scalar.value == 0x7F ? " " : Character(scalar)
        }
        edit { $0.insert(line) }
    }

    private mutating func resize(to size: Size) {
        model.size = size
        scrollToPlayhead()
    }

    /// `^C`: stops what is running; without that clears the line; without that, twice leaves.
    private mutating func interrupt() {
        model.message = nil
        if stopWork() { return }
        if model.prompt != nil {
            perform(.leave)
        } else if model.focus == .commands, !model.commands.editor.isEmpty {
            model.commands.editor = LineEditor()
        } else if model.interruptedOnce {
            effects.append(.quit)
        } else {
            model.interruptedOnce = true
            model.message = StatusMessage("nothing is running: ^C again leaves, and so does q")
        }
    }

    /// Stops playing, or work that a person is waiting for; says whether there was any.
    mutating func stopWork() -> Bool {
        if !model.reactions.pending.isEmpty {
            model.reactions.pending = []
            model.message = StatusMessage("nothing was changed")
            return true
        }
        if model.isPlaying {
            stopPlaying()
            return true
        }
        if model.focus == .commands, let index = model.commands.waiting,
            model.commands.entries[index].stages.last?.canBeStopped == true
        {
            stepOn(.stop)
            return true
        }
        let work: [Request.Purpose] = [
            .search, .jump, .setter, .setters, .bisect, .recovery, .filters, .reactions, .chain, .openStream,
        ]
        guard let running = work.first(where: { model.requests.isOpen($0) }) else { return false }
        stop(running)
        switch running {
        case .search:
            model.search?.isComplete = true
            model.search?.isStopped = true
            model.message = StatusMessage("stopped: the hits so far stay")
        case .chain:
            model.chain?.isComplete = true
            model.message = StatusMessage("stopped: there may be more")
        case .setters:
            model.setters.isComplete = true
            model.message = StatusMessage("stopped: there may be more")
        case .recovery, .filters:
            model.place = .events
            model.message = StatusMessage("stopped")
        default: model.message = StatusMessage("stopped")
        }
        return true
    }
}

extension Command.Context {
    /// Whether keys that call nothing are text.
    var isText: Bool { self == .typing || self == .prompt }
}

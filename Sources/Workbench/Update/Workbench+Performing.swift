import Inspection
import Terminal

extension Workbench {
    /// Does what a command of the table says, unless the table says why not.
    mutating func perform(_ id: Command.ID, count: Int? = nil, letter: Character? = nil, argument: String = "") {
        if let reason = CommandTable.command(id)?.whyNot(model) {
            model.message = StatusMessage(reason)
            return
        }
        switch id {
        case .forward, .back, .forwardInState, .backInState, .screenForward, .screenBack, .first, .last, .goto, .play:
            performMoving(id, count: count, argument: argument)
        case .nextLine, .previousLine, .lineScreenForward, .lineScreenBack, .firstLine, .lastLine, .unfold, .fold:
            performInLines(id, count: count)
        case .nextSnapshot, .previousSnapshot, .nextOtherWriter, .previousOtherWriter, .nextSameWriter,
            .previousSameWriter, .nextSameType, .previousSameType, .nextChange, .previousChange, .nextMark,
            .previousMark, .nextFinding, .previousFinding, .jumpAgain, .jumpAgainBack:
            performJump(id, count: count ?? 1)
        case .placeBefore: goBack()
        case .placeAfter: goForwardAgain()
        case .mark: if let letter { setMark(letter) }
        case .toMark: if let letter { goToMark(letter) }
        case .who: askWho()
        case .setters: listSetters()
        case .find: beginFinding(argument)
        case .nextHit: goToHit(.forward, count: count ?? 1)
        case .previousHit: goToHit(.backward, count: count ?? 1)
        case .markDiff: markDiff()
        case .watch: addWatch(argument)
        case .unwatch: removeWatch(count ?? Int(argument))
        case .copy: copyAddress()
        case .reveal: reveal()
        case .recover: showRecovery()
        case .filterWriters: compareFilters(argument)
        case .chain: showChain()
        case .bisect: bisect(argument)
        case .nextPane, .previousPane, .timelinePane, .statePane, .commandPane, .watchPane, .stateTab, .eventTab,
            .diffTab, .metaTab, .machineTab, .zoom, .enter, .leave, .streams, .log, .sortStreams, .filterStreams:
            performInPanes(id)
        case .reactions, .filterReactions, .failedEvent: performInReactions(id)
        case .unblock: preview(.unblock, argument)
        case .reset: preview(.reset, argument)
        case .cancel: previewCancelling(argument)
        case .send, .accept, .complete, .older, .newer, .left, .right, .lineStart, .lineEnd, .deleteBack,
            .deleteForward, .deleteWord, .deleteToStart, .deleteToEnd, .resultsBack, .resultsForward:
            performTyping(id)
        case .runOn: stepOn(.runOn)
        case .command, .help, .step, .follow, .sandbox, .openStore, .theme, .warnings, .redraw, .suspend, .quit:
            performOnStore(id, argument: argument)
        }
    }

    private mutating func performOnStore(_ id: Command.ID, argument: String) {
        switch id {
        case .command: model.prompt = Prompt(.command)
        case .help: model.help = model.help == nil ? HelpOverlay(context: model.context) : nil
        case .step: setStepping(argument)
        case .follow: follow()
        case .sandbox: ask(.change(.sandbox), for: .session)
        case .openStore: openStore(argument)
        case .theme: takeTheme(argument)
        case .warnings: showWarnings()
        case .redraw: effects.append(.redraw)
        case .suspend: effects.append(.suspend)
        default: effects.append(.quit)
        }
    }

    private mutating func takeTheme(_ name: String) {
        guard !name.isEmpty else {
            model.message = StatusMessage("the theme is \(model.session.themeName): :theme NAME takes another one")
            return
        }
        let (request, _) = model.requests.begin(.theme)
        model.wantedTheme = name
        effects.append(.useTheme(request, name))
    }

    private mutating func openStore(_ argument: String) {
        var words = argument.split(separator: " ").map(String.init)
        let forWriting = words.first == "--write"
        if forWriting { words.removeFirst() }
        let path = words.joined(separator: " ")
        guard !path.isEmpty || forWriting else {
            model.message = StatusMessage("say which file: :open FILE, or :open --write for this one")
            return
        }
        guard let file = path.isEmpty ? model.session.path : path else {
            model.message = StatusMessage("say which file: this store is none", .failure)
            return
        }
        ask(.change(.open(path: file, forWriting: forWriting)), for: .session)
    }

    private mutating func copyAddress() {
        guard let address = model.address else {
            model.message = StatusMessage("there is no address yet: s lists the streams")
            return
        }
        let (request, _) = model.requests.begin(.copy)
        effects.append(.copy(request, address.shellQuoted))
        model.message = StatusMessage("copied \(address.shellQuoted)")
    }

    private mutating func reveal() {
        model.showsSecrets.toggle()
        effects.append(.reveal(model.showsSecrets))
        model.stream?.window = EventWindow()
        model.log.range = nil
        model.message = StatusMessage(
            model.showsSecrets
                ? "values under keys like password are shown" : "values under keys like password are masked")
    }
}

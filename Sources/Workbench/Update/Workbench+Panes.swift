import EventSourcing
import Inspection
import Terminal

extension Workbench {
    /// Goes to another pane, tab or list, opens what is chosen, or goes back.
    mutating func performInPanes(_ id: Command.ID) {
        switch id {
        case .nextPane: focus(on: neighbour(1))
        case .previousPane: focus(on: neighbour(-1))
        case .timelinePane: focus(on: .timeline)
        case .statePane:
            if model.focus == .state {
                show(nextTab)
            } else {
                focus(on: .state)
            }
        case .commandPane: focus(on: .commands)
        case .watchPane: focus(on: .watches)
        case .stateTab: show(.state)
        case .eventTab: show(.event)
        case .diffTab: show(.diff)
        case .metaTab: show(.meta)
        case .machineTab: show(.machine)
        case .zoom:
            model.isZoomed.toggle()
            scrollToPlayhead()
        case .enter: enter()
        case .leave: leave()
        case .streams: showStreams()
        case .log: showLog()
        case .sortStreams:
            model.streams = StreamList(
                prefix: model.streams.prefix, order: model.streams.order == .newest ? .name : .newest)
        default: model.prompt = Prompt(.streamPrefix)
        }
    }

    func neighbour(_ step: Int) -> Pane {
        let all = Pane.allCases
        let index = all.firstIndex(of: model.focus) ?? 0
        return all[(index + step + all.count) % all.count]
    }

    /// Gives the keys to a pane.
    mutating func focus(on pane: Pane) {
        model.focus = pane
        if pane == .state { chooseFirstValue() }
        if pane == .commands, let reason = model.commandRefusal { model.message = StatusMessage(reason) }
        scrollToPlayhead()
    }

    /// The tab behind the open one, the first behind the last.
    private var nextTab: StatePane.Tab {
        let tabs = model.shownTabs.filter { $0 != .machine || model.whyNoMachine == nil }
        return tabs.first { $0.rawValue > model.state.tab.rawValue } ?? .state
    }

    mutating func show(_ tab: StatePane.Tab) {
        model.state.tab = tab
        // What is left of its timeouts is told anew.
        if tab == .machine { model.stream?.machineFor = nil }
        if model.focus == .state { chooseFirstValue() }
    }

    private mutating func showStreams() {
        if model.place != .streams {
            model.streams = StreamList(prefix: model.streams.prefix, order: model.streams.order)
        }
        model.place = .streams
        focus(on: .timeline)
    }

    private mutating func enter() {
        switch model.context {
        case .streams:
            let list = model.streams
            guard list.heads.indices.contains(list.cursor.selected) else { return }
            model.place = .events
            let id = list.heads[list.cursor.selected].persistenceID
            if id != model.stream?.id {
                if let stream = model.stream { model.trail.leave(Trail.Stop(id: stream.id, number: stream.playhead)) }
                open(id, at: nil)
            }
        case .setters:
            let list = model.setters
            guard list.setters.indices.contains(list.cursor.selected),
                let number = list.setters[list.cursor.selected].sequenceNumber
            else { return }
            model.place = .events
            jump(to: number)
        case .report: enterReport()
        case .reactions: enterReaction()
        case .log:
            guard let row = model.log.rows.first(where: { $0.position == model.log.selected }) else { return }
            goTo(Address(id: row.persistenceID, sequenceNumber: row.sequenceNumber))
        case .state:
            let tree = StateTree(model: model)
            guard let index = tree.index(of: model.state.tree.selected) else { return chooseFirstValue() }
            performInLines(tree.rows[index].isOpen ? .fold : .unfold, count: nil)
        default: show(.event)
        }
    }

    /// Stops what is running; without that closes what is open, from the top down.
    private mutating func leave() {
        if model.help != nil {
            model.help = nil
        } else if model.prompt != nil {
            leavePrompt()
        } else if stopWork() {
            return
        } else if model.place != .events, model.focus == .timeline {
            if model.stream == nil, !model.isStoreEmpty {
                model.message = StatusMessage("no stream is open: Enter opens the chosen one")
            } else {
                model.place = .events
                scrollToPlayhead()
            }
        } else if model.focus == .commands {
            // What was sent stays in the history; what was not is gone.
            model.commands.editor = LineEditor()
            model.commands.history.leave()
            model.isZoomed = false
            focus(on: .timeline)
        } else if model.isZoomed {
            model.isZoomed = false
            scrollToPlayhead()
        } else if model.focus != .timeline {
            focus(on: .timeline)
        }
    }
}

import EventSourcing
package import Inspection
import Terminal

extension Model {
    package var layout: Layout { Layout(size: size, focus: focus, isZoomed: isZoomed) }

    /// How many lines a pane shows, at least 1.
    func rows(of pane: Pane) -> Int { max(1, layout[pane].rows) }

    /// How many events the timeline shows, at least 1.
    var timelineRows: Int { rows(of: .timeline) }

    /// The numbers of the events on the screen; nil for an empty stream.
    func shownEvents(of stream: OpenStream) -> ClosedRange<Int64>? {
        let low = max(stream.first + 1, stream.top)
        let high = min(stream.last, stream.top + Int64(timelineRows) - 1)
        return low <= high ? low...high : nil
    }

    /// Where the cursor of the searched list stands.
    var searchPlace: Int64 { place == .log ? log.selected : stream?.playhead ?? 0 }

    /// The path of the value under the cursor in the state; nil where none is chosen.
    package var chosenPath: StatePath? { state.trees[.state]?.selected }

    /// The part of the screen that the next key is for.
    var context: Command.Context {
        if help != nil { return .help }
        if prompt != nil { return .prompt }
        switch focus {
        case .state: return .state
        case .commands: return .typing
        case .watches: return .watches
        case .timeline:
            switch place {
            case .events: return .events
            case .streams: return .streams
            case .log: return .log
            case .setters: return .setters
            case .reactions: return .reactions
            case .recovery, .filters, .warnings, .chain: return .report
            }
        }
    }

    /// Why no command can be sent; nil where one can.
    var commandRefusal: DisplayText? {
        if case .nowhere(let reason, let way) = session.commands { return "\(reason): \(way)" }
        guard let stream else { return "no stream is open: s lists the streams" }
        if let domain = stream.domain, domain.commands.isEmpty {
            if let file = domain.ruleFile { return "\(file, as: .name) says how events fold, and has no commands" }
            return "nobody described commands for \(stream.id.entityType, as: .name)"
        }
        return nil
    }

    /// The address of what is under the playhead.
    var address: Address? {
        switch (place, focus) {
        case (.log, .timeline):
            guard let row = log.rows.first(where: { $0.position == log.selected }) else { return nil }
            return Address(path: session.path, id: row.persistenceID, sequenceNumber: row.sequenceNumber)
        default:
            return stream.map { Address(path: session.path, id: $0.id, sequenceNumber: $0.playhead) }
        }
    }
}

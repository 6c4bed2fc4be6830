import EventSourcing
import Inspection
import Terminal

/// Cause and effect: what belongs to the event under the playhead, across streams.
extension Workbench {
    mutating func showChain() {
        guard let event = model.chainOrigin else { return }
        let report = ChainReport(id: event.id, number: event.number)
        model.chain = report
        model.place = .chain
        focus(on: .timeline)
        ask(.chain(event.id, event.number), for: .chain)
    }

    mutating func take(_ view: ChainView, searched: Double, isComplete: Bool, to question: Question?) {
        guard case .chain(let id, let number)? = question, model.chain?.id == id, model.chain?.number == number else {
            return
        }
        let rows = model.rows(of: .timeline)
        model.chain?.take(view, seen: rows)
        model.chain?.searched = searched
        model.chain?.isComplete = isComplete
        if isComplete, view.isCut {
            model.message = StatusMessage("only the nearest \(view.events.count) events of the chain are listed")
        }
    }

    mutating func moveInChain(_ id: Command.ID, count: Int?) {
        guard var chain = model.chain else { return }
        let rows = model.rows(of: .timeline)
        let lines = chain.view.events.count
        chain.hasMoved = true
        chain.cursor.move(
            to: target(id, count, from: chain.cursor.selected, of: lines, rows), of: lines, seen: rows)
        model.chain = chain
    }

    /// Goes to the chosen event.
    mutating func enterChain() {
        guard let chosen = model.chain?.chosen else { return }
        goTo(Address(id: chosen.persistenceID, sequenceNumber: chosen.sequenceNumber))
    }
}

extension Model {
    /// The event whose chain would be shown; nil where none is under the cursor.
    var chainOrigin: (id: PersistenceID, number: Int64)? {
        switch (place, focus) {
        case (.log, .timeline):
            let row = log.rows.first { $0.position == log.selected && $0.sequenceNumber > 0 }
            return row.map { ($0.persistenceID, $0.sequenceNumber) }
        case (.chain, .timeline): return chain?.chosen.map { ($0.persistenceID, $0.sequenceNumber) }
        default: return stream.flatMap { $0.playhead > $0.first ? ($0.id, $0.playhead) : nil }
        }
    }

    /// Why there is no chain to show; nil where there is one.
    var whyNoChain: DisplayText? {
        if chainOrigin != nil { return nil }
        return whyNoStream ?? "#\(stream?.playhead ?? 0) is no event: j goes to the next"
    }
}

import EventSourcing
import Inspection
import Terminal

/// The list of streams and the log of all events, both in the Timeline's place.
extension Workbench {
    /// Takes a page of heads.
    mutating func take(_ heads: [StreamHead], to question: Question?) {
        guard case .streams(let query)? = question, query.prefix == model.streams.queriedPrefix,
            query.order == model.streams.order
        else { return }
        if query.after == nil, heads.isEmpty, !query.prefix.isEmpty, !query.prefix.contains("|") {
            // A person types what is seen, and that is seldom the type: asks for all, and shows what contains it.
            model.streams.isContaining = true
            return
        }
        model.streams.take(heads, isFirst: query.after == nil)
        if query.after == nil {
            model.streams.cursor.move(
                to: model.streams.cursor.selected, of: model.streams.heads.count, seen: model.rows(of: .timeline))
        }
        model.streams.isLoaded = true
        model.streams.hasMore = heads.count >= query.limit
        if model.streams.readCount >= StreamList.longest, model.streams.hasMore {
            model.message = StatusMessage(
                "only the first \(StreamList.longest) are listed: / shows those with a prefix")
        }
    }

    mutating func showLog() {
        if model.place != .log {
            let position = model.stream.flatMap { $0.window[$0.playhead]?.position }
            model.log.selected = position ?? model.overview?.totals.lastPosition ?? 1
            model.log.line = model.timelineRows / 2
            model.log.range = nil
            model.log.reach = 200
        }
        model.place = .log
        focus(on: .timeline)
    }

    /// Takes events by global position.
    mutating func takeLog(_ rows: [EventRow], of range: ClosedRange<Int64>) {
        if rows.isEmpty, model.log.reach < Int64.max / 16 {
            // Nothing near: look further.
            model.log.reach *= 8
            let last = model.overview?.totals.lastPosition ?? 0
            if range.lowerBound > 1 || range.upperBound < last { model.log.range = nil }
            return
        }
        model.log.rows = rows
        model.log.range = range
        guard !rows.contains(where: { $0.position == model.log.selected }) else { return }
        let index = rows.partitioningIndex { $0.position >= model.log.selected }
        model.log.selected = rows[min(index, rows.count - 1)].position
    }

    mutating func moveInLog(_ id: Command.ID, count: Int?) {
        let log = model.log
        let visible = model.rows(of: .timeline)
        let last = model.overview?.totals.lastPosition ?? log.selected
        if id == .firstLine || id == .lastLine {
            let position = max(1, min(last, count.map(Int64.init) ?? (id == .firstLine ? 1 : last)))
            model.log.selected = position
            model.log.line = id == .firstLine && count == nil ? 0 : count == nil ? visible - 1 : visible / 2
            if let range = log.range, range.contains(position) {
                takeLog(log.rows, of: range)
            } else {
                model.log.range = nil
            }
            return
        }
        // Both ends are known also while rows are still being read.
        guard let index = log.rows.firstIndex(where: { $0.position == log.selected }) else { return }
        let wanted = target(id, count, from: index, of: log.rows.count, visible)
        let reached = max(0, min(wanted, log.rows.count - 1))
        let moved = log.line + reached - index
        model.log.selected = log.rows[reached].position
        model.log.line =
            moved - Scrolling.top(from: 0, showing: moved, in: -log.rows.count...(log.rows.count * 2), rows: visible)
    }
}

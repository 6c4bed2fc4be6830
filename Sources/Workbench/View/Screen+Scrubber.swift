import EventSourcing
import Inspection
import Terminal

/// How the scrubber's row is shared between the cells and what explains them.
struct ScrubberPlan {
    /// Columns before the first cell: room for the first number.
    static let start = 5
    /// How many cells there is room for.
    let cells: Int
    /// Whether signs and writers are explained beside the lanes.
    let hasLegend: Bool

    init(size: Size, last: Int64) {
        let layout = Layout(size: size, focus: .timeline, isZoomed: false)
        let digits = String(last).count
        hasLegend = layout.form == .fourPanes
        guard !layout.scrubber.isEmpty else {
            cells = 0
            return
        }
        let legend = hasLegend ? ScrubberPlan.legendColumns + 3 : 1
        cells = max(1, size.columns - Self.start - 1 - digits - legend)
    }

    /// `◆ snapshot  ▸ mark  ✗ anomaly  A diff from  ▼ playhead`, the longest there is.
    static let legendColumns = 54
}

extension Screen {
    /// One cell per event or bucket: height is events per time, and signs win over it.
    mutating func drawScrubber() {
        let area = layout.scrubber
        guard !area.isEmpty, let stream = model.stream else { return }
        guard stream.last > 0 else {
            put("   0 no event yet", 0, 0, in: area, role: .muted)
            return
        }
        let plan = ScrubberPlan(size: layout.size, last: stream.last)
        put(DisplayText(stream.first + 1).padded(to: 4, alignment: .right), 0, 0, in: area, role: .muted)
        let end = drawCells(of: stream, plan, in: area)
        let after = end + 1
        put(DisplayText(stream.last), after, 0, in: area, role: .muted)
        if stream.playhead <= stream.first {
            frame.put(glyphs.playhead, column: ScrubberPlan.start - 1, row: 0, role: .playhead, in: area)
        }
        guard plan.hasLegend else { return }
        let signs: [(DisplayText, DisplayText, Role)] = [
            (glyphs.snapshot, "snapshot", .snapshot), (glyphs.mark, "mark", .mark),
            (glyphs.anomaly, "anomaly", .finding), (glyphs.diffOrigin, "diff from", .accent),
            (glyphs.playhead, "playhead", .playhead),
        ]
        var column = after + String(stream.last).count + 3
        for (sign, word, role) in signs {
            column += put(sign, column, 0, in: area, role: role) + 1
            column += put(word, column, 0, in: area, role: .muted) + 2
        }
    }

    /// Draws the cells and says in which column they end.
    private mutating func drawCells(of stream: OpenStream, _ plan: ScrubberPlan, in area: Area) -> Int {
        guard let lane = stream.lane, !lane.cells.isEmpty else {
            let count = Int(min(Int64(plan.cells), stream.last - stream.first))
            put(glyphs.dot.repeated(count), ScrubberPlan.start, 0, in: area, role: .muted)
            return ScrubberPlan.start + max(0, count)
        }
        let marks = Set(stream.marks.values).sorted()
        for (index, cell) in lane.cells.prefix(plan.cells).enumerated() {
            let (sign, role) = sign(of: cell, in: stream, marks: marks)
            frame.put(sign, column: ScrubberPlan.start + index, row: 0, role: role, in: area)
        }
        return ScrubberPlan.start + min(lane.cells.count, plan.cells)
    }

    private func sign(of cell: Lane.Cell, in stream: OpenStream, marks: [Int64]) -> (DisplayText, Role) {
        let numbers = cell.sequenceNumbers
        if numbers.contains(stream.playhead) { return (glyphs.playhead, .playhead) }
        if let origin = stream.diffOrigin, numbers.contains(origin) { return (glyphs.diffOrigin, .accent) }
        if stream.finding(in: numbers) != nil { return (glyphs.anomaly, .finding) }
        let mark = marks.partitioningIndex { $0 >= numbers.lowerBound }
        if mark < marks.count, marks[mark] <= numbers.upperBound { return (glyphs.mark, .mark) }
        if stream.snapshot(in: numbers) != nil { return (glyphs.snapshot, .snapshot) }
        let isFuture = numbers.lowerBound > stream.playhead
        return (glyphs.bar(cell.level, of: 8), isFuture ? .future : .text)
    }

    /// Who wrote what, as a digit per cell.
    mutating func drawWriterLane() {
        let area = layout.writers
        guard !area.isEmpty, let stream = model.stream, stream.last > 0 else { return }
        let plan = ScrubberPlan(size: layout.size, last: stream.last)
        put("  by", 0, 0, in: area, role: .muted)
        guard let lane = stream.lane else { return }
        let numbers = lane.writers.map { stream.writerNumbers[$0.id] ?? 0 }
        var counts = Array(repeating: Int64(0), count: lane.writers.count)
        var areSingle = true
        for (index, cell) in lane.cells.prefix(plan.cells).enumerated() {
            let column = ScrubberPlan.start + index
            if cell.sequenceNumbers.count > 1 { areSingle = false }
            switch cell.writer {
            case .none: break
            case .several: frame.put("*", column: column, row: 0, role: .muted, in: area)
            case .one(let writer):
                guard numbers.indices.contains(writer) else { break }
                counts[writer] += 1
                frame.put(
                    Words.digit(numbers[writer]), column: column, row: 0, role: .writer(numbers[writer]), in: area)
            }
        }
        guard plan.hasLegend else { return }
        var column = ScrubberPlan.start + min(lane.cells.count, plan.cells) + 1 + String(stream.last).count + 3
        for (index, writer) in lane.writers.enumerated() {
            var text = Words.digit(numbers[index]) + " " + Words.name(of: writer)
            if areSingle { text += " \(counts[index])" }
            if column + text.width + 2 > area.columns {
                put(glyphs.ellipsis, column, 0, in: area, role: .muted)
                return
            }
            column += put(text, column, 0, in: area, role: .writer(numbers[index])) + 3
        }
    }
}

import Actors
import EventSourcing
import Inspection
import Terminal

/// The events of the open stream; the playhead is the row under the cursor.
extension Screen {
    mutating func drawFirstPane() {
        guard layout.titles[.timeline] != nil else { return }
        switch model.place {
        case .events: drawTimeline()
        case .streams: drawStreams()
        case .log: drawLog()
        case .setters: drawSetters()
        case .recovery: drawRecovery()
        case .filters: drawFilters()
        case .warnings: drawWarnings()
        case .reactions: drawReactions()
        case .chain: drawChain()
        }
    }

    private mutating func drawTimeline() {
        let area = layout[.timeline]
        guard let stream = model.stream else {
            drawRule(layout.titles[.timeline] ?? area, [title(.timeline, "Timeline")])
            drawNoStream(in: area)
            return
        }
        var parts = [title(.timeline, "Timeline")]
        parts.append((DisplayText(stream.id.description, as: .name), .text))
        if model.isFollowing { parts.append(("\(glyphs.playing) live #\(stream.last)", .accent)) }
        drawRule(layout.titles[.timeline] ?? area, parts)
        guard !area.isEmpty else { return }
        let columns = TimelineColumns(columns: area.columns, last: stream.last)
        let top = Scrolling.top(
            from: stream.top, showing: stream.playhead, in: stream.first...max(stream.first, stream.last),
            rows: area.rows)
        for line in 0..<area.rows {
            let number = top + Int64(line)
            guard number <= stream.last else { break }
            drawEvent(number, of: stream, columns, line, in: area)
        }
        if stream.last == 0, area.rows > 1 {
            put("this stream has no event yet", columns.streamStart, 1, in: area, role: .muted)
        }
    }

    private mutating func drawNoStream(in area: Area) {
        if model.isStoreEmpty {
            drawEmpty(
                ["this store holds no event yet", "> and a command writes the first one; F shows what others write"],
                in: area)
        } else if model.requests.isOpen(.openStream) {
            drawEmpty(["opening" + glyphs.ellipsis], in: area)
        } else {
            drawEmpty(["no stream is open", "s lists the streams, Enter opens one"], in: area)
        }
    }

    private mutating func drawEvent(
        _ number: Int64, of stream: OpenStream, _ columns: TimelineColumns, _ line: Int, in area: Area
    ) {
        let isPlayhead = number == stream.playhead
        let isFuture = number > stream.playhead
        let role: Role = isPlayhead ? .playhead : isFuture ? .future : .text
        let quiet: Role = isPlayhead ? .playhead : isFuture ? .future : .muted
        let row = stream.window[number]
        drawSigns(number, of: stream, row, line, in: area)
        put(
            DisplayText(number).padded(to: columns.number, alignment: .right), TimelineColumns.signs, line, in: area,
            role: quiet)
        if let row {
            drawCells(of: row, columns, line, role, quiet, in: area)
            if columns.distance > 0, let distance = stream.window.distance(before: number) {
                let text = Words.distance(distance).padded(to: 5, alignment: .right)
                put(text, columns.distanceStart + 1, line, in: area, role: quiet)
            }
            if columns.writer > 0 {
                let digit = stream.writerNumbers[row.writer] ?? 0
                put(Words.digit(digit), columns.writerStart, line, in: area, role: .writer(digit))
            }
        } else {
            put(missing(number, of: stream), columns.typeStart, line, in: area, role: .muted)
        }
        if isPlayhead {
            // One bar as far as the type; what the event says and who wrote it keep their own looks.
            let bar = area.line(line).split(left: columns.typeStart + max(0, columns.type - 1)).left
            frame.restyle(bar, role: .playhead, adding: model.focus == .timeline ? [.bold] : [])
            if model.prompt == nil, model.help == nil, model.focus != .commands {
                frame.cursor = Position(column: area.column + 1, row: area.row + line)
            }
        }
        // A snapshot stands between two events: a line below its event, beside the sign in front of it.
        if stream.snapshot(at: number) != nil { frame.restyle(area.line(line), adding: .underline) }
    }

    /// Type and summary, which are the same in every list of events.
    mutating func drawCells(
        of row: EventRow, _ columns: TimelineColumns, _ line: Int, _ role: Role, _ quiet: Role, in area: Area
    ) {
        let type = DisplayText(row.type, as: .name)
        put(fit(type, max(0, columns.type - 1)), columns.typeStart, line, in: area, role: role)
        guard area.columns - columns.summaryStart >= 8 else { return }
        if let problem = row.problem {
            put(DisplayText(problem), columns.summaryStart, line, in: area, role: .finding)
        } else {
            put(DisplayText(row.summary), columns.summaryStart, line, in: area, role: role == .future ? .future : .text)
        }
    }

    /// What stands where no event is.
    private func missing(_ number: Int64, of stream: OpenStream) -> DisplayText {
        if number == 0 { return "(empty state)" }
        if number <= stream.first { return "events up to here were deleted" }
        return stream.window.covers(number...number) ? "no event has this number" : glyphs.ellipsis
    }

    /// The playhead, or what else is to be told of an event; beside the playhead it stands one column to the left.
    private mutating func drawSigns(
        _ number: Int64, of stream: OpenStream, _ row: EventRow?, _ line: Int, in area: Area
    ) {
        var signs: [(DisplayText, Role)] = []
        if number == stream.playhead { signs.append((glyphs.rowPlayhead, .playhead)) }
        if stream.diffOrigin == number { signs.append((glyphs.diffOrigin, .accent)) }
        let isMissing = row == nil && number > stream.first && stream.window.covers(number...number)
        let stopped = stream.view?.problem?.sequenceNumber == number
        if stream.finding(at: number) != nil || row?.problem != nil || isMissing || stopped {
            signs.append((glyphs.anomaly, .finding))
        }
        if stream.marks.values.contains(number) { signs.append((glyphs.mark, .mark)) }
        if stream.snapshot(at: number) != nil { signs.append((glyphs.snapshot, .snapshot)) }
        for (index, sign) in signs.prefix(2).enumerated() {
            put(sign.0, 1 - index, line, in: area, role: sign.1)
        }
    }
}

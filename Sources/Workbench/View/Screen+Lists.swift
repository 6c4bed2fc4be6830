import Actors
import EventSourcing
import Inspection
import Terminal

/// What may stand in the Timeline's place: the streams, the log of all events, the setters of a value.
extension Screen {
    mutating func drawStreams() {
        let area = layout[.timeline]
        let list = model.streams
        var parts = [title(.timeline, "Streams")]
        parts.append((list.order == .newest ? "newest first" : "by name", .muted))
        if !list.prefix.isEmpty {
            parts.append(
                (list.isContaining ? "with \(list.prefix, as: .name)" : "prefix \(list.prefix, as: .name)", .accent))
        }
        drawRule(layout.titles[.timeline] ?? area, parts)
        guard !list.heads.isEmpty else {
            if !list.isLoaded {
                drawEmpty(["reading" + glyphs.ellipsis], in: area)
            } else if list.prefix.isEmpty {
                drawEmpty(["this store holds no stream yet", "> and a command writes the first event"], in: area)
            } else {
                drawEmpty(
                    ["no stream has \(list.prefix, as: .name) in its name", "/ and an empty line shows all of them"],
                    in: area)
            }
            return
        }
        let showsWriter = area.columns >= 64
        let showsTime = area.columns >= 46
        let showsType = area.columns >= 36
        let typeWidth = showsType ? 12 : 0
        let writerWidth = showsWriter ? 11 : 0
        let timeWidth = showsTime ? 16 : 0
        let nameWidth = max(4, area.columns - 2 - typeWidth - 9 - timeWidth - writerWidth)
        for line in 0..<area.rows {
            let index = list.cursor.top + line
            guard list.heads.indices.contains(index) else { break }
            let head = list.heads[index]
            let isChosen = index == list.cursor.selected
            let role: Role = isChosen ? .playhead : .text
            if isChosen { choose(line, in: area) }
            var column = 2
            put(
                fit(DisplayText(head.persistenceID.entityID, as: .name), nameWidth - 1), column, line, in: area,
                role: role)
            column += nameWidth
            if showsType {
                put(fit(DisplayText(head.persistenceID.entityType, as: .name), 11), column, line, in: area, role: role)
                column += typeWidth
            }
            put(Words.grouped(head.eventCount).padded(to: 8, alignment: .right), column, line, in: area, role: role)
            column += 9
            if showsTime {
                put(Words.shortDateAndClock(head.lastTime), column + 1, line, in: area, role: isChosen ? role : .muted)
                column += timeWidth
            }
            if showsWriter, let writer = head.lastWriter {
                let name = model.writer(writer).map(Words.name) ?? Words.name(of: writer)
                put(fit(name, writerWidth - 1), column + 1, line, in: area, role: isChosen ? role : .muted)
            }
        }
    }

    /// Marks the chosen line of a list.
    mutating func choose(_ line: Int, in area: Area) {
        put(glyphs.rowPlayhead, 0, line, in: area, role: .playhead)
        guard model.prompt == nil, model.help == nil, model.focus == .timeline else { return }
        frame.cursor = Position(column: area.column, row: area.row + line)
    }

    mutating func drawLog() {
        let area = layout[.timeline]
        var parts = [title(.timeline, "All events")]
        if let last = model.overview?.totals.lastPosition {
            parts.append(("position \(model.log.selected) of \(last)", .muted))
        }
        drawRule(layout.titles[.timeline] ?? area, parts)
        let log = model.log
        guard let selected = log.rows.firstIndex(where: { $0.position == log.selected }) else {
            if model.overview?.totals.events == 0 {
                drawEmpty(["this store holds no event yet", "> and a command writes the first one"], in: area)
            } else {
                drawEmpty(["reading" + glyphs.ellipsis], in: area)
            }
            return
        }
        let columns = TimelineColumns(
            columns: area.columns, last: max(log.rows.last?.position ?? 0, log.selected), hasStream: true)
        let top = max(0, min(selected - max(0, min(log.line, area.rows - 1)), log.rows.count - area.rows))
        for line in 0..<area.rows {
            let index = top + line
            guard log.rows.indices.contains(index) else { break }
            let row = log.rows[index]
            let isChosen = index == selected
            let role: Role = isChosen ? .playhead : .text
            let quiet: Role = isChosen ? .playhead : .muted
            if isChosen { choose(line, in: area) }
            put(
                DisplayText(row.position).padded(to: columns.number, alignment: .right), TimelineColumns.signs, line,
                in: area, role: quiet)
            if columns.distance > 0, index > 0 {
                let distance = row.timestamp.duration(since: log.rows[index - 1].timestamp)
                put(
                    Words.distance(distance).padded(to: 5, alignment: .right), columns.distanceStart + 1, line,
                    in: area, role: quiet)
            }
            if columns.stream > 0 {
                // The number is what tells events of one stream apart: the name is cut, at its beginning.
                let number: DisplayText = "@\(row.sequenceNumber)"
                var name = DisplayText(row.persistenceID.entityID, as: .name)
                let room = max(1, columns.stream - 1 - number.width)
                if name.width > room { name = glyphs.ellipsis + name.dropping(columns: name.width - room + 1) }
                put(name + number, columns.streamStart, line, in: area, role: role)
            }
            drawCells(of: row, columns, line, role, quiet, in: area)
            if columns.writer > 0 { drawStoreWriter(of: row, columns, line, in: area) }
        }
    }

    /// The writers of the open stream have the digits of its lane; the store's others go on from there.
    private mutating func drawStoreWriter(of row: EventRow, _ columns: TimelineColumns, _ line: Int, in area: Area) {
        let known = model.stream?.writerNumbers ?? [:]
        let others = (model.overview?.writers ?? []).filter { known[$0.id] == nil }
        let index = others.firstIndex { $0.id == row.writer }
        let number = known[row.writer] ?? index.map { known.count + $0 + 1 } ?? 0
        put(Words.digit(number), columns.writerStart, line, in: area, role: .writer(number))
    }

    mutating func drawSetters() {
        let area = layout[.timeline]
        let list = model.setters
        drawRule(
            layout.titles[.timeline] ?? area,
            [title(.timeline, "Who set this"), (DisplayText(list.path.description, as: .name), .text)])
        guard !list.setters.isEmpty else {
            if list.isComplete {
                drawEmpty(["no event ever set this value", "Esc goes back to the events"], in: area)
            } else {
                let part = Int((model.requests.progress(of: .setters) ?? 0) * 100)
                drawEmpty(["looking through the events" + glyphs.ellipsis + " \(part) %", "Esc stops it"], in: area)
            }
            return
        }
        let shows = model.showsSecrets || !list.path.isSecret
        for line in 0..<area.rows {
            let index = list.cursor.top + line
            guard list.setters.indices.contains(index) else { break }
            let setter = list.setters[index]
            let isChosen = index == list.cursor.selected
            if isChosen { choose(line, in: area) }
            let number: DisplayText = "#\(setter.sequenceNumber ?? 0)"
            put(number.padded(to: 8, alignment: .right), 1, line, in: area, role: isChosen ? .playhead : .muted)
            let after = shows ? setter.after.shortText(showsSecrets: model.showsSecrets) : DisplayText.mask
            let before = shows ? setter.before.shortText(showsSecrets: model.showsSecrets) : DisplayText.mask
            let used = put(after, 11, line, in: area, role: isChosen ? .playhead : .text)
            put("was " + before, max(32, 11 + used + 2), line, in: area, role: .muted)
        }
    }
}

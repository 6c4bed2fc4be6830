import Actors
import EventSourcing
import Inspection
import Terminal

/// What reactions have done: the subscriptions with how far each is, and below them the applications and projections.
extension Screen {
    mutating func drawReactions() {
        let area = layout[.timeline]
        let list = model.reactions
        drawRule(layout.titles[.timeline] ?? area, reactionTitle(list))
        guard let view = list.view else {
            let part = Int((model.requests.progress(of: .reactions) ?? 0) * 100)
            drawEmpty(["reading" + glyphs.ellipsis + (part > 0 ? " \(part) %" : "")], in: area)
            return
        }
        let foot = reactionFoot(of: view, rows: area.rows)
        let (footArea, upper) = area.split(bottom: foot.count)
        for (line, text) in foot.enumerated() { put(text, 2, line, in: footArea, role: .muted) }
        guard !view.subscriptions.isEmpty else {
            drawNoSubscription(view, list, in: upper)
            return
        }
        let running = runningLines(of: view, rows: area.rows)
        let (top, lower) = upper.split(top: running.count)
        for (line, text) in running.enumerated() { put(text, 0, line, in: top, role: .accent) }
        let rows = ReactionColumns.rows(in: area, foot: foot.count + running.count)
        let columns = ReactionColumns(columns: area.columns, hasApplications: view.applications.count > 1)
        let (head, lines) = lower.split(top: lower.rows - rows)
        drawReactionHead(columns, in: head)
        for line in 0..<lines.rows {
            let index = list.cursor.top + line
            guard view.subscriptions.indices.contains(index) else { break }
            draw(view.subscriptions[index], isChosen: index == list.cursor.selected, columns, line, in: lines)
        }
    }

    private func reactionTitle(_ list: ReactionList) -> [(text: DisplayText, role: Role)] {
        var parts = [title(.timeline, "Reactions")]
        guard let view = list.view else { return parts }
        let atLeast: DisplayText = view.isCut ? glyphs.atLeast + " " : ""
        parts.append(
            (atLeast + Words.count(Int64(view.subscriptions.count), "subscription", "subscriptions"), .muted))
        let blocked = view.count(.blocked)
        if blocked > 0 { parts.append(("\(blocked) blocked", .error)) }
        if !view.running.isEmpty { parts.append(("\(view.running.count) running here", .accent)) }
        if !list.text.isEmpty { parts.append(("with \(list.text, as: .name)", .accent)) }
        return parts
    }

    private mutating func drawNoSubscription(_ view: ReactionsView, _ list: ReactionList, in area: Area) {
        if !list.text.isEmpty {
            drawEmpty(
                ["no subscription has \(list.text, as: .name) in its name", "/ and an empty line shows all of them"],
                in: area)
        } else if view.applications.isEmpty {
            drawEmpty(
                [
                    "nothing reacts to the events of this store", "once an application runs on it, each stream that",
                    "its reactions write to has a subscription here", "Esc goes back to the events",
                ], in: area)
        } else {
            drawEmpty(
                ["no event has concerned a reaction yet", "the first one that does registers its target here"],
                in: area)
        }
    }

    private mutating func drawReactionHead(_ columns: ReactionColumns, in area: Area) {
        guard !area.isEmpty else { return }
        put("target", columns.name.start, 0, in: area, role: .muted)
        for (column, title) in columns.titled {
            let isNumber = column == columns.lag || column == columns.watermark || column == columns.workMark
            put(
                isNumber ? title.padded(to: column.count, alignment: .right) : title, column.lowerBound, 0, in: area,
                role: .muted)
        }
    }

    private mutating func draw(
        _ row: SubscriptionView, isChosen: Bool, _ columns: ReactionColumns, _ line: Int, in area: Area
    ) {
        if isChosen { choose(line, in: area) }
        let subscription = row.subscription
        let quiet: Role = isChosen ? .playhead : .muted
        let name = DisplayText(subscription.target.description, as: .name)
        put(
            fit(name, columns.name.count), columns.name.start, line, in: area,
            role: isChosen ? .playhead : row.standing == .idle ? .muted : .text)
        func number(_ value: Int64, _ column: Range<Int>) {
            guard !column.isEmpty else { return }
            let text = Words.grouped(value)
            put(
                fit(text, column.count).padded(to: column.count, alignment: .right), column.lowerBound, line,
                in: area, role: quiet)
        }
        put(
            fit(DisplayText(row.standing.word), columns.standing.count), columns.standing.lowerBound, line, in: area,
            role: ReactionLines.role(of: row.standing))
        number(row.lag, columns.lag)
        number(subscription.watermark, columns.watermark)
        number(subscription.workMark, columns.workMark)
        if !columns.time.isEmpty, let time = time(of: row) {
            put(Words.clock(time), columns.time.lowerBound, line, in: area, role: quiet)
        }
        if !columns.holder.isEmpty, let holder = row.holder, !holder.hasRunOut {
            put(
                fit(DisplayText(holder.name, as: .name), columns.holder.count), columns.holder.lowerBound, line,
                in: area, role: quiet)
        }
        if !columns.application.isEmpty {
            put(
                fit(DisplayText(subscription.application, as: .name), columns.application.count),
                columns.application.lowerBound, line, in: area, role: quiet)
        }
    }

    /// Since when it is blocked, or until when it is leased or waits.
    private func time(of row: SubscriptionView) -> Timestamp? {
        switch row.standing {
        case .blocked: row.subscription.blocked
        case .leased: row.holder?.until
        case .waiting: row.subscription.due
        case .eligible, .idle: nil
        }
    }

    /// What runs in this process, as many as have room above the subscriptions.
    private func runningLines(of view: ReactionsView, rows: Int) -> [DisplayText] {
        let room = ReactionColumns.head(of: view, rows: rows)
        let lines = view.running.map { glyphs.mark + " runs  " + ReactionLines.line(of: $0, now: view.now) }
        guard lines.count > room, room > 0 else { return Array(lines.prefix(room)) }
        let more = lines.count - room + 1
        return room == 1
            ? [fit(lines[0], layout[.timeline].columns - 14) + ", and \(more - 1) more"]
            : lines.prefix(room - 1) + [glyphs.mark + " " + glyphs.ellipsis + " and \(more) more"]
    }

    /// The applications and the projections, as many as have room below the subscriptions.
    private func reactionFoot(of view: ReactionsView, rows: Int) -> [DisplayText] {
        let room = ReactionColumns.foot(of: view, rows: rows)
        guard room > 0 else { return [] }
        let applications = view.applications.map { application in
            DisplayText(application.name, as: .name) + ": correlated "
                + ReactionLines.text(of: application, last: view.lastPosition)
        }
        let projections = view.projections.map { "projection " + ReactionLines.text(of: $0, last: view.lastPosition) }
        let lines = applications + projections
        // The first is empty, which parts them from the list.
        guard lines.count > room - 1 else { return [""] + lines }
        return [""] + lines.prefix(room - 2) + [glyphs.ellipsis + " and \(lines.count - room + 2) more"]
    }

    // MARK: - One of them

    mutating func drawReaction(in area: Area) {
        guard model.reactions.chosen != nil else {
            let isRead = model.reactions.view != nil
            drawEmpty([isRead ? "no subscription is chosen" : "reading" + glyphs.ellipsis], in: area)
            return
        }
        drawLines(ReactionLines.rows(model: model, columns: area.columns, glyphs: glyphs), in: area)
    }
}

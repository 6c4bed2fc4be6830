import Actors
import EventSourcing
import Inspection
import Terminal

/// What is said of one subscription: what failed at each attempt, how far it is, who has it, and what feeds it.
struct ReactionLines {
    /// The bytes of a message that are shown.
    static let longestMessage = 2_000
    /// The most attempts and names that are listed.
    static let mostListed = 100

    let list: ReactionList
    let glyphs: Glyphs

    init(model: Model, glyphs: Glyphs = .unicode) {
        list = model.reactions
        self.glyphs = glyphs
    }

    /// The lines, with what does not fit into so many columns going on in the next.
    static func rows(model: Model, columns: Int, glyphs: Glyphs = .unicode) -> [StateLines.Line] {
        let room = max(10, columns - 16)
        return ReactionLines(model: model, glyphs: glyphs).lines.flatMap { line in
            HelpLines.wrapped(line.value, columns: room).enumerated().map { index, text in
                StateLines.Line(label: index == 0 ? line.label : "", value: text, role: line.role)
            }
        }
    }

    /// What there is to say, the most urgent first.
    var lines: [StateLines.Line] {
        guard let row = list.chosen else { return [] }
        return standing(of: row) + failure(of: row.subscription) + progress(of: row) + keeping(of: row)
    }

    private func line(_ label: DisplayText, _ value: DisplayText, _ role: Role = .text) -> StateLines.Line {
        StateLines.Line(label: label, value: value, role: role)
    }

    // MARK: - Why it stands where it does

    private func standing(of row: SubscriptionView) -> [StateLines.Line] {
        let subscription = row.subscription
        let text: DisplayText
        switch row.standing {
        case .blocked: text = "blocked" + (subscription.blocked.map { " since " + Words.dateAndClock($0) } ?? "")
        case .leased: text = "leased, somebody works on it"
        case .waiting: text = "waiting" + (subscription.due.map { " until " + Words.dateAndClock($0) } ?? "")
        case .eligible: text = "eligible: any worker may claim it"
        case .idle: text = "idle: all is handled"
        }
        let lines = [
            line("target", DisplayText(subscription.target.description, as: .name)),
            line("standing", text, Self.role(of: row.standing)),
        ]
        guard let view = list.view, let running = view.running(for: subscription) else { return lines }
        return lines + [line("runs", Self.text(of: running, now: view.now) + " (x cancels)", .accent)]
    }

    private func failure(of subscription: Subscription) -> [StateLines.Line] {
        guard let failure = subscription.failure else {
            let isSilent = subscription.blocked != nil
            return isSilent ? [line("failure", "what failed can't be read", .finding)] : []
        }
        var lines = [line("reaction", DisplayText(failure.reaction, as: .name), .error), event(of: failure)]
        for (index, attempt) in failure.attempts.prefix(Self.mostListed).enumerated() {
            lines.append(
                line(
                    "attempt \(index + 1)",
                    Words.shortDateAndClock(attempt.time) + " "
                        + DisplayText(attempt.message, limit: Self.longestMessage)))
        }
        let more = failure.attempts.count - Self.mostListed
        if more > 0 { lines.append(line("", glyphs.ellipsis + " and \(more) more")) }
        return lines
    }

    private func event(of failure: SubscriptionFailure) -> StateLines.Line {
        let position: DisplayText = "position " + Words.grouped(failure.position)
        guard list.failedFor == failure.position else { return line("event", position) }
        guard let event = list.failed else { return line("event", position + ", which is not there", .finding) }
        return line(
            "event",
            DisplayText(event.type, as: .name) + ", " + DisplayText(event.persistenceID.description, as: .name)
                + " #\(event.sequenceNumber), " + position + " (o goes there)")
    }

    // MARK: - How far it is

    private func progress(of row: SubscriptionView) -> [StateLines.Line] {
        let subscription = row.subscription
        var lines = [
            line(
                "handled",
                "position " + Words.grouped(subscription.watermark) + " of "
                    + Words.grouped(subscription.workMark) + ", lag " + Words.grouped(row.lag))
        ]
        if subscription.retries > 0 {
            lines.append(line("retries", Words.grouped(subscription.retries)))
        }
        if !subscription.handled.isEmpty {
            let names = subscription.handled.prefix(Self.mostListed).map { DisplayText($0, as: .name).plainString }
            lines.append(line("done with it", DisplayText(names.joined(separator: ", "))))
        }
        return lines
    }

    private func keeping(of row: SubscriptionView) -> [StateLines.Line] {
        let subscription = row.subscription
        var lines = [
            line("lease", row.holder.map(Self.text) ?? "nobody's")
        ]
        if subscription.fencingNumber > 0 {
            lines.append(line("claimed", Words.count(subscription.fencingNumber, "time", "times")))
        }
        if let due = subscription.due, row.standing != .waiting { lines.append(line("due", Words.dateAndClock(due))) }
        lines.append(
            line("source", subscription.source.map { DisplayText($0.description, as: .name) } ?? "all streams"))
        lines.append(
            line("lane", "\(subscription.lane, as: .name), priority \(subscription.priority)"))
        lines.append(line("application", DisplayText(subscription.application, as: .name)))
        if let progress = list.view?.application(subscription.application) {
            lines.append(line("correlated", Self.text(of: progress, last: list.view?.lastPosition ?? 0)))
        }
        return lines
    }

    // MARK: - In words

    /// `web-1 until 2025-03-02 10:16:21`.
    static func text(of holder: LeaseHolder) -> DisplayText {
        let verb: DisplayText = holder.hasRunOut ? ", ran out " : " until "
        return DisplayText(holder.name, as: .name) + verb + Words.dateAndClock(holder.until)
    }

    /// `ship for Shipment|sale-6: 12 s, event 47, lease to 10:16:21`.
    static func line(of running: RunningView, now: Timestamp) -> DisplayText {
        var text: DisplayText = "\(running.reaction, as: .name) for \(running.target.description, as: .name): "
        text += passed(running, now) + ", event " + Words.grouped(running.position)
        if let until = running.until { text += ", lease to " + Words.clock(until) }
        return text
    }

    /// `ship, for 12 s, event at position 47; its lease is renewed until it ends`.
    static func text(of running: RunningView, now: Timestamp) -> DisplayText {
        DisplayText(running.reaction, as: .name) + ", for " + passed(running, now) + ", event at position "
            + Words.grouped(running.position) + "; its lease is renewed until it ends"
    }

    private static func passed(_ running: RunningView, _ now: Timestamp) -> DisplayText {
        Words.span(max(.zero, now.duration(since: running.since)))
    }

    /// `through 513 of 520, 7 behind; lease of web-1 until 2025-03-02 10:16:21`.
    static func text(of progress: ApplicationProgress, last: Int64) -> DisplayText {
        var text = place(progress.checkpoint, last)
        if progress.presence == .runs { text += "; runs here" }
        if let holder = progress.correlator { text += "; lease of " + Self.text(of: holder) }
        return text
    }

    /// `projection totals 2: through 513 of 520, 7 behind`.
    static func text(of projection: ProjectionDescription, last: Int64) -> DisplayText {
        DisplayText(projection.projection.name, as: .name) + " \(projection.projection.version)"
            + (projection.isLive ? "" : ", not live yet") + ": " + place(projection.position, last)
    }

    private static func place(_ position: Int64, _ last: Int64) -> DisplayText {
        let behind = last.subtractingReportingOverflow(position).partialValue
        return "through " + Words.grouped(position) + " of " + Words.grouped(last)
            + (behind > 0 ? ", " + Words.grouped(behind) + " behind" : "")
    }

    static func role(of standing: SubscriptionView.Standing) -> Role {
        switch standing {
        case .blocked: .error
        case .leased: .accent
        case .waiting: .finding
        case .eligible: .text
        case .idle: .muted
        }
    }
}

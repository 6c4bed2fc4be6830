import EventSourcing
import Inspection
import Reactions
import Terminal

/// The stages of a commit or of a drain as lines: what each works on.
enum StageLines {
    struct Line {
        var name: DisplayText
        var text: DisplayText
        var role = Role.text
    }

    /// The stages that a command has come to; of one that is answered also those that there was nothing to do in.
    static func lines(of entry: CommandPane.Entry, model: Model, glyphs: Glyphs) -> [Line] {
        var lines = entry.stages.enumerated().flatMap { index, stage in
            var lines = Self.lines(of: stage, model: model, glyphs: glyphs)
            if entry.isWaiting, index == entry.stages.count - 1 {
                for line in lines.indices { lines[line].role = .accent }
            }
            return lines
        }
        let stages = entry.stages.compactMap { if case .commit(let stage) = $0 { stage } else { nil } }
        let isDurable = stages.contains { if case .advance = $0 { true } else { false } }
        guard entry.report != nil, isDurable else { return lines }
        // Retention follows a snapshot, and nothing else.
        guard stages.contains(where: { if case .snapshot = $0 { true } else { false } }) else {
            return lines + [Line(name: "snapshot", text: "none is due, so nothing is deleted", role: .muted)]
        }
        let hasRetention = stages.contains { stage in
            switch stage {
            case .deleteEvents, .deleteSnapshots: true
            default: false
            }
        }
        if !hasRetention { lines.append(Line(name: "retention", text: "nothing is deleted", role: .muted)) }
        return lines
    }

    /// A stage with what it works on; of a drain often more than one line.
    static func lines(of stage: StepStage, model: Model, glyphs: Glyphs) -> [Line] {
        switch stage {
        case .commit(let stage): [line(of: stage, model: model)]
        case .drain(let stage): DrainLines(glyphs: glyphs).lines(of: stage)
        }
    }

    /// How it goes on from a stage.
    static func way(from stage: StepStage) -> DisplayText {
        switch stage {
        case .commit: stage.canBeStopped ? "Enter goes on, Esc stops" : "Enter goes on; it is written"
        case .drain: stage.canBeStopped ? "Enter calls it, Esc has it fail" : "Enter goes on"
        }
    }

    /// A stage in one line, its most telling words first.
    static func shortText(of stage: StepStage, model: Model, glyphs: Glyphs) -> DisplayText {
        if case .drain(.claim(let claimed)) = stage { return "claim " + DrainLines.shortText(of: claimed) }
        let lines = lines(of: stage, model: model, glyphs: glyphs)
        let words = lines.flatMap { [$0.name, $0.text] }.filter { !$0.isEmpty }
        return words.dropFirst().reduce(words.first ?? "") { $0 + " " + $1 }
    }

    /// The same, where what follows counts more.
    static func shortWay(from stage: StepStage) -> DisplayText {
        switch stage {
        case .commit: way(from: stage)
        case .drain: stage.canBeStopped ? "Enter, or Esc to fail" : "Enter"
        }
    }

    /// What a drain came to.
    static func text(of totals: SettledTotals) -> DisplayText {
        var text = Words.count(Int64(totals.handled), "event", "events") + " handled"
        if totals.failed > 0 { text += ", " + Words.count(Int64(totals.failed), "call", "calls") + " failed" }
        if totals.blocked > 0 { text += ", \(totals.blocked) blocked" }
        return text + "; nothing moves now"
    }

    /// A stage of a commit with what it works on.
    static func line(of stage: CommitStage, model: Model) -> Line {
        switch stage {
        case .decide(let events):
            let text = events.first.map { first -> DisplayText in
                let more: DisplayText = events.count > 1 ? ", and \(events.count - 1) more" : ""
                return "\(first.type, as: .name) " + DisplayText(first.summary) + more
            }
            return Line(name: "decide", text: text ?? "no event")
        case .foldDry(let changes):
            guard let changes else {
                return Line(name: "fold dry", text: "the events fold, on a state that others have changed since")
            }
            return Line(name: "fold dry", text: changes.isEmpty ? "nothing changes" : text(of: changes, model))
        case .append(let count, let expecting, let epoch):
            var text = Words.count(Int64(count), "event", "events")
            if let expecting { text += ", expects #\(expecting)" }
            if let epoch { text += " and epoch \(epoch)" }
            return Line(name: "append", text: text)
        case .advance(let receipt, let before):
            let numbers = receipt.sequenceNumbers
            var text: DisplayText =
                numbers.count == 1 ? "#\(numbers.lowerBound)" : "#\(numbers.lowerBound) to #\(numbers.upperBound - 1)"
            text += " durable"
            if let first = receipt.positions.first { text += ", position " + Words.grouped(first) }
            text += ", epoch \(receipt.epoch)"
            if let before, receipt.epoch > before { text += ": taken over" }
            return Line(name: "advance", text: text)
        case .snapshot(let snapshot):
            return Line(
                name: "snapshot",
                text:
                    "#\(snapshot.sequenceNumber): \(snapshot.stateType, as: .name) version \(snapshot.schemaVersion), "
                    + Words.count(Int64(snapshot.size), "byte", "bytes"))
        case .deleteSnapshots(let number): return Line(name: "retention", text: "snapshots up to #\(number) go")
        case .deleteEvents(let number): return Line(name: "retention", text: "events up to #\(number) go")
        }
    }

    private static func text(of changes: [StateChange], _ model: Model) -> DisplayText {
        var text = DisplayText()
        for (index, change) in changes.prefix(3).enumerated() {
            if index > 0 { text += ", " }
            let isHidden = !model.showsSecrets && change.path.isSecret
            func shown(_ value: JSONValue?) -> DisplayText {
                isHidden ? DisplayText.mask : value.shortText(showsSecrets: model.showsSecrets)
            }
            let path = DisplayText(change.path.description, as: .name)
            switch change.kind {
            case .added: text += "+" + path + " " + shown(change.after)
            case .removed: text += "-" + path
            case .changed: text += "~" + path + " " + shown(change.after) + " was " + shown(change.before)
            }
        }
        return changes.count > 3 ? text + " and \(changes.count - 3) more" : text
    }
}

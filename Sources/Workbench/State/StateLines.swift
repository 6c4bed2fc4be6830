import Actors
import EventSourcing
import Inspection
import Terminal

/// The tabs that are lists of lines: Diff, Meta, and the ids of Event.
enum StateLines {
    /// A name and what stands behind it.
    struct Line {
        var label: DisplayText
        var value: DisplayText
        var kind: StateChange.Kind?
        var role: Role = .text
    }

    /// How many lines the open tab has.
    static func count(model: Model) -> Int {
        switch model.state.tab {
        case .diff: diff(model: model).count
        case .meta: meta(model: model).count
        case .reactions: ReactionLines.rows(model: model, columns: model.layout[.state].columns).count
        case .state, .event, .machine: 0
        }
    }

    /// What the event changed, or what differs between A and the playhead.
    static func diff(model: Model) -> [StateChange] {
        guard let stream = model.stream else { return [] }
        if stream.diffOrigin != nil { return stream.difference?.changes ?? [] }
        return stream.view?.changes ?? []
    }

    /// Who wrote an event in which epoch, the ids that it carries, and the user's metadata.
    static func ids(model: Model) -> [Line] {
        guard let detail = model.stream?.detail else { return [] }
        let row = detail.row
        let epoch: DisplayText = row.epoch > 0 ? ", epoch \(row.epoch)" : ", no epochs"
        let number = model.stream?.writerNumbers[row.writer] ?? 0
        var lines = [Line(label: "writer", value: model.called(row.writer) + epoch, role: .writer(number))]
        func add(_ label: DisplayText, _ id: ULID?) {
            if let id { lines.append(Line(label: label, value: DisplayText(id.description))) }
        }
        add("correlation", detail.correlationID)
        add("causation", detail.causationID)
        add("command", detail.commandID)
        for member in detail.metadata.members.prefix(20) {
            let isHidden = !model.showsSecrets && SecretKeys.contain(member.key)
            lines.append(
                Line(
                    label: DisplayText(member.key, as: .name),
                    value: isHidden ? DisplayText.mask : member.value.inlineText(showsSecrets: model.showsSecrets)))
        }
        return lines
    }

    /// Who wrote the event, when and where it stands.
    static func meta(model: Model) -> [Line] {
        guard let stream = model.stream else { return [] }
        var lines: [Line] = []
        func add(_ label: DisplayText, _ value: DisplayText, _ role: Role = .text) {
            lines.append(Line(label: label, value: value, role: role))
        }
        // What is wrong comes first, so that no small pane hides it.
        if let finding = stream.finding(at: stream.playhead) {
            add("finding", DisplayText(finding.message), .finding)
        }
        let address = Address(path: model.session.path, id: stream.id, sequenceNumber: stream.playhead)
        add("address", DisplayText(address.description))
        guard stream.playhead > 0, let row = stream.window[stream.playhead] else {
            add("event", stream.playhead == 0 ? "none: #0 is the empty state" : "not there")
            return lines
        }
        add("type", DisplayText(row.type, as: .name) + ", schema version \(row.schemaVersion)")
        add("time", Words.dateAndClock(row.timestamp) + DisplayText(microseconds(row.timestamp)) + " UTC")
        add("position", Words.grouped(row.position) + " in the store")
        add("payload", Words.count(Int64(row.payloadSize), "byte", "bytes"))
        let record = model.writer(row.writer)
        let number = stream.writerNumbers[row.writer] ?? 0
        add(
            "writer", Words.digit(number) + " " + (record.map(Words.name) ?? Words.name(of: row.writer)),
            .writer(number))
        add("writer id", DisplayText(row.writer.description))
        if let record {
            add("host", DisplayText(record.host, as: .name) + ", process \(record.process)")
            add(
                "program",
                DisplayText(record.program, as: .name) + (record.version.isEmpty ? "" : " \(record.version, as: .name)")
            )
            add("started", Words.dateAndClock(record.started) + " UTC")
        }
        add("epoch", row.epoch == 0 ? "none: this history has no epochs" : DisplayText(row.epoch))
        // The writer stands above, with all that is known of it.
        lines += ids(model: model).dropFirst()
        if let snapshot = stream.snapshot(at: stream.playhead) {
            add(
                "snapshot",
                "\(snapshot.stateType, as: .name), version \(snapshot.schemaVersion), "
                    + Words.count(Int64(snapshot.size), "byte", "bytes"), .snapshot)
        }
        if let problem = row.problem { add("problem", DisplayText(problem), .error) }
        return lines
    }

    private static func microseconds(_ time: Timestamp) -> String {
        let digits = String(time.components.microsecond)
        return "." + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}

extension Model {
    /// What is known of a writer.
    func writer(_ id: WriterID) -> WriterRecord? {
        stream?.lane?.writers.first { $0.id == id } ?? overview?.writers.first { $0.id == id }
    }
}

import EventSourcing
import Inspection
import Terminal

/// Who set this, and what of it stays on the screen: the setters, the watches, the diff's origin.
extension Workbench {
    /// Asks which event last set the value under the cursor; standing on that one, which did before.
    mutating func askWho() {
        if model.isReactionShown { return goToFailedEvent() }
        guard let stream = model.stream, let path = model.chosenPath else { return }
        let wasSetHere = stream.viewNumber == stream.playhead && stream.view.map { $0.changes.touch(path) } == true
        let bound = wasSetHere ? stream.playhead - 1 : stream.playhead
        guard bound > stream.first else {
            tellNobodySet(path, unknownThrough: stream.first)
            return
        }
        ask(.setter(stream.id, path, atOrBelow: bound), for: .setter)
    }

    /// Takes the event that set a value: for `o`, or for a watch.
    mutating func take(_ setter: ValueSetter, for purpose: Request.Purpose, to question: Question?) {
        guard case .setter(let id, let path, let bound)? = question, let stream = model.stream, id == stream.id else {
            return
        }
        if case .watch(let index) = purpose {
            guard model.watches.indices.contains(index), model.watches[index].path == path else { return }
            model.watches[index].since = setter.sequenceNumber
            model.watches[index].answeredFor = bound
            return
        }
        if case .origin = purpose {
            if bound == stream.playhead - 1 { model.stream?.origins[path] = setter.sequenceNumber ?? 0 }
            return
        }
        guard let number = setter.sequenceNumber else {
            tellNobodySet(path, unknownThrough: setter.unknownThrough)
            return
        }
        if number == stream.playhead, bound == stream.playhead {
            // The place already: the one before is meant.
            guard number - 1 > stream.first else {
                tellNobodySet(path, unknownThrough: stream.first)
                return
            }
            ask(.setter(id, path, atOrBelow: number - 1), for: .setter)
            return
        }
        model.message = StatusMessage(
            "#\(number) set \(path.description, as: .name) to \(setter.after.shortText(showsSecrets: shows(path)))")
        jump(to: number)
    }

    private func shows(_ path: StatePath) -> Bool { model.showsSecrets || !path.isSecret }

    private mutating func tellNobodySet(_ path: StatePath, unknownThrough: Int64) {
        let name = DisplayText(path.description, as: .name)
        model.message =
            unknownThrough > 0
            ? StatusMessage("nothing after #\(unknownThrough) set \(name), and what was before is not known")
            : StatusMessage("no earlier event set \(name)")
    }

    /// Lists every event that ever set the value under the cursor.
    mutating func listSetters() {
        guard let stream = model.stream, let path = model.chosenPath else { return }
        model.setters = SetterList(path: path)
        model.place = .setters
        model.focus = .timeline
        ask(.setters(stream.id, path), for: .setters)
    }

    /// Chooses the newest event of the list that is not behind the playhead.
    mutating func chooseSetterAtPlayhead() {
        let setters = model.setters.setters
        guard let playhead = model.stream?.playhead,
            let index = setters.firstIndex(where: { ($0.sequenceNumber ?? 0) <= playhead })
        else { return }
        model.setters.cursor.move(to: index, of: setters.count, seen: model.rows(of: .timeline))
    }

    mutating func markDiff() {
        guard let stream = model.stream else { return }
        model.stream?.difference = nil
        if stream.diffOrigin == nil || stream.diffOrigin != stream.playhead {
            model.stream?.diffOrigin = stream.playhead
            model.state.tab = .diff
            model.message = StatusMessage(
                "#\(stream.playhead) is A: Diff shows what differs; v here again takes it away")
        } else {
            model.stream?.diffOrigin = nil
            model.message = StatusMessage("no A any more: Diff shows what the event changed")
        }
    }

    // MARK: - Watches

    /// More would not be seen.
    static let mostWatches = 99

    mutating func addWatch(_ argument: String) {
        guard let stream = model.stream, let path = model.chosenPath else { return }
        let watch = Watch(id: stream.id, path: path)
        if let index = model.watches.firstIndex(where: { $0.id == watch.id && $0.path == watch.path }) {
            model.message = StatusMessage("W\(index + 1) watches \(path.description, as: .name) already")
        } else if model.watches.count >= Self.mostWatches {
            model.message = StatusMessage("there are \(Self.mostWatches) watches: d in pane 4 takes one away")
        } else {
            model.watches.append(watch)
            model.message = StatusMessage("W\(model.watches.count) watches \(path.description, as: .name)")
        }
    }

    mutating func removeWatch(_ number: Int?) {
        let index = (number ?? model.watches.count) - 1
        guard model.watches.indices.contains(index) else {
            model.message = StatusMessage("there is no W\(number ?? 0)")
            return
        }
        for index in model.watches.indices { stop(.watch(index)) }
        model.watches.remove(at: index)
        for index in model.watches.indices { model.watches[index].answeredFor = nil }
        model.message = StatusMessage("W\(index + 1) is gone")
    }
}

extension [StateChange] {
    /// Whether one of these is at the path, within it or around it.
    func touch(_ path: StatePath) -> Bool {
        contains { change in
            let shorter = Swift.min(change.path.steps.count, path.steps.count)
            return change.path.steps.prefix(shorter) == path.steps.prefix(shorter)
        }
    }
}

extension StatePath {
    /// Whether a key of the way says that the value should be masked.
    var isSecret: Bool {
        steps.contains { step in
            if case .key(let key) = step { SecretKeys.contain(key) } else { false }
        }
    }
}

import EventSourcing
import Inspection
import Terminal

extension Workbench {
    /// Moves the playhead.
    mutating func performMoving(_ id: Command.ID, count: Int?, argument: String) {
        if id == .goto {
            goTo(argument)
            return
        }
        guard let stream = model.stream else {
            model.message = StatusMessage("no stream is open: s lists the streams")
            return
        }
        let steps = Int64(count ?? 1)
        let screen = Int64(max(1, model.timelineRows - 1)) * steps
        switch id {
        case .forward, .forwardInState: step(by: steps)
        case .back, .backInState: step(by: -steps)
        case .screenForward: step(by: screen)
        case .screenBack: step(by: -screen)
        case .first: jump(to: count.map(Int64.init) ?? stream.first)
        case .last: jump(to: count.map(Int64.init) ?? stream.last)
        default: togglePlaying()
        }
    }

    /// Goes so many events away, as far as there are any.
    mutating func step(by distance: Int64) {
        guard let stream = model.stream else { return }
        let target = stream.playhead.addingReportingOverflow(distance).partialValue
        let clamped = max(stream.first, min(stream.last, target))
        if clamped == stream.playhead {
            model.message = StatusMessage(
                distance > 0
                    ? "#\(stream.last) is the last event"
                    : stream.first == 0
                        ? "#0 is the empty state, before the first event"
                        : "events up to #\(stream.first) were deleted")
        }
        movePlayhead(to: clamped)
    }

    /// Goes to a number, and remembers where it came from.
    mutating func jump(to number: Int64) {
        guard let stream = model.stream else { return }
        // A place in the stream is seen among its events.
        if model.place != .events {
            model.place = .events
            scrollToPlayhead()
        }
        let clamped = max(stream.first, min(stream.last, number))
        if clamped != number {
            model.message = StatusMessage("there is no #\(number): the events are #\(stream.first) to #\(stream.last)")
        }
        guard clamped != stream.playhead else { return }
        model.trail.leave(Trail.Stop(id: stream.id, number: stream.playhead))
        movePlayhead(to: clamped)
    }

    /// Puts the playhead on a number that exists.
    mutating func movePlayhead(to number: Int64) {
        model.stream?.playhead = number
        if let last = model.stream?.last, number == last { model.stream?.knownThrough = last }
        scrollToPlayhead()
    }

    /// Scrolls no more than needed.
    mutating func scrollToPlayhead() {
        guard let stream = model.stream else { return }
        let top = Scrolling.top(
            from: stream.top, showing: stream.playhead, in: stream.first...max(stream.first, stream.last),
            rows: model.timelineRows)
        model.stream?.top = top
    }

    // MARK: - Places to come back to

    private var here: Trail.Stop? {
        model.stream.map { Trail.Stop(id: $0.id, number: $0.playhead) }
    }

    mutating func goBack() {
        guard let here, let stop = model.trail.back(from: here) else {
            model.message = StatusMessage("nowhere was left by a jump before this")
            return
        }
        go(to: stop)
    }

    mutating func goForwardAgain() {
        guard let here, let stop = model.trail.forward(from: here) else {
            model.message = StatusMessage("this is the newest place")
            return
        }
        go(to: stop)
    }

    private mutating func go(to stop: Trail.Stop) {
        model.place = .events
        if stop.id == model.stream?.id { movePlayhead(to: stop.number) } else { open(stop.id, at: stop.number) }
    }

    mutating func setMark(_ letter: Character) {
        guard let number = model.stream?.playhead else { return }
        model.stream?.marks[letter] = number
        model.message = StatusMessage("#\(number) is marked \(String(letter)): '\(String(letter)) comes back")
    }

    mutating func goToMark(_ letter: Character) {
        guard let number = model.stream?.marks[letter] else {
            model.message = StatusMessage("no event here is marked \(String(letter)): m\(String(letter)) marks one")
            return
        }
        jump(to: number)
    }

    // MARK: - Playing

    /// Between two events while they are played.
    static let playingPause = 400

    private mutating func togglePlaying() {
        if model.isPlaying {
            stopPlaying()
        } else {
            model.isPlaying = true
            ask(.wait(milliseconds: Self.playingPause), for: .playing)
        }
    }

    mutating func stopPlaying() {
        model.isPlaying = false
        stop(.playing)
    }

    /// The pause between two played events is over.
    mutating func playOn() {
        guard model.isPlaying, let stream = model.stream else { return }
        if stream.playhead < stream.last { movePlayhead(to: stream.playhead + 1) }
        if let stream = model.stream, stream.playhead < stream.last || model.isFollowing {
            ask(.wait(milliseconds: Self.playingPause), for: .playing)
        } else {
            model.isPlaying = false
        }
    }
}

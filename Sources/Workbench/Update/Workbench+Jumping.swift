import EventSourcing
import Inspection
import Terminal

extension Workbench {
    /// Makes a jump of the `]` family.
    mutating func performJump(_ id: Command.ID, count: Int) {
        guard let jump = Self.jump(of: id, last: model.lastJump) else { return }
        if id != .jumpAgain, id != .jumpAgainBack { model.lastJump = jump }
        make(jump, count: count)
    }

    private static func jump(of id: Command.ID, last: Jump?) -> Jump? {
        switch id {
        case .nextSnapshot: Jump(target: .snapshot, direction: .forward)
        case .previousSnapshot: Jump(target: .snapshot, direction: .backward)
        case .nextOtherWriter: Jump(target: .anotherWriter, direction: .forward)
        case .previousOtherWriter: Jump(target: .anotherWriter, direction: .backward)
        case .nextSameWriter: Jump(target: .sameWriter, direction: .forward)
        case .previousSameWriter: Jump(target: .sameWriter, direction: .backward)
        case .nextSameType: Jump(target: .sameType, direction: .forward)
        case .previousSameType: Jump(target: .sameType, direction: .backward)
        case .nextChange: Jump(target: .change, direction: .forward)
        case .previousChange: Jump(target: .change, direction: .backward)
        case .nextMark: Jump(target: .mark, direction: .forward)
        case .previousMark: Jump(target: .mark, direction: .backward)
        case .nextFinding: Jump(target: .finding, direction: .forward)
        case .previousFinding: Jump(target: .finding, direction: .backward)
        case .jumpAgain: last
        case .jumpAgainBack:
            last.map { Jump(target: $0.target, direction: $0.direction == .forward ? .backward : .forward) }
        default: nil
        }
    }

    private mutating func make(_ jump: Jump, count: Int) {
        guard let stream = model.stream else {
            model.message = StatusMessage("no stream is open: s lists the streams")
            return
        }
        model.jumpUnderWay = jump
        switch jump.target {
        case .snapshot:
            guard let snapshots = stream.snapshots else {
                model.message = StatusMessage("the snapshots are not read yet")
                return
            }
            self.jump(among: snapshots.map(\.sequenceNumber), jump, count: count, of: stream)
        case .mark:
            self.jump(among: Set(stream.marks.values).sorted(), jump, count: count, of: stream)
        case .finding where (stream.looked ?? -1) >= stream.last:
            let numbers = Set(stream.findings.compactMap(\.sequenceNumber)).sorted()
            self.jump(among: numbers, jump, count: count, of: stream)
        case .finding: ask(.finding, jump, count, of: stream)
        case .anotherWriter: ask(.anotherWriter, jump, count, of: stream)
        case .sameWriter: ask(.sameWriter, jump, count, of: stream)
        case .sameType: ask(.sameType, jump, count, of: stream)
        case .change:
            guard let path = model.chosenPath else {
                model.message = StatusMessage("choose a value first: Alt-2, then j and k")
                return
            }
            ask(.change(path), jump, count, of: stream)
        }
    }

    private mutating func ask(_ landmark: Landmark, _ jump: Jump, _ count: Int, of stream: OpenStream) {
        ask(.jump(stream.id, landmark, from: stream.playhead, jump.direction, count: count), for: .jump)
    }

    /// Jumps among numbers that are all known, by rising number.
    private mutating func jump(among numbers: [Int64], _ jump: Jump, count: Int, of stream: OpenStream) {
        let found: Int64?
        switch jump.direction {
        case .forward:
            let index = numbers.partitioningIndex { $0 > stream.playhead } + count - 1
            found = index < numbers.count ? numbers[index] : nil
        case .backward:
            let index = numbers.partitioningIndex { $0 >= stream.playhead } - count
            found = index >= 0 ? numbers[index] : nil
        }
        take(found.map { .event($0) } ?? .none(of: numbers.count))
    }

    /// Goes where a jump landed, or says that there was nothing.
    mutating func take(_ landing: Landing) {
        defer { model.jumpUnderWay = nil }
        switch landing {
        case .event(let number):
            if number == model.stream?.playhead { model.message = StatusMessage("#\(number) is the place already") }
            jump(to: number)
            // The finding itself may be read later than the place.
            if model.jumpUnderWay?.target == .finding { model.toldFinding = number }
        case .none(let total):
            guard let jump = model.jumpUnderWay else {
                model.message = StatusMessage("there is no such event")
                return
            }
            var text: DisplayText = "no \(jump.direction == .forward ? "later" : "earlier") \(jump.target.name)"
            if let total { text += " (of \(total))" }
            model.message = StatusMessage(text)
        }
    }
}

extension Jump.Target {
    /// What is looked for, in words.
    var name: DisplayText {
        switch self {
        case .snapshot: "snapshot"
        case .anotherWriter: "event of another writer"
        case .sameWriter: "event of this writer"
        case .sameType: "event of this type"
        case .change: "change of this value"
        case .mark: "mark"
        case .finding: "finding"
        }
    }
}

import Actors

/// Those who have come to a stage, in a line: the first one is shown to a person, and goes on when the person says so.
///
/// A command that is looked at goes before drains, and as long as it is under way none of theirs is shown, so that its
/// stages stand together; unless it has written, and somebody waits for a drain, which may be the command itself.
struct StepLine {
    /// Who waits.
    enum Place: Hashable {
        case command
        case drain(of: String)
    }

    /// One who waits.
    struct Waiting {
        let number: UInt64
        let place: Place
        let stage: StepStage
        let continuation: CheckedContinuation<StepWish, Never>

        /// Goes on as somebody wishes; what can't be stopped any more is not.
        func resume(_ wish: StepWish) {
            continuation.resume(returning: wish == .stop && !stage.canBeStopped ? .goOn : wish)
        }
    }

    /// The one that is shown; nil where nobody waits, or may be shown.
    private(set) var shown: Waiting?
    private var behind: [Waiting] = []

    mutating func add(_ waiting: Waiting) { behind.append(waiting) }

    /// Shows the next one where none is shown, and answers it; beside a command only that one.
    mutating func showNext(besideCommand hasCommand: Bool) -> Waiting? {
        guard shown == nil else { return nil }
        let command = behind.firstIndex { $0.place == .command }
        guard let index = command ?? (hasCommand ? nil : behind.indices.first) else { return nil }
        shown = behind.remove(at: index)
        return shown
    }

    /// Takes away the one that is shown.
    mutating func takeShown() -> Waiting? { shown.take() }

    /// Takes away all that fit.
    mutating func take(where fits: (Waiting) -> Bool) -> [Waiting] {
        let taken = [shown].compactMap(\.self).filter(fits) + behind.filter(fits)
        if let one = shown, fits(one) { shown = nil }
        behind.removeAll(where: fits)
        return taken
    }
}

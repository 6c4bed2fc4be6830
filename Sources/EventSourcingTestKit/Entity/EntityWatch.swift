import Actors

/// What an entity did with the commands of one `when`.
final class EntityWatch<Decision: Sendable, State: Sendable>: Sendable {
    struct Seen: Sendable {
        /// What the command handler decided last.
        var decision: Decision?
        /// The running entity's state behind its last effect; nil where that did not come to its hooks.
        var state: State?
        /// What does not survive being stored, each as a sentence.
        var losses: [String] = []
    }

    private let seen = Locked(Seen())

    func begin() { seen.withLock { $0.state = nil } }

    func decided(_ decision: Decision) { seen.withLock { $0.decision = decision } }

    func settled(_ state: State) { seen.withLock { $0.state = state } }

    func found(_ loss: String) { seen.withLock { $0.losses.append(loss) } }

    func take() -> Seen {
        seen.withLock { seen in
            defer { seen = Seen() }
            return seen
        }
    }
}

extension EntityWatch.Seen {
    /// What keeps the entity from being the same after a recovery, as a sentence; nil where nothing does.
    func difference(fromRecovered recovered: State) -> String? {
        if let loss = losses.first { return loss }
        guard let state, areEqual(state, recovered) == false else { return nil }
        return "a recovery gives the state \(recovered), and the running entity has \(state)"
    }
}

import EventSourcing

/// Whose turn it is among what may have ended the worker that had it: each is handled alone, so that where it ends this worker,
/// too, nothing else is blamed for that.
enum SuspectTurn: Sendable {
    /// Nothing of the kind is known.
    case nobody
    /// One of a lane, which nobody has by now, is to be begun when nothing is in hand any more.
    case waits(lane: Int, since: Timestamp)
    /// One is handled, and nothing is begun beside it.
    case alone(SubscriptionClaim, lane: Int, since: Timestamp)
}

// How the driver handles alone what may have ended a worker.
extension Driver {
    /// Whether a lane has places, and may be claimed from.
    ///
    /// One that waits for its turn, or has it, keeps others from being begun, but for no longer than a lease: there are handlers
    /// that wait for hours.
    func mayClaim(in lane: Int) -> Bool {
        guard canTake(lane) else { return false }
        return switch suspectTurn {
        case .nobody: true
        case .waits(let first, let since):
            (isCalm || isOver(since: since)) && (lane == first || !canTake(first))
        case .alone(let claim, let lane, let since): !lanes[lane].holds(claim) || isOver(since: since)
        }
    }

    private func canTake(_ lane: Int) -> Bool {
        lanes[lane].hasPlaces && !lanes[lane].rests(at: now, for: settings.longestSleep)
    }

    /// Whether one of a lane waits for its turn.
    func hasSuspectWaiting(in lane: Int) -> Bool {
        if case .waits(lane, _) = suspectTurn { true } else { false }
    }

    /// What of the claims that were just made in a lane is begun now; the others are given back as they were: what only waits
    /// here must not be blamed for what ends this worker.
    func begun(of claims: [SubscriptionClaim], in lane: Int) async throws -> [SubscriptionClaim] {
        noteSlow()
        if hasSuspectWaiting(in: lane) { suspectTurn = .nobody }
        let isItsTurn = isCalm
        guard let suspect = claims.first(where: { Progress($0).isSuspect }) else { return claims }
        let begun = isItsTurn ? [suspect] : claims.filter { !Progress($0).isSuspect }
        let others = claims.filter { claim in !begun.contains { $0.target == claim.target } }
        do {
            if !others.isEmpty {
                try await store.ack(others.map { Progress($0).end().acknowledgement }, at: now)
            }
        } catch {
            // None of them is begun, and all are given back when the store answers.
            for claim in claims { lanes[lane].running[claim.target] = claim }
            inHand.putBack(
                claims.map { .init(lane: lane, claim: Progress($0).end(), time: .zero, failure: nil) })
            throw error
        }
        suspectTurn = isItsTurn ? .alone(suspect, lane: lane, since: now) : .waits(lane: lane, since: now)
        return begun
    }

    /// Whether nothing is in hand but what was waited for in vain.
    private var isCalm: Bool {
        lanes.allSatisfy { lane in
            lane.running.values.allSatisfy { slowClaims[$0.target] == $0.subscription.fencingNumber }
        }
    }

    /// Takes note of what takes longer than that a turn waits for it: no other turn waits for it again.
    private func noteSlow() {
        switch suspectTurn {
        case .waits(_, let since) where isOver(since: since):
            slowClaims = [:]
            for claim in lanes.flatMap(\.running.values) {
                slowClaims[claim.target] = claim.subscription.fencingNumber
            }
        case .alone(let claim, let lane, _) where lanes[lane].holds(claim):
            slowClaims[claim.target] = claim.subscription.fencingNumber
        case .nobody, .waits, .alone: break
        }
    }

    private func isOver(since: Timestamp) -> Bool {
        let time = now.duration(since: since)
        // A clock that was put back makes it no longer.
        return time >= settings.lease || time < .zero
    }
}

import Actors
import EventSourcing

/// How far the handling of a claim has come.
struct Progress: Sendable {
    /// How many attempts are remembered of one failure: the first, and the last ones.
    private static let remembered = 50

    /// How many bytes of what a reaction said are remembered: all attempts together are one text of the store, in which each
    /// byte may take six.
    private static let longestMessage = 3_000

    private let claim: SubscriptionClaim
    /// The position of the last event that is fully handled.
    private var watermark: Int64
    /// The reactions of the next event that are done.
    var handled: [String]
    private var failure: SubscriptionFailure?
    /// How often the next event was tried in vain, by the reaction that the failure names.
    private var retries: Int64
    private var handledCount = 0
    private var failedCount = 0

    init(_ claim: SubscriptionClaim) {
        self.claim = claim
        let subscription = claim.subscription
        watermark = subscription.watermark
        handled = subscription.handled
        failure = subscription.failure
        retries = subscription.retries
    }

    /// Whether a reaction is done with the next event.
    func isDone(_ reaction: Reaction) -> Bool { handled.contains { $0.hasSameBytes(as: reaction.name) } }

    /// How often a worker had the next event and never said what became of it.
    private var silences: Int64 {
        let attempts = failure?.attempts.count ?? 0
        // Where some are forgotten, nobody can tell those that were not told.
        return attempts < Self.remembered ? max(0, retries - Int64(attempts)) : 0
    }

    /// Whether one of the reactions to the next events ended the worker that had them, perhaps: then they are called one at a
    /// time, and the end of each is told before the next one is called.
    var isSuspect: Bool { silences > 0 }

    /// How often a reaction was tried with the next event, also by a worker that never said what became of it.
    ///
    /// Of the first of these nobody knows which reaction it was that had been called: it counts where that one was not the last,
    /// for what was called behind it was called alone.
    func tries(of reaction: String) -> Int {
        if let failure, !failure.reaction.hasSameBytes(as: reaction) { return 0 }
        return Int(silences == 1 ? retries - 1 : retries)
    }

    /// Goes on behind an event.
    mutating func pass(_ event: ClaimedWork.Event, count: Int) {
        watermark = event.record.position
        (handled, failure, retries) = ([], nil, 0)
        handledCount += count
    }

    /// Goes on with the next event as if a reaction were done with it.
    mutating func passOver(_ reaction: Reaction) {
        handled.append(reaction.name)
        (failure, retries) = (nil, 0)
    }

    mutating func fail(_ reaction: String, at position: Int64, _ error: any Error, now: Timestamp) {
        let tries = tries(of: reaction)
        var attempts = tries > 0 ? failure?.attempts ?? [] : []
        let silent = Int64(tries) - Int64(attempts.count)
        if silent > 0, attempts.count < Self.remembered {
            attempts += (0..<min(silent, 3)).map { _ in .init(time: now, message: Self.silence) }
        }
        attempts.append(.init(time: now, message: StoredText.cut(Self.words(for: error), to: Self.longestMessage)))
        if attempts.count > Self.remembered { attempts.remove(at: 1) }
        failure = SubscriptionFailure(reaction: reaction, position: position, attempts: attempts)
        retries = Int64(tries) == .max ? .max : Int64(tries) + 1
        failedCount += 1
    }

    /// What is said of a failure.
    static func words(for error: any Error) -> String { error is CancellationError ? "it was cancelled" : "\(error)" }

    private static let silence =
        "a worker had it, and never said what became of it; what handles it may end its process"

    // MARK: - The end

    /// Everything up to a position is handled.
    func end(through position: Int64) -> HandledClaim {
        ended(Acknowledgement(claim, watermark: max(watermark, position)))
    }

    /// The next event is handled again.
    func end(due: Timestamp? = nil) -> HandledClaim {
        ended(
            Acknowledgement(
                claim, watermark: watermark, handled: handled, retries: retries, failure: failure, due: due))
    }

    /// The next event is handled again, as far as its reactions are not done; they go on being called one at a time.
    mutating func endOfOne() -> HandledClaim {
        (failure, retries) = (nil, 1)
        return end()
    }

    /// The next event blocks the subscription.
    func block() -> HandledClaim {
        var end = end()
        end.ending = .blocked
        return end
    }

    /// The claim is not held any more.
    func lost() -> HandledClaim {
        var end = end()
        end.ending = .lost
        return end
    }

    private func ended(_ acknowledgement: Acknowledgement) -> HandledClaim {
        HandledClaim(acknowledgement: acknowledgement, handled: handledCount, failed: failedCount)
    }
}

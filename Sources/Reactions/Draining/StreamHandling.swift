import Actors
import EventSourcing

/// How a claim ended.
struct HandledClaim: Sendable {
    enum Ending: Sendable {
        /// It is acknowledged.
        case acked
        /// It is blocked.
        case blocked
        /// Somebody else has it, or nobody knows what became of it: it runs out by itself.
        case lost
    }

    var acknowledgement: Acknowledgement
    var ending = Ending.acked
    /// How many events were handled.
    var handled = 0
    /// How many calls of reactions failed.
    var failed = 0
}

/// Handles what is to be done under one claim: one event after the other, and of each its reactions, in the order in which they
/// were declared.
struct StreamHandling: Sendable {
    let application: Application
    let claim: SubscriptionClaim
    /// Whether what is in hand is the last.
    let isStopping: @Sendable () -> Bool
    /// Is told what runs.
    let activity: ClaimActivity
    let stages: DrainStages

    /// Handles events until one fails or is to wait, or there are no more.
    func run(_ work: ClaimedWork) async -> HandledClaim {
        var progress = Progress(claim)
        let isOneAtATime = progress.isSuspect
        var index = 0
        while index < work.events.count {
            if isStopping() || Task.isCancelled { return progress.end() }
            let event = work.events[index]
            if let due = due(of: event) { return progress.end(due: due) }
            let window = event.window(in: work.events[index...], handled: progress.handled)
            do {
                if try await !handle(event, and: window, &progress, one: isOneAtATime) { return progress.endOfOne() }
            } catch let failure as CallFailure {
                if let ended = end(failure, &progress) { return ended }
                // Its other reactions are called all the same.
                progress.passOver(failure.reaction)
                if isOneAtATime, event.reactions.contains(where: { !progress.isDone($0) }) {
                    return progress.endOfOne()
                }
                continue
            } catch {
                return progress.lost()
            }
            index += 1 + window.count
            progress.pass(window.last ?? event, count: 1 + window.count)
        }
        return progress.end(through: work.through)
    }

    private func due(of event: ClaimedWork.Event) -> Timestamp? {
        let delay = event.reactions.map(\.delay).max() ?? .zero
        guard delay > .zero else { return nil }
        let due = event.record.timestamp.adding(delay)
        return due > application.clock.now ? due : nil
    }

    // MARK: - Calling

    /// A reaction failed.
    private struct CallFailure: Error {
        let reaction: Reaction
        let event: RecordedEvent
        let error: any Error
    }

    /// Calls the reactions that are not done, or one of them; answers whether all are.
    private func handle(
        _ event: ClaimedWork.Event, and window: ArraySlice<ClaimedWork.Event>, _ progress: inout Progress,
        one isOneAtATime: Bool
    ) async throws -> Bool {
        var hasCalled = false
        for reaction in event.reactions where !progress.isDone(reaction) {
            if isOneAtATime, hasCalled { return false }
            hasCalled = true
            do {
                let tries = progress.tries(of: reaction.name)
                if tries > reaction.retry.maxRetries { throw GivenUp(tries: tries) }
                activity.begin(reaction, at: event.record.position, now: application.clock.now)
                defer { activity.end() }
                try await call(reaction, event, window)
            } catch {
                // Another worker has the events by now.
                if error is ClaimLostError { throw error }
                throw CallFailure(reaction: reaction, event: event.record, error: error)
            }
            progress.handled.append(reaction.name)
        }
        return true
    }

    private func call(
        _ reaction: Reaction, _ event: ClaimedWork.Event, _ window: ArraySlice<ClaimedWork.Event>
    ) async throws {
        guard stages.isLookedAt else { return try await call(reaction, event, window, noting: nil) }
        let shown = DrainStage.Call(
            reaction: reaction.name, target: claim.target, event: DrainStage.Event(event.record),
            count: 1 + window.count)
        let writes = CallWrites()
        do {
            guard await stages.come(to: .handle(shown)) else { throw StoppedByHand() }
            try Task.checkCancellation()
            try await call(reaction, event, window, noting: writes)
        } catch {
            let failure = (error as? Defer).map { "deferred until \($0.until)" } ?? Progress.words(for: error)
            await stages.come(to: .handled(shown, wrote: writes.all, failure: failure))
            throw error
        }
        await stages.come(to: .handled(shown, wrote: writes.all, failure: nil))
    }

    private func call(
        _ reaction: Reaction, _ event: ClaimedWork.Event, _ window: ArraySlice<ClaimedWork.Event>,
        noting writes: CallWrites?
    ) async throws {
        let first = try heard(event, by: reaction, noting: writes)
        let target: PersistenceID
        if UnresolvedTarget(claim.target) == nil {
            target = claim.target
        } else {
            // Still unresolved, or computed by now; without a target there is nothing to do.
            guard let found = try reaction.target(of: event.record.persistenceID, first) else { return }
            target = found.stream
        }
        switch reaction.handler {
        case .each(let handle):
            try await ReactionScope.call(of: application, under: claim) { try await handle(first, target, application) }
        case .window(let handle):
            let events = try [first] + window.map { try heard($0, by: reaction, noting: writes) }
            try await ReactionScope.call(of: application, under: claim) {
                try await handle(events, target, application)
            }
        case .void: break
        }
    }

    private func heard(
        _ event: ClaimedWork.Event, by reaction: Reaction, noting writes: CallWrites?
    ) throws -> HeardEvent {
        HeardEvent(
            record: event.record, payload: try event.payload.get(),
            call: ReactionCall(
                of: reaction.name, in: application.name, about: event.record, under: claim, noting: writes))
    }

    // MARK: - Failing

    /// The end of the claim behind a failure; nil where the event is passed over.
    private func end(_ failure: CallFailure, _ progress: inout Progress) -> HandledClaim? {
        let (reaction, now) = (failure.reaction, application.clock.now)
        if let deferral = failure.error as? Defer { return progress.end(due: deferral.until) }
        // What was cancelled because the application stops was not tried.
        if isStopping(), failure.error is CancellationError { return progress.end() }
        progress.fail(reaction.name, at: failure.event.position, failure.error, now: now)
        application.warn(
            "A reaction failed.", reaction: reaction.name, of: claim.target, at: failure.event.position,
            because: failure.error)
        let tries = progress.tries(of: reaction.name)
        if tries <= reaction.retry.maxRetries, !(failure.error is NonRetryableError) {
            let delay = reaction.retry.backoff.delay(afterTries: tries)
            return progress.end(due: delay > .zero ? now.adding(delay) : nil)
        }
        guard reaction.retry.blockOnError else { return nil }
        return progress.block()
    }

    /// The end of the claim where what the store keeps of its events is damaged: it is read again a few times, each a second
    /// later, and then blocked with the reason, so that nothing else waits for it.
    func end(unreadable error: StoreError) -> HandledClaim {
        var progress = Progress(claim)
        let (subscription, now) = (claim.subscription, application.clock.now)
        let position = min(subscription.watermark + 1, subscription.workMark)
        progress.fail(UnresolvedTarget.reading, at: position, error, now: now)
        application.warn("The events of a target can't be read.", of: claim.target, at: position, because: error)
        let isLast = progress.tries(of: UnresolvedTarget.reading) > ReactionRetry().maxRetries
        return isLast ? progress.block() : progress.end(due: now.adding(.seconds(1)))
    }
}

/// A reaction was called as often as it may be, and each time nobody came to say what became of it.
private struct GivenUp: Error, CustomStringConvertible {
    let tries: Int

    var description: String { "it was called \(tries) times, and the last call never came to an end" }
}

extension ClaimedWork.Event {
    /// The events behind it that a reaction which takes windows handles together with it.
    ///
    /// They are those for which it is the only reaction, where it is the only one of this event that is not done yet.
    fileprivate func window(in events: ArraySlice<Self>, handled: [String]) -> ArraySlice<Self> {
        let open = reactions.filter { reaction in !handled.contains { $0.hasSameBytes(as: reaction.name) } }
        guard open.count == 1, let reaction = open.first, case .window = reaction.handler, reaction.delay == .zero,
            case .success = payload
        else { return [] }
        return events.dropFirst().prefix { event in
            guard case .success = event.payload else { return false }
            return event.reactions.count == 1 && event.reactions[0].name.hasSameBytes(as: reaction.name)
        }
    }
}

import Actors
import EventSourcing

/// How rows are carried: each is given to its destination by an actor of its own, which then settles what has come of it.
struct OutboxCarrier: Sendable {
    /// Has the row carried.
    struct Go: Sendable {}

    private enum Stage {
        case waiting
        case begun
        case settled
    }

    /// No destination of the courier has the row's name.
    struct UnknownDestination: Error, CustomStringConvertible {
        let name: String

        var description: String { "the courier knows no destination called \(name)" }
    }

    /// How many times a row is given to an instance at once to which others write, before that is a failure.
    private static let conflicts = 5

    let store: any OutboxStore
    let destinations: OutboxDestinations
    let settings: OutboxCourierSettings
    let clock: any ActorClock
    let counts: WorkCounts<OutboxCourierMetrics>

    /// The actor that carries one row; one that is to stop before it has begun gives the row back.
    ///
    /// - Parameters:
    ///   - entry: the row, claimed.
    ///   - isStopping: whether the courier is to stop.
    ///   - done: is told once the row is settled, and has no handler any more.
    func behavior(
        of entry: OutboxEntry, isStopping: @escaping @Sendable () -> Bool, done: @escaping @Sendable () -> Void
    ) -> Behavior<Go> {
        let stage = Locked(Stage.waiting)
        let handling = OutboxHandling()
        return .receive { context, _ in
            if stage.withLock({ $0 == .settled }) {
                done()
                return .stopped
            }
            stage.withLock { $0 = .begun }
            let outcome = await outcome(of: entry, in: context, handling, isStopping)
            await settle(entry, outcome, context.log)
            stage.withLock { $0 = .settled }
            // A handler that goes on all the same keeps its place among those at once, for as long as its row was claimed.
            let carrier = context.myself
            guard let claim = entry.claim, handling.isGoingOn(thenTelling: { carrier.tell(Go()) }) else {
                done()
                return .stopped
            }
            context.startTimer("claim", after: claim.until.duration(since: clock.now), sending: Go())
            return .same
        }
        .beforeStop { context in
            guard stage.withLock({ $0 == .waiting }) else { return }
            await settle(entry, .givenBack, context.log)
            done()
        }
        .apartFromSiblings()
    }

    private func outcome(
        of entry: OutboxEntry, in context: ActorContext<Go>, _ handling: OutboxHandling,
        _ isStopping: @escaping @Sendable () -> Bool
    ) async -> ErrandOutcome {
        if entry.attempts > retryPolicy(of: entry).attempts {
            return .failed(AbandonedWork(attempts: entry.attempts - 1))
        }
        guard let destination = destinations[entry.destination] else {
            return .failed(UnknownDestination(name: entry.destination))
        }
        let command = await command(for: entry)
        for attempt in 1... {
            // Behind its end somebody else may have the row.
            guard let left = entry.claim.map({ $0.until.duration(since: clock.now) }), left > .zero else { break }
            let errand = OutboxErrand(
                command: command, timeout: min(settings.answer, left), context: context, handling: handling,
                isStopping: isStopping)
            do throws(ConcurrentModificationError) {
                return try await destination.deliver(entry, errand)
            } catch {
                counts.note { $0.conflicts += 1 }
                if attempt == Self.conflicts { return .failed(error) }
            }
        }
        counts.note { $0.conflicts += 1 }
        return .givenBack
    }

    /// What the event of a row is sent with: the chain of the event that it was written with, and its id.
    ///
    /// A chain that can't be read at this moment is no reason to keep the row back, or to count an attempt.
    private func command(for entry: OutboxEntry) async -> Metadata {
        var chain: ULID?
        if let events = store as? any EventStore, entry.sequenceNumber > 0 {
            let number = entry.sequenceNumber
            chain = try? await events.load(
                entry.persistenceID, from: number, through: number, fields: .metadata, into: nil
            ) { chain, event in
                chain = event.correlationID
                return .stop
            }
        }
        return Metadata(correlationID: chain, commandID: ULID(ofKey: entry.idempotencyKey))
    }
}

// MARK: - What has come of it

extension OutboxCarrier {
    private func settle(_ entry: OutboxEntry, _ outcome: ErrandOutcome, _ log: ActorLog) async {
        do {
            switch outcome {
            case .done(let failures):
                let now = clock.now
                try await note(store.complete(entry, at: now)) {
                    $0.noteDelivered(lateBy: now.duration(since: entry.due ?? entry.created))
                }
                for failure in failures {
                    warn("An event of the outbox was taken, and an action behind it failed.", entry, failure, log)
                }
            case .alreadyExecuted: try await note(store.complete(entry, at: clock.now)) { $0.skipped += 1 }
            case .givenBack: try await store.release(entry)
            case .failed(let error): try await retry(entry, error, log)
            }
        } catch {
            // The claim runs out by itself, and what has become of the row shows when it comes again.
            counts.note { $0.failures += 1 }
            warn("A row of the outbox could not be settled.", entry, error, log)
        }
    }

    /// How often a row is tried.
    func retryPolicy(of entry: OutboxEntry) -> RetryPolicy { destinations[entry.destination]?.retry ?? settings.retry }

    private func retry(_ entry: OutboxEntry, _ error: any Error, _ log: ActorLog) async throws {
        let (text, now) = (StoredText.cut("\(error)"), clock.now)
        if let delay = retryPolicy(of: entry).delay(afterAttempt: entry.attempts) {
            let moment = now.adding(counts.jittered(delay))
            guard try await note(store.fail(entry, error: text, retryAt: moment), { $0.retried += 1 }) else { return }
            warn("A row of the outbox could not be delivered, and is tried again.", entry, error, log)
        } else {
            let isOwn = try await note(store.deadLetter(entry, reason: text, at: now)) { $0.deadLetters += 1 }
            if isOwn { warn("A row of the outbox was given up.", entry, error, log) }
        }
    }

    /// Counts what was settled, or a conflict where the row was another's by then.
    @discardableResult
    private func note(_ wasOwn: Bool, _ change: (inout OutboxCourierMetrics) -> Void) -> Bool {
        counts.note { if wasOwn { change(&$0) } else { $0.conflicts += 1 } }
        return wasOwn
    }

    private func warn(_ message: String, _ entry: OutboxEntry, _ error: any Error, _ log: ActorLog) {
        log(
            .warning, message,
            [
                "idempotencyKey": entry.idempotencyKey, "persistenceID": "\(entry.persistenceID)",
                "destination": entry.destination, "attempts": "\(entry.attempts)", "error": "\(error)",
            ])
    }
}

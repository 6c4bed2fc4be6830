import Actors
import EventSourcing

/// What lets reactions happen: it correlates what is new, claims what can be claimed, has it handled, ends what is handled, and
/// sleeps until there may be more.
///
/// It owns every time at which something is due: retries, deferrals, and leases that run out.
// Safe to send: what is not guarded by itself is touched only by the driver's actor, which does one thing at a time.
final class Driver: @unchecked Sendable {
    /// What the driver is told.
    enum Message: Sendable {
        /// Something may be to be done.
        case look
        /// Somebody wants something done, and waits for it.
        case run(Run)
        /// What is in hand is the last; it is cancelled behind the grace.
        case stop(grace: Duration)
        /// The grace is over.
        case graceOver
    }

    let application: Application
    let index = WorkIndex()
    let inHand = ClaimsInHand()
    let end = WorkEnd()
    let stages: DrainStages
    let bell = ChangeBell()
    private let correlator: Correlator
    var lanes: [LaneDrain]
    /// Claims whose handling has not begun; only where somebody looks, for whom one follows the other.
    var inLine: [ClaimInLine] = []
    /// What may have ended a worker is handled alone.
    var suspectTurn = SuspectTurn.nobody
    /// The fencing numbers of claims that were in hand for longer than that waits, by their targets.
    var slowClaims: [PersistenceID: Int64] = [:]
    private var breaker: CircuitBreaker
    private var runs: [Run] = []
    /// What somebody waits for, told or not: whatever is left at the end is told that it is over.
    let awaited = Locked([Run]())
    /// What was done since everything was done last.
    var totals = SettledTotals()
    var hasMoved = false
    /// When another worker's lease to correlate runs out.
    private var correlationDue: Timestamp?
    private var grace: Duration?
    /// Whether it was told that the store can't say which lanes there are.
    var hasDamagedLane = false
    /// The ends of claims whose handlers do not end.
    private var abandoned: [Acknowledgement] = []

    init(_ application: Application) {
        self.application = application
        let settings = application.settings
        stages = DrainStages(of: application, inHand: inHand)
        correlator = Correlator(application, index: index, stages: stages)
        lanes = application.definition.lanes.map { LaneDrain($0, limits: settings.limits(of: $0)) }
        breaker = CircuitBreaker(failuresInRow: settings.breakerFailures, pause: settings.breakerPause)
    }

    var settings: ApplicationSettings { application.settings }
    var store: any ReactionStore { application.store }
    var now: Timestamp { application.clock.now }

    /// The actor.
    var behavior: Behavior<Message> {
        .setup { [self] context in
            let driver = context.myself
            if settings.isSelfDriving {
                bell.hang(on: store, context.log) { [application] in
                    application.lifecycleHub.tell(.notified)
                    driver.tell(.look)
                }
                driver.tell(.look)
            }
            return .receive { [self] context, message in
                take(message, in: context)
                let wait = await turn(in: context)
                if inHand.isStopping, isIdle { return .stopped }
                if settings.isSelfDriving || !isIdle {
                    context.startTimer("look", after: max(wait, .milliseconds(1)), sending: .look)
                }
                return .same
            }
            .beforeStop { [self] _ in await letGo() }
            .onSignal { [self] _, signal in
                if signal is PostStop { stopped() }
                return .unhandled
            }
        }.apartFromSiblings()
    }

    private func take(_ message: Message, in context: ActorContext<Message>) {
        switch message {
        case .look: bell.hear()
        case .run(let run): runs.append(run)
        case .stop(let grace):
            inHand.stop()
            self.grace = grace
            context.startTimer("grace", after: grace, sending: .graceOver)
        case .graceOver:
            if inHand.hasCancelled {
                // It does not end when it is told to. What it writes from now on is refused, for its claim is given back.
                abandon()
            } else {
                inHand.cancelAll()
                if let grace { context.startTimer("grace", after: grace, sending: .graceOver) }
            }
        }
    }

    // MARK: - One turn

    /// Does all that can be done now, and answers how long it sleeps at the most.
    private func turn(in context: ActorContext<Message>) async -> Duration {
        if let left = breaker.wait(at: now) {
            // Behind its stop it has no time to wait.
            if runs.isEmpty, !inHand.isStopping { return left }
        }
        do {
            try await work(in: context)
            breaker.noteSuccess()
            return try await sleep()
        } catch {
            application.warn("The store did not answer; that is tried again.", because: error)
            for run in runs { run.end(.failure(error)) }
            runs = []
            return breaker.noteFailure(at: now)
        }
    }

    private func work(in context: ActorContext<Message>) async throws {
        let (correlates, drains) = (
            settings.isSelfDriving || runs.contains(where: \.correlates),
            settings.isSelfDriving || runs.contains(where: \.drains)
        )
        var hasWork = true
        var obstacle: (any Error)?
        while hasWork {
            hasWork = try await endFinished()
            try await renew()
            // For somebody who looks, a stream comes to its end before anything else is begun.
            let isFree = !stages.isLookedAt || !isHandling
            if correlates, isFree, obstacle == nil, !inHand.isStopping {
                do {
                    hasWork = try await correlate() || hasWork
                } catch {
                    // What is correlated already does not wait for it.
                    obstacle = error
                }
                // Whoever looked has taken their time.
                if stages.isLookedAt { try await renew() }
            }
            if drains, isFree {
                for lane in lanes.indices { hasWork = try await claim(lane, in: context) || hasWork }
                if !hasWork { hasWork = try await findStrayLanes(in: context) }
            }
            beginInLine(in: context)
            hasWork = hasWork || inHand.hasFinished
        }
        if let obstacle { throw obstacle }
        if isIdle { settle() }
    }

    /// Correlates some of what is new, and answers whether there is more.
    private func correlate() async throws -> Bool {
        let pass = try await correlator.correlate()
        correlationDue = pass.waitsUntil
        totals.correlated += pass.events
        totals.subscribed += pass.subscribed
        if pass.events > 0 { hasMoved = true }
        return pass.hasMore
    }

    /// Whether nothing is in hand.
    var isIdle: Bool { lanes.allSatisfy(\.running.isEmpty) }

    /// Whether a stream is handled, and not only claimed.
    var isHandling: Bool { lanes.reduce(0) { $0 + $1.running.count } > inLine.count }

    /// Says that all that could be done was done.
    private func settle() {
        let totals = totals
        if hasMoved || !runs.isEmpty {
            application.lifecycleHub.tell(.settled(totals))
            stages.settled(totals)
        }
        (self.totals, hasMoved) = (SettledTotals(), false)
        // What was left undone because of the stop is told with its end.
        if inHand.isStopping { return }
        for run in runs { run.end(.success(totals)) }
        runs = []
    }

    /// How long it sleeps, unless something changes or comes to an end before.
    private func sleep() async throws -> Duration {
        guard settings.isSelfDriving, !inHand.isStopping else { return settings.lease / 3 }
        var wait = bell.hangs ? settings.longestSleep : settings.poll
        if !isIdle { wait = min(wait, settings.lease / 3) }
        let now = now
        if let correlationDue { wait = min(wait, correlationDue.duration(since: now)) }
        // Where all places are taken, or one thing is handled alone, nothing that is due can be begun before that is over.
        if lanes.indices.contains(where: { mayClaim(in: $0) }),
            let due = try await store.nextDue(of: application.name)
        {
            wait = min(wait, due.duration(since: now))
        }
        return wait
    }

    // MARK: - The end

    /// Gives up what does not come to an end.
    private func abandon() {
        for lane in lanes.indices {
            for claim in lanes[lane].running.values {
                application.warn(
                    "A reaction did not end when the application shut down, and is left behind.", of: claim.target,
                    because: CancellationError())
                abandoned.append(Progress(claim).end().acknowledgement)
            }
            lanes[lane].running = [:]
        }
    }

    /// Gives back what other workers need not wait for.
    private func letGo() async {
        let now = now
        let left = abandoned + lanes.flatMap(\.running.values).map { Progress($0).end().acknowledgement }
        inHand.stop()
        inHand.cancelAll()
        do {
            if !left.isEmpty { try await store.ack(left, at: now) }
            try await correlator.letGo()
        } catch {
            application.warn("Leases could not be given back, and run out by themselves.", because: error)
        }
    }

    private func stopped() {
        bell.letGo()
        runs = []
        application.driving.end()
        end.come()
        for run in awaited.withLock({ $0 }) { run.end(.failure(CancellationError())) }
    }
}

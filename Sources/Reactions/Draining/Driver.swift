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

    private let application: Application
    let index = WorkIndex()
    let inHand = ClaimsInHand()
    let end = WorkEnd()
    let stages: DrainStages
    private let bell = ChangeBell()
    private let correlator: Correlator
    private var lanes: [LaneDrain]
    /// Claims whose handling has not begun; only where somebody looks, for whom one follows the other.
    private var inLine: [ClaimInLine] = []
    private var breaker: CircuitBreaker
    private var runs: [Run] = []
    /// What somebody waits for, told or not: whatever is left at the end is told that it is over.
    let awaited = Locked([Run]())
    /// What was done since everything was done last.
    private var totals = SettledTotals()
    private var hasMoved = false
    /// When another worker's lease to correlate runs out.
    private var correlationDue: Timestamp?
    private var grace: Duration?
    /// Whether it was told that the store can't say which lanes there are.
    private var hasDamagedLane = false
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

    private var settings: ApplicationSettings { application.settings }
    private var store: any ReactionStore { application.store }
    private var now: Timestamp { application.clock.now }

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
    private var isIdle: Bool { lanes.allSatisfy(\.running.isEmpty) }

    /// Whether a stream is handled, and not only claimed.
    private var isHandling: Bool { lanes.reduce(0) { $0 + $1.running.count } > inLine.count }

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
        // Where all places are taken, nothing that is due can be begun before one of them is free.
        if lanes.contains(where: \.hasPlaces), let due = try await store.nextDue(of: application.name) {
            wait = min(wait, due.duration(since: now))
        }
        return wait
    }

    // MARK: - Claims

    private func claim(_ lane: Int, in context: ActorContext<Message>) async throws -> Bool {
        guard lanes[lane].hasPlaces, !inHand.isStopping else { return false }
        let places = lanes[lane].places
        let claims = try await store.claim(
            places, in: lanes[lane].name, of: application.name, for: settings.lease, by: application.system.writerID,
            at: now)
        if !claims.isEmpty {
            await stages.come(
                to: .claim(DrainStage.Claimed(lane: lanes[lane].name, places: places, claims: claims)))
        }
        for (place, claim) in claims.enumerated() { take(claim, in: lane, at: place, context) }
        return !claims.isEmpty
    }

    /// Finds lanes in which there is work and no reaction, which are lanes like any other from then on; answers whether there
    /// were any.
    private func findStrayLanes(in context: ActorContext<Message>) async throws -> Bool {
        if lanes.isEmpty || inHand.isStopping { return false }
        let found: [String]
        do {
            found = try await store.lanes(of: application.name)
        } catch let error as StoreError where error.reason == .corrupt {
            // What is sound is in lanes that are known.
            if !hasDamagedLane { application.warn("The lanes in which there is work can't be listed.", because: error) }
            hasDamagedLane = true
            return false
        }
        let strays = found.filter { name in !lanes.contains { $0.name.hasSameBytes(as: name) } }
        for name in strays {
            context.log(
                .warning, "There is work in a lane in which no reaction is; what of it the reactions are for is done.",
                ["application": application.name, "lane": name])
            lanes.append(LaneDrain(name, limits: settings.limits(of: name), isStray: true))
        }
        return !strays.isEmpty
    }

    /// Begins the handling of a claim, for somebody who looks when all before it has come to its end.
    private func take(_ claim: SubscriptionClaim, in lane: Int, at place: Int, _ context: ActorContext<Message>) {
        guard stages.isLookedAt else { return begin(claim, in: lane, at: place, context) }
        hasMoved = true
        inLine.removeAll { $0.claim.target == claim.target }
        inLine.append(ClaimInLine(claim: claim, lane: lane))
        lanes[lane].running[claim.target] = claim
    }

    /// Begins the handling of claims in line: of the first one where somebody looks, else of all.
    private func beginInLine(in context: ActorContext<Message>) {
        while !inLine.isEmpty, !stages.isLookedAt || !isHandling {
            let first = inLine.removeFirst()
            // As it is by now: it may have been renewed.
            begin(lanes[first.lane].running[first.claim.target] ?? first.claim, in: first.lane, at: 0, context)
        }
    }

    private func begin(_ claim: SubscriptionClaim, in lane: Int, at place: Int, _ context: ActorContext<Message>) {
        hasMoved = true
        let driver = context.myself
        let drain = lanes[lane]
        // One of its own whose lease ran out is ended first, however long that takes: nothing is handled twice at once.
        let isRunning = lanes.contains { $0.running[claim.target] != nil }
        let before = isRunning ? inHand.cancel(claim.target) : []
        // Most handlers do not wait, so that half of them go here and the others beside them.
        let isHere = place % 2 == 1 && drain.isQuick && before.isEmpty
        let (limit, isStray) = (drain.eventLimit(of: claim), drain.isStray)
        let task = application.system.beginTask(here: isHere) { [self] in
            for task in before { await task.value }
            await handle(claim, in: lane, limit: limit, isStray: isStray)
            bell.ring { driver.tell(.look) }
        }
        inHand.begin(claim, task)
        lanes[lane].running[claim.target] = claim
    }

    private func handle(_ claim: SubscriptionClaim, in lane: Int, limit: Int, isStray: Bool) async {
        let handling = StreamHandling(
            application: application, claim: claim, isStopping: { [inHand] in inHand.isStopping },
            activity: inHand.activity(under: claim), stages: stages)
        let start = ContinuousClock.now
        var (handled, failure) = (Progress(claim).end(), (any Error)?.none)
        do {
            let reading = ClaimReading(application: application, index: index)
            let work = try await isStray ? reading.readOwn(claim, limit: limit) : reading.read(claim, limit: limit)
            if let work {
                await stages.come(to: .fetch(work.shown(under: claim)))
                handled = await ReactionScope.$present.withValue(ReactionScope(of: application, under: claim)) {
                    await handling.run(work)
                }
            } else {
                // Another program's, perhaps, which has the lane: it is left as it is, and looked at again behind a while.
                handled = Progress(claim).end(due: now.adding(settings.longestSleep))
            }
        } catch let error as StoreError where error.reason == .corrupt {
            handled = handling.end(unreadable: error)
        } catch {
            failure = error
        }
        inHand.finish(
            ClaimsInHand.Finished(lane: lane, claim: handled, time: ContinuousClock.now - start, failure: failure))
    }

    /// Ends the claims that were handled, and answers whether there were any.
    private func endFinished() async throws -> Bool {
        let done = inHand.takeFinished()
        if done.isEmpty { return false }
        let (acked, blocked): ([Subscription], [Subscription])
        do {
            (acked, blocked) = try await end(done)
        } catch {
            // It is told again as long as there is a next time; behind the last one the claims run out by themselves.
            if inHand.isStopping { forget(done) } else { inHand.putBack(done) }
            throw error
        }
        forget(done)
        note(done)
        totals.blocked += blocked.count
        if !acked.isEmpty { application.lifecycleHub.tell(.acked(acked)) }
        for subscription in blocked { application.lifecycleHub.tell(.blocked(subscription)) }
        await stages.come(
            to: .ack(DrainStage.Ended(of: done.map(\.claim.acknowledgement), acked: acked, blocked: blocked)))
        if let failure = done.lazy.compactMap(\.failure).first { throw failure }
        return true
    }

    private func end(_ done: [ClaimsInHand.Finished]) async throws -> ([Subscription], [Subscription]) {
        let acked = try await store.ack(done.filter { $0.claim.ending == .acked }.map(\.claim.acknowledgement), at: now)
        let blocking = done.filter { $0.claim.ending == .blocked }
        let blocked = blocking.isEmpty ? [] : try await store.block(blocking.map(\.claim.acknowledgement), at: now)
        return (acked, blocked)
    }

    private func forget(_ done: [ClaimsInHand.Finished]) {
        for one in done {
            lanes[one.lane].forget(one.claim.acknowledgement.claim)
            lanes[one.lane].note(one.time)
        }
    }

    private func note(_ done: [ClaimsInHand.Finished]) {
        for lane in lanes.indices {
            var (lagging, leading) = (0, 0)
            for one in done where one.lane == lane {
                if one.claim.acknowledgement.claim.isLagging {
                    lagging += one.claim.handled
                } else {
                    leading += one.claim.handled
                }
                totals.failed += one.claim.failed
            }
            totals.handled += lagging + leading
            lanes[lane].note(lagging: lagging, leading: leading)
        }
    }

    /// Lets the claims go on whose handlers take long, or which another worker may have shortened because the clock was put back;
    /// a handler whose claim is another one's by now is cancelled.
    private func renew() async throws {
        let now = now
        let claims = lanes.flatMap { $0.running.values }.filter { claim in
            guard let until = claim.subscription.holding?.until else { return false }
            let left = until.duration(since: now)
            return left <= settings.lease * 2 / 3 || left > settings.lease
        }
        if claims.isEmpty { return }
        let held = Dictionary(
            try await store.renew(claims, for: settings.lease, at: now).map { ($0.target, $0) },
            uniquingKeysWith: { first, _ in first })
        for claim in claims {
            if let renewed = held[claim.target] {
                for lane in lanes.indices where lanes[lane].running[claim.target] != nil {
                    lanes[lane].running[claim.target] = renewed
                }
            } else {
                inHand.cancel(claim)
            }
        }
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

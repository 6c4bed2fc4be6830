import Actors
import EventSourcing

// What the driver claims: how it begins, how it goes on, and how it ends.
extension Driver {
    /// Claims as many of a lane as it has places, and answers whether anything is other than before.
    func claim(_ lane: Int, in context: ActorContext<Message>) async throws -> Bool {
        guard !inHand.isStopping, mayClaim(in: lane) else { return false }
        let hadSuspect = hasSuspectWaiting(in: lane)
        let places = lanes[lane].places
        let claimed = try await store.claim(
            places, in: lanes[lane].name, of: application.name, for: settings.lease, by: application.system.writerID,
            at: now)
        lanes[lane].noteClaimed(claimed.count, at: now)
        let claims = try await begun(of: claimed, in: lane)
        if !claims.isEmpty {
            await stages.come(
                to: .claim(DrainStage.Claimed(lane: lanes[lane].name, places: places, claims: claims)))
        }
        for (place, claim) in claims.enumerated() { take(claim, in: lane, at: place, context) }
        // Whoever looked has taken their time, and the next lane's claim gives up what has run out.
        if stages.isLookedAt { try await renew() }
        return !claimed.isEmpty || hadSuspect
    }

    /// Finds lanes in which there is work and no reaction, which are lanes like any other from then on; answers whether there
    /// were any.
    func findStrayLanes(in context: ActorContext<Message>) async throws -> Bool {
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
    func beginInLine(in context: ActorContext<Message>) {
        while !inLine.isEmpty, !stages.isLookedAt || !isHandling {
            let first = inLine.removeFirst()
            // As it is by now: it may have been renewed.
            begin(lanes[first.lane].running[first.claim.target] ?? first.claim, in: first.lane, at: 0, context)
        }
    }

    /// Forgets a claim whose handling has not begun, for another worker has it by now.
    private func removeFromLine(_ claim: SubscriptionClaim) {
        guard let place = inLine.firstIndex(where: { lanes[$0.lane].holds(claim) && $0.claim.target == claim.target })
        else { return }
        lanes[inLine.remove(at: place).lane].forget(claim)
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
        var (handled, failure, isForeign) = (Progress(claim).end(), (any Error)?.none, false)
        do {
            let reading = ClaimReading(application: application, index: index)
            let work = try await isStray ? reading.readOwn(claim, limit: limit) : reading.read(claim, limit: limit)
            if let work {
                await stages.come(to: .fetch(work.shown(under: claim)))
                handled = await handling.run(work)
            } else {
                // Another program's, perhaps, which has the lane: that has it in a moment, for this one lets the lane rest.
                handled = Progress(claim).end(due: now.adding(LaneDrain.foreignPause))
                isForeign = true
            }
        } catch let error as StoreError where error.reason == .corrupt {
            handled = handling.end(unreadable: error)
        } catch {
            failure = error
        }
        inHand.finish(
            ClaimsInHand.Finished(
                lane: lane, claim: handled, time: ContinuousClock.now - start, failure: failure, isForeign: isForeign))
    }

    /// Ends the claims that were handled, and answers whether there were any.
    func endFinished() async throws -> Bool {
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
            if one.isForeign { lanes[one.lane].noteForeign(at: now) }
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
    func renew() async throws {
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
            // A later one of the same target may be in hand, too, in another lane.
            if let renewed = held[claim.target],
                renewed.subscription.fencingNumber == claim.subscription.fencingNumber
            {
                for lane in lanes.indices where lanes[lane].holds(renewed) {
                    lanes[lane].running[claim.target] = renewed
                }
            } else {
                inHand.cancel(claim)
                removeFromLine(claim)
            }
        }
    }
}

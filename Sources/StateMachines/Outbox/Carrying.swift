import Actors
import EventSourcing

/// What a courier's actor does: it claims what is due, has each row carried, and sleeps until there may be more.
final class Carrying: Sendable {
    private struct State: Sendable {
        /// How many rows are under way.
        var carried = 0
        /// Whether nothing more is claimed until none is.
        var isQuieting = false
        /// Whether one was carried alone, so that the next one is claimed by itself.
        var wasAlone = false
        /// Until when nothing is claimed, because there were rows for others.
        var quietUntil: Timestamp?
    }

    /// How long it waits where another courier has got what was due.
    private static let pause = Duration.milliseconds(50)

    let work: StoreWork<OutboxCourierMetrics>
    private let carrier: OutboxCarrier
    private let state = Locked(State())

    init(
        in system: ActorSystem, on store: any OutboxStore, _ destinations: OutboxDestinations,
        _ settings: OutboxCourierSettings, _ clock: any ActorClock
    ) {
        let counts = WorkCounts(
            OutboxCourierMetrics(), jitter: settings.jitter, random: system.makeRandomNumberGenerator())
        work = StoreWork(counts, waitingInOutages: settings.outage)
        carrier = OutboxCarrier(
            store: store, destinations: destinations, settings: settings, clock: clock, counts: counts)
    }

    /// The actor.
    var behavior: Behavior<StoreLook> {
        work.behavior(
            on: carrier.store, complaint: "The outbox could not be looked into; that is tried again.",
            noteFailure: { $0.failures += 1 }, begin: { $0.myself.tell(StoreLook()) },
            look: { [self] context in try await claim(in: context) })
    }

    /// Has carried what is due, and answers when to look again.
    private func claim(in context: ActorContext<StoreLook>) async throws -> Duration {
        let settings = carrier.settings
        let isStopping = context.isEnding
        while !isStopping() {
            let (free, isQuiet) = state.withLock { state in
                if state.carried == 0 { state.isQuieting = false }
                let most = state.wasAlone ? 1 : settings.atOnce
                return (state.isQuieting ? 0 : most - state.carried, state.carried == 0)
            }
            // The next row that is settled says so.
            guard free > 0 else { break }
            let wait = try await wait()
            guard wait == .zero else { return wait }
            let now = carrier.clock.now
            // Where the clock was put back, it seems to be further off than it can be.
            if let quiet = state.withLock({ $0.quietUntil }), quiet > now, quiet <= now.adding(settings.poll) {
                return quiet.duration(since: now)
            }
            let entries = try await carrier.store.claim(
                limit: free, for: settings.claim, as: context.system.identifiers.next(at: now), at: now)
            if entries.isEmpty { return max(try await self.wait(), Self.pause) }
            let own = entries.filter { !settings.sparesStrangers || carrier.destinations[$0.destination] != nil }
            if own.count < entries.count { state.withLock { $0.quietUntil = now.adding(settings.poll) } }
            let parts = AbandonedWork.parted(own) { carrier.retryPolicy(of: $0).attempts }
            state.withLock { state in
                state.wasAlone = parts.isAlone && isQuiet
                if parts.isAlone { state.isQuieting = true }
            }
            let taken = parts.isAlone && !isQuiet ? [] : parts.taken
            for entry in entries where !taken.contains(where: { $0.number == entry.number }) {
                try await carrier.store.release(entry)
            }
            for entry in taken { carry(entry, in: context) }
        }
        return settings.longestSleep
    }

    /// How long it is until something is due; zero where that is now.
    private func wait() async throws -> Duration {
        let longest = work.bell.hangs ? carrier.settings.longestSleep : carrier.settings.poll
        guard let next = try await carrier.store.nextDue() else { return longest }
        return min(longest, max(.zero, next.duration(since: carrier.clock.now)))
    }

    private func carry(_ entry: OutboxEntry, in context: ActorContext<StoreLook>) {
        let courier = context.myself
        state.withLock { $0.carried += 1 }
        let behavior = carrier.behavior(of: entry, isStopping: context.isEnding) { [self] in
            state.withLock { $0.carried -= 1 }
            work.bell.ring { courier.tell(StoreLook()) }
        }
        context.spawn(behavior).tell(OutboxCarrier.Go())
    }
}

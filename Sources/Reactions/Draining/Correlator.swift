import Actors
import EventSourcing

/// Finds out which targets new events concern: it scans each event once, and raises the work marks of their subscriptions.
///
/// One worker at a time does so, which holds a lease; the others leave it to that one.
// Safe to send: only the driver's actor uses it, which does one thing at a time.
final class Correlator: @unchecked Sendable {
    /// What a pass came to.
    struct Pass: Sendable {
        /// How many events were scanned.
        var events = 0
        /// How many targets were new.
        var subscribed = 0
        /// Whether there may be more events than were scanned.
        var hasMore = false
        /// When another worker's lease runs out, where it correlates.
        var waitsUntil: Timestamp?
    }

    /// How many events are scanned before what was found is written.
    private static let window = 1_000
    /// How many times that in one pass.
    private static let windows = 100
    /// How far behind the checkpoint may be for events that concern nothing, so that not each of them is a write.
    private static let slack: Int64 = 1_000

    private let application: Application
    private let index: WorkIndex
    private let stages: DrainStages
    private var lease: Lease?
    private var acquisition: ULID?
    /// Whether the targets that are no function of an event are registered.
    private var isRegistered = false
    /// The position up to which this process has scanned, and where the checkpoint was then.
    private var scanned: (position: Int64, checkpoint: Int64)?

    init(_ application: Application, index: WorkIndex, stages: DrainStages) {
        self.application = application
        self.index = index
        self.stages = stages
    }

    /// Scans what is new, unless another worker does; throws what the store throws, and may then be called again.
    func correlate() async throws -> Pass {
        var pass = Pass()
        let definition = application.definition
        guard definition.hasDrained else { return pass }
        // The lease is for those who have something to do, so that idle workers do not take it from one another.
        if isRegistered, !holdsLease {
            let hasNews = try await hasNews()
            if !hasNews, isRegistered { return pass }
        }
        if let until = try await heldByAnother() {
            pass.waitsUntil = until
            return pass
        }
        try await register(&pass)
        // Not all at once where there is much: what is in hand is looked after in between, and the lease too.
        for _ in 0..<Self.windows {
            let found = try await scan()
            guard found.events > 0 else { return pass }
            pass.events += found.events
            try await write(found, &pass)
            if found.events < Self.window { return pass }
        }
        pass.hasMore = true
        return pass
    }

    /// Gives the lease back, so that another worker need not wait for its end.
    func letGo() async throws {
        guard let held = lease.take() else { return }
        acquisition = nil
        try await application.store.release(held)
    }

    /// Begins again where the store says, whose log is another one now.
    func begin() {
        scanned = nil
        isRegistered = false
        index.clear()
    }

    // MARK: - One worker at a time

    /// Whether the lease is its own for a good while yet.
    private var holdsLease: Bool {
        guard let lease else { return false }
        let now = application.clock.now
        return lease.expires.duration(since: now) > application.settings.lease / 2 && lease.acquired <= now
    }

    private func heldByAnother() async throws -> Timestamp? {
        if holdsLease { return nil }
        let now = application.clock.now
        let term = application.settings.lease
        if let held = lease.take() {
            do {
                lease = try await application.store.renew(held, for: term, at: now)
                return nil
            } catch is LeaseLostError {
                acquisition = nil
            }
        }
        // The same one until it has won, so that an answer that was lost is asked for again.
        let own = acquisition ?? application.system.identifiers.next(at: now)
        acquisition = own
        let answer = try await application.store.acquire(
            Application.correlationLease(of: application.name), for: term, as: own,
            by: application.system.writerID, at: now)
        switch answer {
        case .acquired(let taken):
            lease = taken
            return nil
        case .held(let other):
            // One that goes on for so long is from before the clock was put back. Where its holder goes on all the same, what is
            // correlated twice is found once.
            let isOfBefore = other.expires > Subscription.latestEnd(for: term, at: now)
            guard isOfBefore, try await application.store.release(other) else { return other.expires }
            return try await heldByAnother()
        }
    }

    private func register(_ pass: inout Pass) async throws {
        guard !isRegistered else { return }
        let targets = application.definition.fixedTargets
        if !targets.isEmpty { pass.subscribed += try await application.store.subscribe(targets, of: application.name) }
        await application.compareReactions()
        isRegistered = true
    }

    // MARK: - Scanning

    /// Moves to where nothing before needs to be scanned, by whoever it was.
    private func moveOn() async throws -> Int64 {
        let checkpoint = try await application.store.checkpoint(of: application.name)
        // A checkpoint that went back is that of another log.
        if let known = scanned, checkpoint < known.checkpoint { begin() }
        let start = max(checkpoint, scanned?.position ?? 0)
        scanned = (start, checkpoint)
        return start
    }

    /// Whether there are events that nobody has correlated, as far as can be seen.
    private func hasNews() async throws -> Bool {
        try await application.store.readAll(after: try await moveOn(), limit: 1, fields: [], into: false) {
            isThere, _ in
            isThere = true
            return .stop
        }
    }

    private func scan() async throws -> CorrelatedEvents {
        let start = try await moveOn()
        return try await application.correlatedEvents(behind: start, limit: Self.window)
    }

    private func write(_ found: CorrelatedEvents, _ pass: inout Pass) async throws {
        for failure in found.failures {
            application.warn(
                failure.error is DamagedEventError
                    ? "An event can't be read; that is tried again, and then its subscription blocked."
                    : "The target of an event could not be computed; that is tried again, and then its subscription blocked.",
                reaction: failure.reaction, of: failure.stream, at: failure.position, because: failure.error)
        }
        let subscriptions = found.subscriptions
        let known = scanned ?? (found.start, 0)
        let before = stages.isLookedAt ? try await rows(of: subscriptions) : []
        if !subscriptions.isEmpty || found.last - known.checkpoint >= Self.slack {
            let correlation = try await application.store.correlated(
                subscriptions, through: found.last, of: application.name, at: application.clock.now)
            pass.subscribed += correlation.subscribed
            scanned = (found.last, correlation.checkpoint)
        } else {
            scanned = (found.last, known.checkpoint)
        }
        index.add(found.places, behind: found.start, through: found.last)
        await stages.come(
            to: .correlate(
                found.shown(before, checkpointBefore: known.checkpoint, checkpoint: scanned?.checkpoint ?? 0)))
    }

    /// What the store has of subscriptions before they are written.
    private func rows(of subscriptions: [NewSubscription]) async throws -> [Subscription] {
        if subscriptions.isEmpty { return [] }
        return try await application.store.list(
            SubscriptionFilter(.these(subscriptions.map(\.target))), of: application.name, after: nil,
            limit: subscriptions.count)
    }
}

extension Application {
    /// The name of the lease under which one worker at a time correlates.
    package static func correlationLease(of application: String) -> String { "correlate/\(application)" }
}

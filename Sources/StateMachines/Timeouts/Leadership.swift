import Actors
import EventSourcing

/// One sweeper's part in the election of the one that sweeps: it holds a lease, or asks for it again and again.
final class Leadership: Sendable {
    /// Has the lease renewed, or asked for.
    struct Turn: Sendable {}

    private struct State: Sendable {
        var acquisition: ULID?
        var lease: Lease?
        var hasResigned = false
    }

    private let store: any LeaseStore
    private let settings: TimerSweeperSettings
    private let clock: any ActorClock
    private let state = Locked(State())

    init(_ store: any LeaseStore, _ settings: TimerSweeperSettings, clock: any ActorClock) {
        self.store = store
        self.settings = settings
        self.clock = clock
    }

    /// Whether the lease is held at this moment; a process that was paused finds out by its clock, before any renewal does.
    var isHeld: Bool {
        let now = clock.now
        return state.withLock { $0.lease.map { now < $0.expires } ?? false }
    }

    /// Gives the lease back, and takes no other any more; where the store fails, the lease runs out by itself.
    func resign() async throws {
        let lease = state.withLock { state in
            state.hasResigned = true
            return state.lease.take()
        }
        if let lease { try await store.release(lease) }
    }

    /// An actor that renews the lease, or asks for it, until it stops, and gives it back then.
    ///
    /// - Parameter elected: is told whenever the lease was won.
    func keeper(elected: @escaping @Sendable () -> Void) -> Behavior<Turn> {
        .setup { [self] context in
            context.myself.tell(Turn())
            return .receive { [self] context, _ in
                let wait = await turn(in: context, elected)
                context.startTimer("turn", after: wait, sending: Turn())
                return .same
            }
            .beforeStop { [self] context in
                do {
                    try await resign()
                } catch {
                    warn(context.log, "A lease was not given back; it is free when its term is over.", error)
                }
            }
        }.apartFromSiblings()
    }

    /// Renews the lease, or asks for it, and answers how long to wait for the next time.
    private func turn(in context: ActorContext<Turn>, _ elected: @Sendable () -> Void) async -> Duration {
        do {
            if let lease = state.withLock({ $0.lease }) {
                do {
                    let renewed = try await store.renew(lease, for: settings.lease, at: clock.now)
                    // It may have been given back meanwhile.
                    state.withLock { if $0.lease != nil { $0.lease = renewed } }
                    return settings.renewal
                } catch let error as LeaseLostError {
                    state.withLock { ($0.lease, $0.acquisition) = (nil, nil) }
                    warn(context.log, "A sweeper is the leader no more.", error)
                }
            }
            return try await ask(in: context, elected)
        } catch {
            warn(context.log, "The lease of the sweepers' leader could not be asked for.", error)
            return settings.renewal
        }
    }

    private func ask(in context: ActorContext<Turn>, _ elected: @Sendable () -> Void) async throws -> Duration {
        let now = clock.now
        // The same one until it has won, so that an answer that was lost is asked for again.
        let acquisition = state.withLock { state -> ULID? in
            if state.hasResigned { return nil }
            let acquisition = state.acquisition ?? context.system.identifiers.next(at: now)
            state.acquisition = acquisition
            return acquisition
        }
        guard let acquisition else { return settings.renewal }
        let answer = try await store.acquire(
            settings.leaseName, for: settings.lease, as: acquisition, by: context.system.writerID, at: now)
        switch answer {
        case .held(let lease):
            // One that runs out earlier is asked for then.
            return min(settings.renewal, max(lease.expires.duration(since: now), .milliseconds(1)))
        case .acquired(let lease):
            let isWanted = state.withLock { state in
                if !state.hasResigned { state.lease = lease }
                return !state.hasResigned
            }
            if isWanted { elected() } else { try await store.release(lease) }
            return settings.renewal
        }
    }

    private func warn(_ log: ActorLog, _ message: String, _ error: any Error) {
        log(.warning, message, ["lease": settings.leaseName, "error": "\(error)"])
    }
}

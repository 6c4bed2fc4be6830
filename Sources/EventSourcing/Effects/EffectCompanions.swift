/// What an effect writes in the transaction of its events.
@usableFromInline
final class EffectCompanions: Sendable {
    let timers: [TimerChange]
    let outbox: [NewOutboxEntry]

    /// Nil where there are none.
    init?(timers: [TimerChange], outbox: [NewOutboxEntry]) {
        if timers.isEmpty && outbox.isEmpty { return nil }
        self.timers = timers
        self.outbox = outbox
    }
}

extension Companions {
    /// A copy with what an effect writes, and with the lease that it is written under.
    func with(_ companions: EffectCompanions?, under lock: Lease? = nil) -> Companions {
        if companions == nil, lock == nil { return self }
        return Companions(
            command: command, timers: companions?.timers ?? [], outbox: companions?.outbox ?? [], under: lock,
            claim: claim)
    }
}

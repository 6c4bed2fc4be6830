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
    /// A copy with what an effect writes.
    func with(_ companions: EffectCompanions?) -> Companions {
        guard let companions else { return self }
        return Companions(command: command, timers: companions.timers, outbox: companions.outbox)
    }
}

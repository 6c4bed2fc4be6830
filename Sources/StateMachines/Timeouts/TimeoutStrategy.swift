/// Where the timers of a machine's states are.
///
///     let order = try orders.entity("order-1", timeouts: .inMemory).withEventStore(store)
///
/// What a machine says about its timeouts is the same for both, and so is what it does: entering a state arms them, leaving it
/// cancels them, staying does neither, and each sends its event once.
public enum TimeoutStrategy: Hashable, Sendable {
    /// Rows of the store, with absolute deadlines; a `TimerSweeper` lets them fire, also where the instance does not run.
    case durable
    /// Timers of the instance's own actor, on its system's clock: no sweeper is needed, and no `TimerStore`.
    ///
    /// They are lost with the process, and armed again when the instance is loaded, for the time that is left: at once where
    /// it is over. So the event of a timeout waits for the next load of its instance; a registry passivates none whose
    /// timers run. The time counts from the event that entered the state; an instance without events counts from its load.
    ///
    /// One whose event is refused is tried again, later each time, and given up after ten attempts until the next load.
    /// A timer of the store from an earlier time of the same instances is stale to them, and taken away by a sweeper.
    case inMemory
}

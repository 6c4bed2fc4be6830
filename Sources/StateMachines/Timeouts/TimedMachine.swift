public import EventSourcing

/// A machine whose timers a sweeper lets fire, and where it finds the instances.
public struct TimedMachine: Sendable {
    /// The machine's name, which is the type of its instances.
    public let name: String
    private let instance: @Sendable (_ id: String, StoredTimer, Duration) -> PendingReply<MachineFiring>

    /// A machine whose instances are found by their own ids.
    ///
    /// - Parameters:
    ///   - machine: the machine.
    ///   - instance: the instance with an id, which is started where it does not run.
    public init<State: StoredCases, Event: StoredCases>(
        _ machine: Machine<State, Event>,
        instance: @escaping @Sendable (String) -> ActorRef<MachineCommand<State, Event>>
    ) {
        name = machine.name
        self.instance = { id, timer, timeout in
            // Each is the beginning of a chain, and no part of that whose write the sweeper was woken by.
            instance(id).askLater(
                timeout: timeout, headers: { _ in nil },
                { (replyTo: ActorRef<MachineFiring>) in .fire(timer, replyTo: replyTo) })
        }
    }

    /// A machine whose instances live in a registry, under their own ids.
    public init<State: StoredCases, Event: StoredCases>(
        _ machine: Machine<State, Event>, in registry: EntityRegistry<String, MachineCommand<State, Event>>
    ) {
        self.init(machine) { registry.ref(for: $0) }
    }

    /// Has a timer's own instance let it fire, and does not wait for that.
    func fire(_ timer: StoredTimer, waitingAtMost timeout: Duration) -> PendingReply<MachineFiring> {
        instance(timer.persistenceID.entityID, timer, timeout)
    }
}

internal import Actors
internal import EventSourcing
internal import SQLiteStorage
internal import StateMachines

/// Lets the timers of a file's instances fire, beside other processes that do the same.
struct Sweeping {
    private enum Place: String, CaseIterable, MachineState, StoredCases {
        case waiting
    }

    private enum Call: String, CaseIterable, MachineEvent, StoredCases {
        case fired
    }

    private let system: ActorSystem
    private let sweeper: TimerSweeper

    /// - Parameter leaseAndRenewal: of the leader, in milliseconds; nil where each of them sweeps.
    init(_ store: SQLiteStore, leaseAndRenewal times: (Int, Int)? = nil) throws {
        // Nothing but its timer keeps a second event out.
        let machine = try Machine<Place, Call>("Letters", initial: .waiting) {
            From(.waiting) { On(.fired).stay() }.timeout("t", after: .seconds(1_000_000), send: .fired)
        }
        system = ActorSystem(name: "probe")
        let instances = EntityRegistry(in: system, name: "letters") { (id: String) in
            Behavior.setup { _ in try machine.entity(id).withEventStore(store).behavior }
        }
        // So few at once that a sweep of many takes a while.
        let settings = try TimerSweeperSettings(
            batch: 3, claim: .seconds(2), interval: .milliseconds(20), answer: .seconds(1), electsLeader: times != nil,
            lease: .milliseconds(times?.0 ?? 30_000), renewal: .milliseconds(times?.1 ?? 10_000))
        sweeper = try TimerSweeper(
            in: system, on: store, machines: [TimedMachine(machine, in: instances)], settings: settings)
    }

    var leads: Bool { sweeper.isSweeping }

    func end() async {
        await sweeper.stop()
        await system.shutdown()
    }
}

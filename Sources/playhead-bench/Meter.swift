import EventSourcing
import StateMachines

/// The sensor as a machine: it is silent, or notes its readings, or sums them up.
enum Meter {
    enum State: MachineState, StoredCases {
        case silent
        case noting
        case counting(Sensor.Total)

        enum CaseName: String, CaseIterable { case silent, noting, counting }

        var name: CaseName {
            switch self {
            case .silent: .silent
            case .noting: .noting
            case .counting: .counting
            }
        }

        var total: Sensor.Total { if case .counting(let total) = self { total } else { Sensor.Total() } }

        static var registry: EventRegistry<State> {
            get throws {
                try EventRegistry(
                    EventType("silent", .silent), EventType("noting", .noting),
                    EventType("counting", embed: State.counting) { if case .counting(let it) = $0 { it } else { nil } })
            }
        }
    }

    enum Event: MachineEvent, StoredCases {
        case record(Reading)
        case expire

        enum CaseName: String, CaseIterable { case record, expire }

        var name: CaseName {
            switch self {
            case .record: .record
            case .expire: .expire
            }
        }

        static var registry: EventRegistry<Event> {
            get throws {
                try EventRegistry(
                    EventType("record", embed: Event.record) { if case .record(let it) = $0 { it } else { nil } },
                    EventType("expire", .expire))
            }
        }
    }

    typealias Command = MachineCommand<State, Event>

    /// A table in which each reading leads to a state that carries nothing, as most states do, and arms its time-out anew where it
    /// has one.
    static func machine(silentAfter delay: Duration? = nil) throws -> Machine<State, Event> {
        try Machine("Meter", initial: .silent) {
            From(.silent, .noting, .counting) {
                On(.record).goto(.noting)
                On(.expire).goto(.silent)
            }
            if let delay { From(.noting) {}.timeout("silence", after: delay, send: .expire) }
        }
    }

    /// The same with a state that carries the readings' number and their sum.
    static func counting() throws -> Machine<State, Event> {
        try Machine("Meter", initial: .silent) {
            From(.silent, .noting, .counting) {
                On(.record).goto(.counting) { state, event in
                    guard case .record(let reading) = event else { return state }
                    var total = state.total
                    total.count += 1
                    total.value += reading.value
                    return .counting(total)
                }
                On(.expire).goto(.silent)
            }
        }
    }
}

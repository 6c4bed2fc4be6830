import EventSourcing
import StateMachines

/// The sensor as a machine: it is silent, or sums its readings up, and has a time-out as long as it does.
enum Meter {
    enum State: MachineState, StoredCases {
        case silent
        case counting(Sensor.Total)

        enum CaseName: String, CaseIterable { case silent, counting }

        var name: CaseName {
            switch self {
            case .silent: .silent
            case .counting: .counting
            }
        }

        var total: Sensor.Total { if case .counting(let total) = self { total } else { Sensor.Total() } }

        static var registry: EventRegistry<State> {
            get throws {
                try EventRegistry(
                    EventType("silent", .silent),
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

    /// The table; each reading arms the time-out anew where there is one.
    static func machine(silentAfter delay: Duration? = nil) throws -> Machine<State, Event> {
        let rows = Fragment<State, Event> {
            From(.silent, .counting) {
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
        return try Machine("Meter", initial: .silent) {
            rows
            if let delay { From(.counting) {}.timeout("silence", after: delay, send: .expire) }
        }
    }
}

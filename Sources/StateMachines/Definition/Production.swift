/// Events that a row produces.
@usableFromInline
struct Production<State: MachineState, Event: MachineEvent>: Sendable {
    let events: [Event.CaseName]
    let make: @Sendable (State, Event) throws -> [Event]

    init(_ events: [Event.CaseName], _ make: @escaping @Sendable (State, Event) throws -> [Event]) {
        self.events = events
        self.make = make
    }
}

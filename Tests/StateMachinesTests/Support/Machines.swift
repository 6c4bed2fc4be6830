import StateMachines

// Small machines in one line: the tests of the rules need no more than names.
enum Letter: String, CaseIterable, MachineState {
    case a = "A"
    case b = "B"
    case c = "C"
    case d = "D"
}

enum Push: String, CaseIterable, MachineEvent {
    case e1 = "E1"
    case e2 = "E2"
    case e3 = "E3"
}

typealias Letters = Machine<Letter, Push>
typealias LetterPart = Fragment<Letter, Push>

/// A machine over letters.
func letters(
    _ name: String = "Letters", @MachineBuilder<Letter, Push> _ parts: () -> MachineDefinition<Letter, Push>
) throws(MachineDefinitionError) -> Letters {
    try Letters(name, initial: .a, parts)
}

/// ORD of the cases.
enum Parcel: String, CaseIterable, MachineState {
    case pending = "Pending"
    case paid = "Paid"
    case shipped = "Shipped"
    case delivered = "Delivered"
}

enum ParcelEvent: String, CaseIterable, MachineEvent {
    case pay = "Pay"
    case ship = "Ship"
    case deliver = "Deliver"
}

func parcels() throws -> Machine<Parcel, ParcelEvent> {
    try Machine("Parcel", initial: .pending) {
        From(.pending) { On(.pay).goto(.paid) }
        From(.paid) { On(.ship).goto(.shipped) }
        From(.shipped) { On(.deliver).goto(.delivered) }
        Final(.delivered)
    }
}

/// TL of the cases.
enum Light: String, CaseIterable, MachineState {
    case red = "Red"
    case green = "Green"
    case yellow = "Yellow"
}

enum LightEvent: String, CaseIterable, MachineEvent {
    case timer = "Timer"
    case timeout = "Timeout"
}

func lights() throws -> Machine<Light, LightEvent> {
    try Machine("Light", initial: .red) {
        From(.red) { On(.timer).goto(.green) }
        From(.green) { On(.timer).goto(.yellow) }
        From(.yellow) { On(.timer).goto(.red) }
    }
}

/// What the pictures of the cases show.
enum Job: String, CaseIterable, MachineState {
    case idle = "Idle"
    case running = "Running"
    case completed = "Completed"
    case failed = "Failed"
}

enum JobEvent: String, CaseIterable, MachineEvent {
    case start = "Start"
    case finish = "Finish"
    case error = "Error"
}

func jobs() throws -> Machine<Job, JobEvent> {
    try Machine("Job", initial: .idle) {
        From(.idle) { On(.start).goto(.running) }
        From(.running) {
            On(.finish).goto(.completed)
            On(.error).goto(.failed)
        }
        Final(.completed, .failed)
    }
}

extension Machine {
    /// The findings of a severity.
    func findings(_ severity: MachineFinding.Severity) -> [MachineFinding] {
        findings.filter { $0.severity == severity }
    }

    /// Where an event leads, in words for short tests: the target's case, `stay`, or `stop: reason`.
    func leads(_ event: Event, in state: State) throws -> String {
        switch try decide(event, in: state).target {
        case .goto(let state): state.name.rawValue
        case .stay: "stay"
        case .stop(let reason): "stop: \(reason)"
        }
    }
}

/// What a definition is refused with.
func refusal<State, Event>(
    _ make: () throws(MachineDefinitionError) -> Machine<State, Event>
) -> [MachineFinding] {
    do {
        _ = try make()
        return []
    } catch {
        return error.findings.filter { $0.severity == .error }
    }
}

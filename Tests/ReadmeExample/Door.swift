import PlayheadWorkbench
import StateMachines

enum Door {
    enum State: String, CaseIterable, MachineState, StoredCases { case open, closed, locked }
    enum Event: String, CaseIterable, MachineEvent, StoredCases { case open, close, lock, unlock }

    static func domain() throws -> Domain {
        try Domain(
            Machine<State, Event>("Door", initial: .closed) {
                From(.open) { On(.close).goto(.closed) }
                From(.closed) {
                    On(.open).goto(.open)
                    On(.lock).goto(.locked)
                }
                From(.locked) { On(.unlock).goto(.closed) }
            })
    }
}

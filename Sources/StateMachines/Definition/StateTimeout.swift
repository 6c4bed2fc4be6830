/// A timeout of a state.
@usableFromInline
struct StateTimeout<State: MachineState, Event: MachineEvent>: Sendable {
    /// What is sent.
    @usableFromInline
    enum Message: Sendable {
        case constant(Event)
        case computed(Event.CaseName, @Sendable (State) -> Event)

        @inlinable
        var name: Event.CaseName {
            switch self {
            case .constant(let event): event.name
            case .computed(let name, _): name
            }
        }

        @inlinable
        func event(in state: State) -> Event {
            switch self {
            case .constant(let event): event
            case .computed(_, let make): make(state)
            }
        }
    }

    @usableFromInline let name: String
    @usableFromInline let delay: Duration
    @usableFromInline let message: Message
    @usableFromInline let place: SourcePlace

    init(_ name: String, _ delay: Duration, _ message: Message, _ place: SourcePlace) {
        self.name = name
        self.delay = delay
        self.message = message
        self.place = place
    }
}

/// A history as plain data, to be drawn: names and texts, in which sensitive values are left out.
public struct MachineTrace: Hashable, Sendable {
    /// A state that an instance was in.
    public struct Place: Hashable, Sendable {
        /// The state's case.
        public let state: String
        /// The case with its values.
        public let text: String
    }

    /// An event that was taken.
    public struct Step: Hashable, Sendable {
        /// The event's number in its stream.
        public let sequenceNumber: Int64
        /// The event's case.
        public let event: String
        /// The case with its values.
        public let text: String
        /// Where it came.
        public let from: Place
        /// Where it led.
        public let target: Target
    }

    /// Where a step led.
    public enum Target: Hashable, Sendable {
        case goto(Place)
        case stay
        case stop(String)
    }

    /// The state before the first step.
    public let start: Place
    /// The steps in their order.
    public let steps: [Step]

    /// The state behind the last step.
    public var current: Place {
        guard let last = steps.last else { return start }
        if case .goto(let place) = last.target { return place }
        return last.from
    }

    /// Why the instance stopped; nil for one that has not.
    public var stopReason: String? {
        if case .stop(let reason) = steps.last?.target { reason } else { nil }
    }

    /// A history of which only the end is known.
    package init(at place: Place) {
        start = place
        steps = []
    }

    /// Takes the names and texts of a history.
    public init<State, Event>(_ history: MachineHistory<State, Event>) {
        start = Place(history.start)
        var place = start
        steps = history.records.map { record in
            let target: Target =
                switch record.target {
                case .goto(let state): .goto(Place(state))
                case .stay: .stay
                case .stop(let reason): .stop(reason)
                }
            let step = Step(
                sequenceNumber: record.sequenceNumber, event: record.event.name.rawValue,
                text: ValueText.of(record.event), from: place, target: target)
            if case .goto(let next) = target { place = next }
            return step
        }
    }
}

extension MachineTrace.Place {
    /// Names a state, with its values as people may see them.
    package init(_ state: some MachineState) {
        self.init(state: state.name.rawValue, text: ValueText.of(state))
    }
}

extension MachineOutline {
    /// How many times each edge was taken; a step that the table does not have any more is not counted.
    ///
    /// A history does not say which of several rows of a state and an event took it: the first one that may have led there
    /// counts.
    package func taken(in trace: MachineTrace?) -> [Edge: Int] {
        var taken: [Edge: Int] = [:]
        for step in trace?.steps ?? [] {
            let edge = edges(from: step.from.state, on: step.event).first { edge in
                switch (step.target, row(of: edge).target) {
                case (.goto(let place), .goto(let states)): states.contains(place.state)
                case (.stay, .stay), (.stop, .stop): true
                default: false
                }
            }
            if let edge { taken[edge, default: 0] += 1 }
        }
        return taken
    }
}

/// A machine as plain data: names, rows, edges and timeouts, without the types of its states and events.
///
/// It is what is analysed and drawn. All its lists stand in the order of the declaration.
public struct MachineOutline: Hashable, Sendable {
    /// The machine's name.
    public let name: String
    /// The names of all states.
    public let states: [String]
    /// The names of all events.
    public let events: [String]
    /// The state that every instance begins in.
    public let initial: String
    /// The states that are meant to have no way out.
    public let finals: [String]
    /// The rows as they were written.
    public let rows: [Row]
    /// What the rows come to for each state and event, once those that were replaced are gone.
    public let edges: [Edge]
    /// The timeouts of the states.
    public let timeouts: [Timeout]

    /// A row as it was written.
    public struct Row: Hashable, Sendable {
        /// Its place among all rows, from 1.
        public let number: Int
        /// Where it was written.
        public let place: SourcePlace
        /// The states that it stands under.
        public let states: [String]
        /// Its events.
        public let events: [String]
        /// Where it leads.
        public let target: Target
        /// Whether it is taken only where a condition holds.
        public let isGuarded: Bool
        /// The condition in words; nil for one without words, and where there is none.
        public let guardLabel: String?
        /// The events that it produces for the machine itself.
        public let produces: [String]
    }

    /// Where a row leads.
    public enum Target: Hashable, Sendable, CustomStringConvertible {
        /// To one of these states.
        case goto([String])
        /// Nowhere.
        case stay
        /// To the end of the machine, for a reason.
        case stop(String)

        /// What the row does, in words: `goes to Paid`.
        public var description: String {
            switch self {
            case .goto(let states): "goes to \(states.joined(separator: " or "))"
            case .stay: "stays"
            case .stop(let reason): "stops (\(reason))"
            }
        }
    }

    /// A row for one of its states and one of its events.
    public struct Edge: Hashable, Sendable {
        /// The state in which the event comes.
        public let state: String
        /// The event.
        public let event: String
        /// The row's number.
        public let row: Int
    }

    /// A timeout of one state.
    public struct Timeout: Hashable, Sendable {
        /// The state.
        public let state: String
        /// What it is called among those of the state.
        public let name: String
        /// How long the machine is in the state when it comes.
        public let delay: Duration
        /// The event that is sent then.
        public let event: String
        /// Where it was written.
        public let place: SourcePlace
    }
}

extension MachineOutline {
    /// The edges of a state and an event, in the order in which they are tried.
    public func edges(from state: String, on event: String) -> [Edge] {
        edges.filter { $0.state == state && $0.event == event }
    }

    /// The row of an edge.
    public func row(of edge: Edge) -> Row { rows[edge.row - 1] }

    /// The states that an edge may lead to; none for one that stays or stops.
    public func targets(of edge: Edge) -> [String] {
        if case .goto(let states) = row(of: edge).target { states } else { [] }
    }

    /// The events that a state has a row for, in the order of the events.
    public func events(in state: String) -> [String] {
        let known = Set(edges.lazy.filter { $0.state == state }.map(\.event))
        return events.filter(known.contains)
    }
}

extension MachineOutline.Row: CustomStringConvertible {
    /// The row by its number, its place and what it does: `row 2 (Shop/Orders.swift:12), which goes to Paid`.
    public var description: String { "row \(number) (\(place)), which \(target)" }
}

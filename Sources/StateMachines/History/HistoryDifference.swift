/// An event of a history of which the table makes something else today.
///
/// What is recorded stays what happened: each event is looked at in the state that the records before it led to.
public struct HistoryDifference: Hashable, Sendable {
    /// What the table makes of it today.
    public enum Kind: Hashable, Sendable {
        /// The state has no row for the event.
        case noRow
        /// No row's condition holds.
        case guardRejected
        /// It leads elsewhere.
        case leads(to: String)
        /// It fails, with an error of this type.
        case fails(String)
        /// It comes after the end of the instance.
        case stopped
    }

    /// The event's number.
    public var sequenceNumber: Int64
    /// The case of the state in which it came.
    public var state: String
    /// The event's case.
    public var event: String
    /// Where it led, in words.
    public var recorded: String
    /// What the table makes of it today.
    public var kind: Kind
}

extension HistoryDifference: CustomStringConvertible {
    /// A sentence with what is recorded and what would happen today.
    public var description: String {
        let today =
            switch kind {
            case .noRow: "there is no row for it"
            case .guardRejected: "no condition holds"
            case .leads(let target): "it \(target)"
            case .fails(let error): "it fails with \(error)"
            case .stopped: "it comes after the end"
            }
        return "#\(sequenceNumber): \(event) in \(state) \(recorded), as it is recorded; today \(today)"
    }
}

extension Machine {
    /// What the table makes today of what happened in another way, in the order of the history.
    ///
    /// An empty answer means that the machine can be deployed over this history without a surprise.
    public func check(history: MachineHistory<State, Event>) -> [HistoryDifference] {
        var differences: [HistoryDifference] = []
        var past = MachineHistory<State, Event>(startingIn: history.start, at: history.startNumber)
        for record in history.records {
            let kind = past.stopReason == nil ? difference(of: record, in: past.current) : .stopped
            if let kind {
                differences.append(
                    HistoryDifference(
                        sequenceNumber: record.sequenceNumber, state: past.current.name.rawValue,
                        event: record.event.name.rawValue, recorded: record.target.words, kind: kind))
            }
            past.append(record.event, record.target)
        }
        return differences
    }

    private func difference(
        of record: MachineHistory<State, Event>.Record, in state: State
    ) -> HistoryDifference.Kind? {
        do {
            let target = try decide(record.event, in: state).target
            return target == record.target ? nil : .leads(to: target.words)
        } catch is InvalidTransition {
            return .noRow
        } catch is GuardRejected {
            return .guardRejected
        } catch {
            // Its own words may hold values that nobody is to see.
            return .fails("\(type(of: error))")
        }
    }
}

extension MachineTarget {
    /// What happens, in words: `goes to paid(amount: 5)`.
    var words: String {
        switch self {
        case .goto(let state): "goes to \(ValueText.of(state))"
        case .stay: "stays"
        case .stop(let reason): "stops (\(reason))"
        }
    }
}

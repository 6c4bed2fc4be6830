public import EventSourcing

/// Something that was found in the definition of a machine.
public enum MachineFinding: Hashable, Sendable {
    // Errors: the machine is not built.

    /// The second row could never be taken.
    case duplicateRow(state: String, event: String, MachineOutline.Row, MachineOutline.Row)
    /// Two timeouts of one state have one name.
    case duplicateTimeout(MachineOutline.Timeout, MachineOutline.Timeout)
    /// A timeout's delay is not above zero.
    case timeoutDelay(MachineOutline.Timeout)
    /// A timeout's name is empty, too long, or the one that the engine keeps for itself.
    case timeoutName(MachineOutline.Timeout)
    /// No instance could be called after the machine.
    case machineName(String, PersistenceIDError)
    /// A case's name is empty, or another case has it too.
    case caseName(family: String, String)
    /// A value says that it is another case than it is.
    case misnamedCase(family: String, declared: String, said: String)
    /// Something is said of a group without cases.
    case emptyGroup(String, SourcePlace)

    // Warnings: the machine is built.

    /// A row, a block or a fragment is overriding, and nothing stood before it.
    case orphanOverride(SourcePlace)
    /// Nothing leads to a state.
    case unreachable(state: String)
    /// A state has no way out, and is not said to be final.
    case deadEnd(state: String)
    /// A state is said to be final, and a row leads out of it.
    case finalWithWayOut(state: String, MachineOutline.Row)
    /// A timeout sends an event that its state has no row for.
    case unhandledTimeout(MachineOutline.Timeout)
    /// A row produces an event that has no row where the machine is then; the state is nil where the row stops it.
    case unhandledProduct(event: String, MachineOutline.Row, state: String?)
    /// All rows of a state and an event have conditions, so that an event may find none.
    case guardsLeaveHole(state: String, event: String, [MachineOutline.Row])

    // Notes: it is as it was written.

    /// A row has taken the place of others.
    case overridden(state: String, event: String, [MachineOutline.Row], by: MachineOutline.Row)
    /// A timeout has taken the place of others.
    case overriddenTimeout([MachineOutline.Timeout], by: MachineOutline.Timeout)

    /// What a finding means for the machine.
    public enum Severity: String, Hashable, Sendable, CaseIterable {
        /// It is not built.
        case error
        /// It is built, and is probably not what was meant.
        case warning
        /// Nothing is wrong.
        case note
    }

    /// What it means for the machine.
    public var severity: Severity {
        switch self {
        case .duplicateRow, .duplicateTimeout, .timeoutDelay, .timeoutName, .machineName, .caseName, .misnamedCase,
            .emptyGroup:
            .error
        case .orphanOverride, .unreachable, .deadEnd, .finalWithWayOut, .unhandledTimeout, .unhandledProduct,
            .guardsLeaveHole:
            .warning
        case .overridden, .overriddenTimeout: .note
        }
    }

    /// Where it was written, the earlier place first; empty for what stands nowhere.
    public var places: [SourcePlace] {
        switch self {
        case .duplicateRow(_, _, let first, let second): [first.place, second.place]
        case .duplicateTimeout(let first, let second): [first.place, second.place]
        case .timeoutDelay(let timeout), .timeoutName(let timeout), .unhandledTimeout(let timeout): [timeout.place]
        case .emptyGroup(_, let place), .orphanOverride(let place): [place]
        case .finalWithWayOut(_, let row), .unhandledProduct(_, let row, _): [row.place]
        case .guardsLeaveHole(_, _, let rows): rows.map(\.place)
        case .overridden(_, _, let rows, let row): rows.map(\.place) + [row.place]
        case .overriddenTimeout(let timeouts, let timeout): timeouts.map(\.place) + [timeout.place]
        case .machineName, .caseName, .misnamedCase, .unreachable, .deadEnd: []
        }
    }
}

extension MachineFinding: CustomStringConvertible {
    /// A sentence that says what is wrong and what would be right.
    public var description: String {
        switch self {
        case .duplicateRow(let state, let event, let first, let second):
            "\(state) has a second row for \(event) without override: behind \(first), stands \(second); make the later one"
                + " overriding(), give the earlier one a condition, or take one away"
        case .duplicateTimeout(let first, let second):
            "\(first.state) has two timeouts named \(first.name) (\(first.place) and \(second.place)); rename one, or make"
                + " the block of the later one overriding()"
        case .timeoutDelay(let timeout):
            "the timeout \(timeout.name) of \(timeout.state) (\(timeout.place)) comes after \(timeout.delay); it needs a time"
                + " above zero"
        case .timeoutName(let timeout) where timeout.name == EntityOpening.mark:
            "a timeout of \(timeout.state) (\(timeout.place)) has the name '\(timeout.name)', which the engine keeps for itself"
        case .timeoutName(let timeout):
            "a timeout of \(timeout.state) (\(timeout.place)) has a name of \(timeout.name.utf8.count) bytes; it needs from 1"
                + " to \(NewTimer.longestName)"
        case .machineName(let name, let error): "the machine's name '\(name)' can't be an entity type: \(error)"
        case .caseName(let family, let name):
            "\(family) has a case named '\(name)' twice, or without a name; each case needs one of its own"
        case .misnamedCase(let family, let declared, let said):
            "\(family).\(declared) says that its name is \(said); it needs to say \(declared)"
        case .emptyGroup(let name, let place): "the group '\(name)' (\(place)) has no cases, so nothing is said of any"
        case .orphanOverride(let place):
            "what is overriding at \(place) replaces nothing; is its state or event another?"
        case .unreachable(let state): "nothing leads to \(state)"
        case .deadEnd(let state): "\(state) has no way out; if that is meant, say Final(\(state))"
        case .finalWithWayOut(let state, let row): "\(state) is final, and there is \(row)"
        case .unhandledTimeout(let timeout):
            "the timeout \(timeout.name) of \(timeout.state) (\(timeout.place)) sends \(timeout.event), and \(timeout.state)"
                + " has no row for it"
        case .unhandledProduct(let event, let row, let state):
            "\(event) is produced by \(row), and \(state.map { "\($0) has no row for it" } ?? "nothing comes after that")"
        case .guardsLeaveHole(let state, let event, let rows):
            "\(event) in \(state) has conditions only (\(rows.map { "\($0.place)" }.joined(separator: ", "))); where none holds"
                + " it is refused, unless a row without a condition comes last"
        case .overridden(let state, let event, let rows, let row):
            "\(event) in \(state) is that of \(row); it replaces \(rows.map { "\($0)" }.joined(separator: ", and "))"
        case .overriddenTimeout(let timeouts, let timeout):
            "the timeout \(timeout.name) of \(timeout.state) is that of \(timeout.place); it replaces"
                + " \(timeouts.map { "\($0.place)" }.joined(separator: ", "))"
        }
    }
}

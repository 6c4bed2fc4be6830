public import StateMachines

/// A text that describes state machines, so that one can be written and played with without compiling.
///
///     machine Purchase
///       start pending with total 5990
///       final delivered, cancelled
///
///       event pay amount=integer method=card|cash
///       event ship carrier=text
///       event cancel reason=text?
///       event paymentTimedOut
///
///       in pending
///         on pay when event.amount >= total goes to paid with amount event.amount, method event.method
///         on pay stays
///         on paymentTimedOut goes to cancelled with reason "nobody paid"
///         after 30 minutes "payment" sends paymentTimedOut
///
///       in paid
///         on ship goes to shipped with carrier event.carrier
///
///       in pending, paid
///         on cancel goes to cancelled with reason event.reason?
///
///       in shipped
///         …
///
/// `event` says what an event carries: `text`, `integer`, `number`, `boolean` or one of some words, and may be left out where
/// a `?` stands behind it. A state is one that has a line with `start`, `in` or `final`. Rows stand below the states that they
/// are about; those of one state and event are tried in their order, and the first one whose condition holds is taken. A second
/// row behind one without a condition is a mistake, unless it ends with `overriding` (or its `in` does): then it replaces
/// what stood before it.
///
/// **Values** stay with the instance: `goes to` keeps all of them, `with NAME VALUE, …` sets some and `without NAME, …` drops
/// some; below a row may stand the operations of a fold file, `set`, `add`, `append` and `remove`, which run behind these.
/// `stays` changes nothing, and what goes to the state that it is in enters it anew, with its timeouts. `state.NAME` or a plain
/// name is the instance's value, `event.NAME` the event's, numbers are counted exactly, and a text stands in quotes.
///
/// **Conditions** compare with `=`, `!=`, `<`, `<=`, `>` and `>=` and are joined by `and`, `or`, `not` and parentheses. A part
/// that can't be worked out, because a value is missing or two have no order, is neither true nor false, and a row is taken only
/// where its condition is true. `NAME?` is null for a value that is missing. A target whose values can't be made refuses the event.
public struct MachineFile: Sendable {
    /// The longest file that is read, in bytes.
    public static let largestSize = 1 << 20
    /// How many machines a file may have.
    public static let mostMachines = 100
    /// How many rows and timeouts a file may have.
    public static let mostRows = 2_000
    /// How many times a file may begin to speak of some states.
    public static let mostBlocks = 2_000
    /// How many rows and timeouts a machine may have, those of several states and events counted once for each.
    public static let mostEdges = 2_000
    /// How many states and how many events a machine may have.
    public static let mostNames = 200
    /// How many Unicode scalars a state's, an event's or a value's name may have.
    public static let longestName = 64
    /// How many values an event may carry, and how many words one may be chosen of.
    public static let mostParameters = 50
    /// How many operations a row may have.
    public static let mostOperations = 100
    /// The longest reason for which a row stops an instance, in bytes.
    public static let longestReason = 1_024
    /// What the values of an instance may hold, as it is estimated, in bytes.
    public static let mostBytes = 64 << 10

    /// The file, as it was named.
    public let name: String
    /// What it describes, in its order.
    public let machines: [Machine<TextState, TextEvent>]
    /// What is probably not meant: states that nothing leads to or that have no way out, and an override of nothing.
    public let warnings: [RuleFileError]
    let texts: [MachineText]

    /// Reads a machine file.
    ///
    /// - Parameters:
    ///   - bytes: its text, in UTF-8.
    ///   - name: what it is called in errors and on the screen.
    ///
    /// Throws `RuleFileError` with the line and the column of what is wrong.
    public init(_ bytes: [UInt8], name: String) throws(RuleFileError) {
        self.name = name
        do {
            texts = try MachineFileParser.machines(
                in: RuleText.text(of: bytes, atMost: Self.largestSize, calledIn: "a machine file"))
            var (machines, warnings) = ([TextMachine](), [RuleFileError]())
            for text in texts {
                let machine = try text.machine(in: name)
                warnings += text.problems(machine.findings.filter(\.isWarningOfFile)).map { problem in
                    RuleFileError(file: name, line: problem.line, column: problem.column, message: problem.message)
                }
                machines.append(machine)
            }
            (self.machines, self.warnings) = (machines, warnings)
        } catch {
            throw RuleFileError(file: name, line: error.line, column: error.column, message: error.message)
        }
    }

    /// Reads the text of a machine file.
    public init(_ text: String, name: String) throws(RuleFileError) { try self.init(Array(text.utf8), name: name) }
}

extension MachineFinding {
    /// Whether a person is told: that conditions may refuse an event is what they are for.
    fileprivate var isWarningOfFile: Bool {
        if case .guardsLeaveHole = self { return false }
        return severity == .warning
    }
}

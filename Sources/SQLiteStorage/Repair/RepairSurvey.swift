/// What a repair finds and does, as it is shown and recorded.
package struct RepairSurvey: Hashable, Sendable {
    /// What was found, in the order in which it was found; at most `mostSteps`.
    package private(set) var steps: [RepairStep] = []
    /// How many steps there are, those that are not kept included.
    package private(set) var stepCount = 0
    /// How many rows can be taken over.
    package private(set) var rows: Int64 = 0

    /// The most steps that are kept.
    package static let mostSteps = 100_000

    mutating func note(_ step: RepairStep) {
        stepCount += 1
        if steps.count < Self.mostSteps { steps.append(step) }
    }

    mutating func countRow() { rows += 1 }
}

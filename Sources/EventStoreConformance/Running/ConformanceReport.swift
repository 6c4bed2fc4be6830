/// What came of running every case on a store.
public struct ConformanceReport: Hashable, Sendable, CustomStringConvertible {
    /// The names of the cases that hold, in the order in which they ran.
    public var passed: [String] = []
    /// What failed: at most one for each case.
    public var failures: [ConformanceFailure] = []
    /// The names of the cases that were not run, because they need what the store was not said to have.
    public var leftOut: [String] = []

    /// How many cases held, failed and were left out; a line for each failure.
    public var description: String {
        let counts = "\(passed.count) passed, \(failures.count) failed, \(leftOut.count) left out"
        return ([counts] + failures.map(\.description)).joined(separator: "\n")
    }
}

/// A store did not do what every store must.
public struct ConformanceFailure: Error, Hashable, CustomStringConvertible {
    /// The case that failed.
    public var caseName: String
    /// What must hold.
    public var sentence: String
    /// What was expected.
    public var expected: String
    /// What was seen.
    public var actual: String

    /// Describes a failure.
    public init(caseName: String, sentence: String, expected: String, actual: String) {
        self.caseName = caseName
        self.sentence = sentence
        self.expected = expected
        self.actual = actual
    }

    /// The case, what must hold, what was expected and what was seen.
    public var description: String { "\(caseName): \(sentence): expected \(expected), and got \(actual)" }
}

extension ConformanceFailure {
    /// What a case threw, under the case's name.
    init(_ error: any Error, in caseName: String) {
        if let failure = error as? ConformanceFailure {
            self = failure
            self.caseName = caseName
        } else {
            self.init(
                caseName: caseName, sentence: "the store threw where it must not", expected: "no error",
                actual: "\(error)")
        }
    }
}

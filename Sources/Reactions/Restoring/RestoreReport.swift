public import EventSourcing

/// What a history comes to that takes the place of an application's own, or would.
public struct RestoreReport: Hashable, Sendable {
    /// How many events are kept.
    public var events = 0
    /// How many streams they stand in, those without an event included.
    public var streams = 0
    /// How many snapshots are kept.
    public var snapshots = 0
    /// How many snapshots are dropped.
    public var droppedSnapshots = 0
    /// What is wrong with the history, the first `mostProblems` of it, in the order in which it was found.
    public var problems: [RestoreProblem] = []
    /// How much is wrong with it.
    public var problemCount = 0
    /// The positions of the events; empty before they are written.
    public var positions: Range<Int64> = 0..<0

    /// How many problems a report names at most.
    public static let mostProblems = 100

    mutating func note(_ problem: RestoreProblem) {
        problemCount += 1
        if problems.count < Self.mostProblems { problems.append(problem) }
    }
}

/// Something that is wrong with a history.
public enum RestoreProblem: Hashable, Sendable, CustomStringConvertible {
    /// The numbers of a stream do not rise; such a history is never restored.
    case notRising(PersistenceID, Int64, after: Int64)
    /// Numbers of a stream are missing.
    case missing(PersistenceID, Range<Int64>)
    /// An event does not fit its checksum.
    case damaged(PersistenceID, Int64)
    /// The metadata of an event are no JSON object, so that they would be lost.
    case metadata(PersistenceID, Int64)
    /// A stream of an aggregate has an event that the aggregate does not emit.
    case unknownType(String, PersistenceID, Int64)

    /// A sentence.
    public var description: String {
        switch self {
        case .notRising(let stream, let number, let last): "\(stream) has #\(number) behind #\(last)"
        case .missing(let stream, let numbers):
            numbers.count == 1
                ? "\(stream) has no #\(numbers.lowerBound)"
                : "\(stream) has no #\(numbers.lowerBound) to #\(numbers.upperBound - 1)"
        case .damaged(let stream, let number): "\(stream) #\(number) does not fit its checksum"
        case .metadata(let stream, let number): "\(stream) #\(number) has metadata that can't be read"
        case .unknownType(let type, let stream, let number):
            "\(stream) #\(number) is a \(type), which its aggregate does not emit"
        }
    }
}

/// Why a history can't take the place of an application's own; nothing was written.
public enum RestoreError: Error, CustomStringConvertible {
    /// The store can't replace its history.
    case store(String)
    /// The source has no stream.
    case empty
    /// There is something wrong with it, as the report says.
    case problems(RestoreReport)

    /// A sentence that says what would be right.
    public var description: String {
        switch self {
        case .store(let store): "a \(store) can't replace its history: it is no RestorableStore"
        case .empty: "the source has no stream, and nothing was replaced"
        case .problems(let report):
            "the history has \(report.problemCount) problem\(report.problemCount == 1 ? "" : "s"), and nothing was "
                + "replaced: " + report.problems.prefix(3).map(\.description).joined(separator: "; ")
        }
    }
}

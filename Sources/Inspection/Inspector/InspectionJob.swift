/// A question to a store that takes longer than a frame, answered in slices so that one thread serves keys in between.
public protocol InspectionJob<Answer>: AnyObject {
    /// What comes of it.
    associatedtype Answer

    /// How much is done, from 0 to 1.
    var progress: Double { get }

    /// Works on, reading about so many events, and answers nil while there is more to do.
    ///
    /// After the answer further calls answer the same. Throws `StoreError`; the job may then be stepped again.
    func step(budget events: Int) throws -> Answer?
}

extension InspectionJob {
    /// Works until the answer is there, for callers that have no keys to serve.
    public func finish() throws -> Answer {
        while true {
            if let answer = try step(budget: 16_384) { return answer }
        }
    }
}

/// Which way along a stream or the store.
public enum Direction: Hashable, Sendable {
    case forward
    case backward
}

import Actors
import EventSourcing

/// Which projections stopped in this process, and where.
final class ProjectionFailures: Sendable {
    private let failures = Locked<[[UInt8]: ProjectionFailure]>([:])

    func of(_ name: String) -> ProjectionFailure? { failures.withLock { $0[Array(name.utf8)] } }

    var firstDue: Timestamp? { failures.withLock { $0.values.compactMap(\.due).min() } }

    /// Notes that a projection stopped, and answers when it is tried again.
    func note(_ failure: ProjectionFailure, _ backoff: Backoff, at now: Timestamp) -> ProjectionFailure {
        failures.withLock { failures in
            var failure = failure
            let name = Array(failure.projection.name.utf8)
            if let known = failures[name], known.position == failure.position { failure.attempts = known.attempts + 1 }
            failure.due = now.adding(backoff.delay(afterTries: failure.attempts))
            failures[name] = failure
            return failure
        }
    }

    /// Notes that a projection has come to a position.
    func pass(_ name: String, _ position: Int64) {
        failures.withLock { failures in
            let name = Array(name.utf8)
            if let known = failures[name], known.position <= position { failures[name] = nil }
        }
    }
}

import Actors

/// The end of a timeout in memory, on its way to the instance that has set it.
///
/// Only the instance's own timers make them.
public final class ElapsedTimeout: Sendable {
    /// What the timeout is called among those of its state.
    let name: String
    /// The time in a state that it is of.
    let stay: StayKey
    private let outcome = Locked<(refusal: (any Error)?, failures: [any Error])>((nil, []))

    init(_ name: String, of stay: StayKey) {
        self.name = name
        self.stay = stay
    }

    /// Why its event was refused; nil where it was not.
    var refusal: (any Error)? { outcome.withLock { $0.refusal } }

    /// What failed of the actions behind its event.
    var failures: [any Error] { outcome.withLock { $0.failures } }

    func note(refusal: any Error) { outcome.withLock { $0.refusal = refusal } }

    func note(failures: [any Error]) { outcome.withLock { $0.failures = failures } }
}

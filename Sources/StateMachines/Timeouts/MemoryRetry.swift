import Actors
import EventSourcing

/// How often and how soon a timeout in memory is tried again whose event was not taken.
enum MemoryRetry {
    static let attempts = 10
    static let backOff = SupervisionStrategy.BackOff(initial: .seconds(1), maximum: .seconds(300))
}

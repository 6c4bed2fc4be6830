import Actors

/// The metrics of what works in the background, and where its jitter comes from.
package final class WorkCounts<Metrics: Sendable>: Sendable {
    private struct State: Sendable {
        var metrics: Metrics
        var random: any RandomNumberGenerator & Sendable
    }

    private let jitter: Double
    private let state: Locked<State>

    package init(_ metrics: Metrics, jitter: Double, random: any RandomNumberGenerator & Sendable) {
        self.jitter = jitter
        state = Locked(State(metrics: metrics, random: random))
    }

    package var metrics: Metrics { state.withLock { $0.metrics } }

    package func note(_ change: (inout Metrics) -> Void) { state.withLock { change(&$0.metrics) } }

    /// A wait that is longer by a random part of the share.
    package func jittered(_ wait: Duration) -> Duration {
        guard jitter > 0 else { return wait }
        return state.withLock { state in
            wait * (1 + jitter * Double.random(in: 0...1, using: &state.random))
        }
    }
}

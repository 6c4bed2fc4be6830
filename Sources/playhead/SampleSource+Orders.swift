import PlayheadWorkbench
import SampleDomain

extension SampleSource {
    /// The history of a small shop: orders and accounts.
    static let orders = SampleSource { events, streams, seed in
        var history = try SampleHistory(SampleHistory.Plan(events: events, streams: streams, seed: seed))
        return History(writers: history.writers) {
            switch try history.next() {
            case .event(let event): .event(event)
            case .snapshot(let snapshot): .snapshot(snapshot)
            case nil: nil
            }
        }
    }
}

import PlayheadWorkbench
import SampleDomain

extension SampleSource {
    /// The history of a small shop: orders and accounts, purchases where machines are asked for, and sales where processes
    /// are.
    static let orders = SampleSource(
        { request in
            var history = try SampleHistory(
                SampleHistory.Plan(
                    events: request.events, streams: request.streams, seed: request.seed, purchases: request.machines))
            return History(writers: history.writers) {
                switch try history.next() {
                case .event(let event): .event(event)
                case .snapshot(let snapshot): .snapshot(snapshot)
                case nil: nil
                }
            }
        },
        carryingOut: { request, store in
            try Fulfilment.happen(
                request.processes, in: store, seed: request.seed, startingAt: SampleHistory.Plan(events: 0).start)
        })
}

import Actors
import EventSourcing
package import Inspection
package import Terminal

/// What reactions have done, in the Timeline's place: the subscriptions, and where the cursor stands.
package struct ReactionList: Hashable, Sendable {
    /// Nil before the first answer.
    package var view: ReactionsView?
    /// What the targets' names begin with, or contain.
    package var text = ""
    package var cursor = ListCursor()
    /// Whether what is shown is to be read anew.
    package var isStale = true
    /// The event at which the chosen one failed; nil where it is not there.
    package var failed: EventRow?
    /// The position that `failed` was asked for.
    package var failedFor: Int64?
    /// What is done if the next key says so; empty where nothing was asked.
    package var pending: [ReactionOperation] = []
    /// The question that is asked about it.
    package var question: DisplayText = ""
    /// The tab of the second pane that was open before.
    package var tabBefore = StatePane.Tab.state

    /// The one under the cursor; nil where there is none.
    package var chosen: SubscriptionView? {
        guard let rows = view?.subscriptions, rows.indices.contains(cursor.selected) else { return nil }
        return rows[cursor.selected]
    }

    /// The position of the event at which the chosen one failed; nil where it did not.
    package var failedPosition: Int64? { chosen?.subscription.failure?.position }

    /// What the store is asked for.
    var query: ReactionsQuery { ReactionsQuery(text: text) }

    /// Takes an answer in; the one that was chosen stays so where it is still there.
    mutating func take(_ new: ReactionsView, seen rows: Int) {
        let before = chosen?.subscription
        view = new
        let place = new.subscriptions.firstIndex { row in
            row.subscription.target == before?.target
                && row.subscription.application.utf8.elementsEqual(before?.application.utf8 ?? "".utf8)
        }
        cursor.move(to: place ?? cursor.selected, of: new.subscriptions.count, seen: rows)
    }
}

extension ReactionsView {
    /// How many milliseconds pass until a lease runs out or a due time comes; nil where nothing waits for a time.
    ///
    /// As long as something runs in this process, a second: how long it does is told.
    var pause: Int? {
        let moment = momentPause
        let isRunning =
            !running.isEmpty
            // What is claimed here runs in a moment, and nobody tells of that.
            || subscriptions.contains { row in
                row.standing == .leased && application(row.subscription.application)?.presence == .runs
            }
        return isRunning ? min(moment ?? 1_000, 1_000) : moment
    }

    private var momentPause: Int? {
        subscriptions.compactMap { row -> Int? in
            let moment =
                switch row.standing {
                case .leased: row.holder?.until
                case .waiting: row.subscription.due
                case .blocked, .eligible, .idle: nil as Timestamp?
                }
            guard let moment else { return nil }
            // Longer waits than a day are looked at again on the way.
            return max(1, Int(min(.seconds(86_400), moment.duration(since: now)) / .milliseconds(1)) + 1)
        }.min()
    }
}

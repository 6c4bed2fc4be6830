internal import Actors
internal import TestSupport

/// Where a commit stands still until a line says that it may go on.
final class Gate: Sendable {
    private let moment = Locked<CommitMoment?>(nil)

    /// Has the next commit stand still when it comes to a moment.
    func close(at moment: CommitMoment?) { self.moment.withLock { $0 = moment } }

    /// Stands still if this is the moment, on whatever thread it is; whoever asked for the commit waits meanwhile and reads
    /// no line.
    func reach(_ reached: CommitMoment) {
        let isClosed = moment.withLock { moment in
            defer { if moment == reached { moment = nil } }
            return moment == reached
        }
        guard isClosed else { return }
        say("paused \(reached)")
        while let line = readLine(), line != "resume" {}
    }
}

package import EventSourcing

/// Somebody who goes through what applications do stage by stage, and has each stage wait for as long as they like.
///
/// The commits of actions wait in stores that are put around the application's own; the stages of a drain say themselves
/// where they are, for of them a store sees only a part.
package protocol ApplicationSteps: Sendable {
    /// Whether drains are looked at now: as long as they are, they do one thing after the other.
    var isLooking: Bool { get }

    /// What an application reads aggregates from and writes them to, so that their commits can be looked at.
    func entityStores(over store: any ReactionStore) -> (events: any EventStore, snapshots: (any SnapshotStore)?)

    /// Waits at a stage, and answers whether what it is about is to be done; false comes only of a call that is about to be
    /// made.
    ///
    /// A call whose task is cancelled does not wait.
    ///
    /// - Parameters:
    ///   - stage: what has been done, or is about to be.
    ///   - application: whose drain it is.
    ///   - isOver: whether the application stops, so that nothing of it waits any more.
    func pause(
        at stage: DrainStage, of application: String, unless isOver: @Sendable () -> Bool
    ) async -> Bool

    /// All that could be done was done.
    func settled(_ totals: SettledTotals, of application: String)

    /// So many more wait until a drain is at its end, or fewer.
    func isWaited(for change: Int, of application: String)

    /// Lets everything go on that waits for an application, which stops.
    func letGo(of application: String)
}

extension Application {
    /// Who goes through what applications do that begin within `withValue`; nil for nobody.
    @TaskLocal package static var steppedBy: (any ApplicationSteps)?
}

/// Where a driver and the tasks it begins tell the stages that they come to.
struct DrainStages: Sendable {
    let steps: (any ApplicationSteps)?
    let name: String
    let inHand: ClaimsInHand

    init(of application: Application, inHand: ClaimsInHand) {
        steps = application.steps
        name = application.name
        self.inHand = inHand
    }

    /// Whether somebody looks, so that one thing is done after the other.
    var isLookedAt: Bool {
        guard let steps else { return false }
        return steps.isLooking && !inHand.isStopping
    }

    /// Waits at a stage where somebody looks, and answers whether what it is about is to be done.
    @discardableResult
    func come(to stage: @autoclosure () -> DrainStage) async -> Bool {
        guard isLookedAt, let steps else { return true }
        let inHand = inHand
        return await steps.pause(at: stage(), of: name) { inHand.isStopping }
    }

    func settled(_ totals: SettledTotals) { steps?.settled(totals, of: name) }

    /// Lets go on what waits; it is told behind the stop, so that nothing waits from then on.
    func letGo() { steps?.letGo(of: name) }
}

/// A call was stopped before it was made, by the person who looked at it.
struct StoppedByHand: Error, CustomStringConvertible {
    var description: String { "stopped by hand before it was called" }
}

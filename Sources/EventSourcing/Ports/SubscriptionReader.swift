/// A store that is looked at, and can tell what reactions and projections have done in it: for the screen of an operator.
///
/// Nothing is counted or gone through as a whole. What has a name that it can't have is left out. All of them throw
/// `StoreError`.
package protocol SubscriptionReader {
    /// The applications that have a subscription or a checkpoint, by the bytes of their names, at most
    /// `SubscriptionReading.mostNames`.
    func applications() throws -> [String]

    /// At most `limit` subscriptions behind a target, in the order of the bytes of `Type|id`.
    ///
    /// One that says nothing readable of what failed, or of what is done with the next event, is there without it.
    func subscriptions(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) throws -> [Subscription]

    /// The position up to which an application's events were correlated; 0 where none were.
    func checkpoint(of application: String) throws -> Int64

    /// Every version of every projection, by the bytes of their names and then rising, at most
    /// `SubscriptionReading.mostNames`.
    func projections() throws -> [ProjectionDescription]

    /// The last acquisition of a lease, be it that it has run out; nil where it was given back, and where there was none.
    func lease(_ name: String) throws -> Lease?
}

/// The bounds of what a `SubscriptionReader` answers.
package enum SubscriptionReading {
    /// The most applications, or versions of projections, that are answered.
    package static let mostNames = 1_000
}

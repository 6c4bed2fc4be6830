/// What a store keeps of the last claim of a subscription; all stores decide by this who may write under a claim.
package struct LastClaim: Hashable, Sendable {
    package var fencingNumber: Int64
    /// Nil where it has ended.
    package var holder: WriterID?

    package init(fencingNumber: Int64, holder: WriterID?) {
        self.fencingNumber = fencingNumber
        self.holder = holder
    }

    /// Throws `ClaimLostError` unless a claim is the last one of its subscription and has not ended, be it that its lease
    /// has run out.
    ///
    /// - Parameters:
    ///   - claim: the claim.
    ///   - known: the last claim of its subscription; nil where there is no such subscription.
    package static func require(_ claim: SubscriptionClaim, in known: LastClaim?) throws {
        let own = claim.subscription
        if let known, let holder = known.holder, holder == own.holding?.holder,
            known.fencingNumber == own.fencingNumber
        {
            return
        }
        throw ClaimLostError(
            application: own.application, target: own.target, fencingNumber: own.fencingNumber,
            currentFencingNumber: known?.fencingNumber, currentHolder: known?.holder)
    }
}

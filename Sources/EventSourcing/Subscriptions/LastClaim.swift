/// What a store keeps of the last claim of a subscription; all stores decide by this who may end a claim, and write under it.
package struct LastClaim: Hashable, Sendable {
    package var fencingNumber: Int64
    /// Nil where it has ended.
    package var holder: WriterID?

    package init(fencingNumber: Int64, holder: WriterID?) {
        self.fencingNumber = fencingNumber
        self.holder = holder
    }

    /// Whether a claim is this one and has not ended, be it that its lease has run out: who claims next gives it up first.
    package func isHeld(by claim: SubscriptionClaim) -> Bool {
        guard let holder else { return false }
        return holder == claim.subscription.holding?.holder && fencingNumber == claim.subscription.fencingNumber
    }

    /// Throws `ClaimLostError` unless a claim is the last one of its subscription and has not ended.
    ///
    /// - Parameters:
    ///   - claim: the claim.
    ///   - known: the last claim of its subscription; nil where there is no such subscription.
    package static func require(_ claim: SubscriptionClaim, in known: LastClaim?) throws {
        let own = claim.subscription
        if let known, known.isHeld(by: claim) { return }
        throw ClaimLostError(
            application: own.application, target: own.target, fencingNumber: own.fencingNumber,
            currentFencingNumber: known?.fencingNumber, currentHolder: known?.holder)
    }
}

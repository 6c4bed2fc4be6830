/// Tells the keeper of a lease to renew it.
struct KeptLeaseRenewal: Sendable {}

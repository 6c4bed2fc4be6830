/// The locks that a task holds, so that it does not wait for itself.
struct HeldLeases: Sendable {
    @TaskLocal static var current = HeldLeases()

    private var leases: [PersistenceID: [KeptLease]] = [:]

    /// The lock that is held in a store; nil where there is none, or it was given back, as in a task that outlives it.
    func held(of id: PersistenceID, in store: any LeaseStore) -> KeptLease? {
        leases[id]?.last { !$0.isGivenBack && Self.isSame($0.store, store) }
    }

    func adding(_ lease: KeptLease, of id: PersistenceID) -> HeldLeases {
        var copy = self
        copy.leases[id, default: []].append(lease)
        return copy
    }

    /// Whether both are one object; what is no object is never the same.
    private static func isSame(_ left: any LeaseStore, _ right: any LeaseStore) -> Bool {
        guard type(of: left) is AnyClass, type(of: right) is AnyClass else { return false }
        return left as AnyObject === right as AnyObject
    }
}

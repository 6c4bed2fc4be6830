public import Actors

/// Keeps leases: names that one acquisition at a time may hold, until a moment.
///
/// Every call is one transaction, and the time is always the caller's. A lease belongs to the acquisition that took it,
/// and not to a process: another acquisition of the same process does not get it either. Whoever shares leases shares a
/// clock, or takes terms that are long beside what their clocks differ by.
///
/// All of them throw `StoreError`, `invalid` for a name that is empty or longer than `Lease.longestName`.
public protocol LeaseStore: Sendable {
    /// Takes a lease for a term from `now` on, unless another acquisition holds it then.
    ///
    /// The fencing number is 1 at first, and one more with every acquisition, also where the one before was released or
    /// its store was closed. An acquisition that holds the lease already gets it as it is, so that a call whose answer was
    /// lost can be made again.
    ///
    /// Throws `StoreError.invalid` for a term that is not above zero.
    func acquire(
        _ name: String, for term: Duration, as acquisition: ULID, by holder: WriterID, at now: Timestamp
    ) async throws -> LeaseAnswer

    /// Lets a lease go on for a term from `now` on, and answers it as it is then; it never ends earlier for that.
    ///
    /// Throws `LeaseLostError` unless its acquisition holds it at `now`: one that has run out is lost even where nobody
    /// else took it.
    func renew(_ lease: Lease, for term: Duration, at now: Timestamp) async throws -> Lease

    /// Gives a lease back, and answers whether its acquisition still had it, be it run out.
    @discardableResult
    func release(_ lease: Lease) async throws -> Bool

    /// Who holds a lease at `now`; nil where nobody does.
    func get(_ name: String, at now: Timestamp) async throws -> Lease?
}

/// A name that one acquisition holds until a moment.
public struct Lease: Hashable, Sendable {
    /// What it is a lease of, from 1 to `longestName` bytes of UTF-8; compared byte by byte.
    public var name: String
    /// Higher than that of every earlier acquisition of the name, from 1: what it guards can refuse lower ones.
    public var fencingNumber: Int64
    /// The acquisition that owns it.
    public var acquisition: ULID
    /// The system that the acquisition was made by.
    public var holder: WriterID
    /// When it was taken: UTC, microseconds.
    public var acquired: Timestamp
    /// From when on it is nobody's: UTC, microseconds.
    public var expires: Timestamp

    /// The longest that a name may be, in bytes of UTF-8.
    public static let longestName = 1_024

    /// Describes a lease.
    public init(
        name: String, fencingNumber: Int64, acquisition: ULID, holder: WriterID, acquired: Timestamp,
        expires: Timestamp
    ) {
        self.name = name
        self.fencingNumber = fencingNumber
        self.acquisition = acquisition
        self.holder = holder
        self.acquired = acquired
        self.expires = expires
    }
}

/// What came of trying to take a lease.
public enum LeaseAnswer: Hashable, Sendable {
    /// It is the acquisition's.
    case acquired(Lease)
    /// Another acquisition holds it.
    case held(Lease)
}

/// A lease is not its acquisition's any more.
public struct LeaseLostError: Error, Hashable, CustomStringConvertible {
    /// The lease as its acquisition knew it.
    public var lease: Lease
    /// Who holds it now; nil where nobody does.
    public var current: Lease?

    /// Describes a loss.
    public init(lease: Lease, current: Lease? = nil) {
        self.lease = lease
        self.current = current
    }

    /// A sentence that names the lease, its fencing number and who has it now.
    public var description: String {
        let loss = "the lease '\(lease.name)' with the fencing number \(lease.fencingNumber) was lost"
        guard let current else { return "\(loss): it was not renewed in time; take it again" }
        return "\(loss) to writer \(current.holder), who has the fencing number \(current.fencingNumber)"
    }
}

// MARK: - The rule

/// What a store keeps of a name that was ever leased, and how each call changes it.
///
/// All stores decide by this, so that the rule of the leases stands in one place.
package struct LeaseRow: Hashable, Sendable {
    /// The number of the last acquisition; it outlives a release.
    package var fencingNumber: Int64
    /// The last acquisition's lease; nil where it was released.
    package var lease: Lease?

    package init(fencingNumber: Int64 = 0, lease: Lease? = nil) {
        self.fencingNumber = fencingNumber
        self.lease = lease
    }

    /// The lease that is held at a moment.
    package func held(at now: Timestamp) -> Lease? { lease.flatMap { $0.expires > now ? $0 : nil } }

    /// Takes the lease, and is then to be kept if it changed.
    package mutating func acquire(
        _ name: String, for term: Duration, as acquisition: ULID, by holder: WriterID, at now: Timestamp
    ) throws -> LeaseAnswer {
        try Self.require(term)
        if let held = held(at: now) { return held.acquisition == acquisition ? .acquired(held) : .held(held) }
        guard fencingNumber < .max else {
            throw StoreError(.invalid, detail: "the fencing number of a lease can't rise any further")
        }
        fencingNumber += 1
        let taken = Lease(
            name: name, fencingNumber: fencingNumber, acquisition: acquisition, holder: holder, acquired: now,
            expires: now.adding(term))
        lease = taken
        return .acquired(taken)
    }

    /// Lets the lease go on, and is then to be kept.
    package mutating func renew(_ known: Lease, for term: Duration, at now: Timestamp) throws -> Lease {
        try Self.require(term)
        let held = held(at: now)
        guard var renewed = held, isOwned(by: known) else { throw LeaseLostError(lease: known, current: held) }
        renewed.expires = max(renewed.expires, now.adding(term))
        lease = renewed
        return renewed
    }

    /// Gives the lease back, and answers whether its acquisition still had it; if so, it is to be kept.
    package mutating func release(_ known: Lease) -> Bool {
        guard isOwned(by: known) else { return false }
        lease = nil
        return true
    }

    /// Whether an acquisition is the last one, and has not given the lease back.
    package func isOwned(by known: Lease) -> Bool {
        lease?.acquisition == known.acquisition && lease?.fencingNumber == known.fencingNumber
    }

    /// Throws `StoreError.invalid` for a name that no lease can have.
    package static func require(_ name: String) throws {
        guard (1...Lease.longestName).contains(name.utf8.count) else {
            throw StoreError(
                .invalid, detail: "the name of a lease has from 1 to \(Lease.longestName) bytes, not \(name.utf8.count)"
            )
        }
    }

    private static func require(_ term: Duration) throws {
        guard term > .zero else { throw StoreError(.invalid, detail: "the term of a lease is above zero") }
    }
}

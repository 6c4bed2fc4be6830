public import Actors

/// Who works on a row of a store, and until when nobody else does.
///
/// A row that was claimed again after its claim ran out has another one, also where the claimer is the same. Two claims
/// of one claimer that end at the same moment are equal, be it that the row was given back in between: a claimer that
/// claims a row anew before its first claim has ended goes on with either.
public struct RowClaim: Hashable, Sendable {
    /// Whoever claimed it.
    public var claimer: ULID
    /// From when on the row can be claimed again: UTC, microseconds.
    public var until: Timestamp

    /// Describes a claim.
    public init(claimer: ULID, until: Timestamp) {
        self.claimer = claimer
        self.until = until
    }

    /// A claim from a moment on; throws `StoreError.invalid` for a term that is not above zero.
    package init(claimer: ULID, for term: Duration, at now: Timestamp) throws {
        guard term > .zero else { throw StoreError(.invalid, detail: "the term of a claim is above zero") }
        self.init(claimer: claimer, until: now.adding(term))
    }
}

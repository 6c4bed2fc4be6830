/// Where an instance is in its history, found by counting what was folded.
@usableFromInline
struct InstancePlace: Hashable, Sendable {
    /// How many events were folded.
    @usableFromInline var count: Int64 = 0
    /// The number of the event with which the present state was entered; 0 for the initial one.
    @usableFromInline var entered: Int64 = 0

    @usableFromInline
    init() {}

    /// Nil where nobody has counted, and for what nobody can have counted.
    init?(count: Int64?, entered: Int64?) {
        guard let count, let entered, 0 <= entered, entered <= count, count < .max / 2 else { return nil }
        (self.count, self.entered) = (count, entered)
    }

    @inlinable
    mutating func advance(entering: Bool) {
        count += 1
        if entering { entered = count }
    }
}

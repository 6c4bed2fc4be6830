public import EventSourcing

/// What is known of a store as a whole without counting or scanning.
public struct StoreOverview: Hashable, Sendable {
    /// What the store says of itself.
    public var description: StoreDescription
    /// How much it holds.
    public var totals: StoreTotals
    /// Every writer that it knows of.
    public var writers: [WriterRecord]

    /// Describes a store.
    public init(description: StoreDescription, totals: StoreTotals, writers: [WriterRecord]) {
        self.description = description
        self.totals = totals
        self.writers = writers
    }
}

/// The random operations of one port, and how everything in it is looked at.
struct RandomPort: Sendable {
    let ability: StoreAbility
    /// How often it is drawn, beside the others.
    let weight: Int
    let draw: @Sendable (inout RandomWorld) -> RandomOperation
    let looks: @Sendable (RandomWorld) -> [RandomOperation]

    /// Every port that is compared: a further one is a line here.
    static let all = [
        events, reader, snapshots, durableStates, leases, commands, quarantine, subscriptions, timers, outbox,
        projections,
        checkpoints,
    ]
}

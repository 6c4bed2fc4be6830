import Actors
import EventSourcing
import StateMachines

/// The purchases of a sample history, spread over it; a source of chance of their own leaves all else as it is without them.
struct Purchases: Sendable {
    private var stories: [PurchaseStory]
    private let ids: ULIDGenerator
    /// How many events of all purchases there are, and were made.
    private let count: Int
    private var made = 0
    /// Of how many other events the history has.
    private let others: Int

    /// Decides what will happen; throws only what naming the instances throws.
    init(_ plan: SampleHistory.Plan) throws {
        var random = SeededRandom(seed: plan.seed ^ 0xB111)
        let machine = try Purchase.machine()
        let registry = try machine.entity("prototype").registry
        stories = try (0..<plan.purchases).map { try PurchaseStory($0, by: machine, registry, random: &random) }
        ids = ULIDGenerator(random: SeededRandom(seed: plan.seed ^ 0xB0B))
        count = stories.reduce(0) { $0 + $1.left }
        others = plan.events
    }

    /// The next event of a purchase, nil where one of the others is due; the last event of all is none of a purchase.
    mutating func next(behind written: Int, at time: Timestamp, by writer: WriterID) throws -> ImportedEvent? {
        // All are made when the last of the others comes, each in its turn.
        guard made < count, made * (others - 1) < count * written || written == others - 1,
            let place = stories.indices.first(where: { stories[($0 + made) % stories.count].left > 0 })
        else { return nil }
        let index = (place + made) % stories.count
        let (type, version, payload) = try stories[index].nextEvent()
        made += 1
        let cause = ids.next(at: time)
        return ImportedEvent(
            persistenceID: stories[index].id, sequenceNumber: stories[index].number,
            event: NewEvent(
                type: type, schemaVersion: version, payload: payload,
                metadata: Metadata(correlationID: cause, causationID: cause), timestamp: time),
            writer: writer, epoch: 0)
    }
}

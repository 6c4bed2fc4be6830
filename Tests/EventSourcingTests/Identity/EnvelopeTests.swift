import Actors
import EventSourcing
import Testing

@Suite("Envelopes")
struct EnvelopeTests {
    private struct ItemAdded: Hashable {
        var item: String
    }

    private func envelope(_ metadata: Metadata = Metadata()) throws -> EventEnvelope<ItemAdded> {
        EventEnvelope(
            persistenceID: try PersistenceID("order", "order-123"), sequenceNumber: 5, event: ItemAdded(item: "apple"),
            type: "ItemAdded", schemaVersion: 2, timestamp: Timestamp(microseconds: 1_717_171_717_123_456),
            writer: WriterID(ULID(high: 1, low: 2)), epoch: 3, metadata: metadata)
    }

    @Test("engine 10: without metadata an envelope has none")
    func noMetadata() throws {
        let metadata = try envelope().metadata
        #expect(metadata.values.isEmpty)
        #expect(metadata == Metadata())
    }

    @Test("engine 13: other metadata leave everything else as it was")
    func withMetadata() throws {
        let first = try envelope(Metadata(correlationID: ULID(high: 1, low: 1), values: ["source": "api", "user": 1]))
        let second = first.withMetadata(
            Metadata(causationID: ULID(high: 2, low: 2), values: ["user": 2, "tenant": "x"]))
        #expect(second.persistenceID == first.persistenceID)
        #expect(second.sequenceNumber == 5)
        #expect(second.event == first.event)
        #expect(second.type == first.type)
        #expect(second.schemaVersion == first.schemaVersion)
        #expect(second.timestamp == first.timestamp)
        #expect(second.writer == first.writer)
        #expect(second.epoch == first.epoch)
        #expect(second.metadata.correlationID == ULID(high: 1, low: 1), "what the right side lacks stays")
        #expect(second.metadata.causationID == ULID(high: 2, low: 2))
        #expect(
            second.metadata.values == ["source": "api", "user": 2, "tenant": "x"], "the right side wins, in its place")
        #expect(first.metadata.values == ["source": "api", "user": 1], "the first envelope is as it was")
    }

    @Test("engine 14: a system that is given no writer has a fresh one, and stays that one")
    func freshWriter() throws {
        let before = Timestamp(microseconds: 1_717_171_717_123_456)
        let stepped = (0..<2).map { seed in
            ActorSystem(name: "stepped", scheduler: StepScheduler(startingAt: before, seed: seed))
        }
        let live = (0..<2).map { _ in ActorSystem(name: "live") }
        for system in stepped + live {
            let writer = system.writerID
            #expect(system.writerID == writer)
            #expect(writer.description.utf8.count == 26)
            #expect(WriterID(writer.description) == writer)
            let age = Timestamp(microseconds: Int64(writer.ulid.milliseconds) * 1_000).duration(since: system.now)
            #expect(abs(age.components.seconds) < 3_600, "it was made now")
        }
        #expect(Set((stepped + live).map(\.writerID)).count == 4)
    }

    @Test("engine 14: a writer's id is read back, and is 26 characters that parse")
    func writer() throws {
        let given = WriterID(ULID(high: 1, low: 2))
        #expect(try envelope().writer == given)
        let time = Timestamp(microseconds: 1_717_171_717_123_456)
        let generator = ULIDGenerator()
        let fresh = [WriterID(generator.next(at: time)), WriterID(generator.next(at: time))]
        #expect(fresh[0] != fresh[1])
        #expect(fresh[0] < fresh[1])
        for writer in fresh {
            #expect(writer.description.utf8.count == 26)
            #expect(WriterID(writer.description) == writer)
            #expect(writer.ulid.milliseconds == 1_717_171_717_123)
        }
        #expect(WriterID("not a writer") == nil)
    }

    @Test("engine 15: a snapshot reads back all fields, and its size is that of its state")
    func snapshot() throws {
        let id = try PersistenceID("order", "order-123")
        let snapshot = StoredSnapshot(
            persistenceID: id, sequenceNumber: 10, stateType: "OrderState", schemaVersion: 3,
            writer: WriterID(ULID(high: 1, low: 2)), epoch: 4, timestamp: Timestamp(microseconds: 7),
            state: [1, 2, 3])
        #expect(snapshot.description.persistenceID == id)
        #expect(snapshot.description.sequenceNumber == 10)
        #expect(snapshot.description.stateType == "OrderState")
        #expect(snapshot.description.schemaVersion == 3)
        #expect(snapshot.description.writer == WriterID(ULID(high: 1, low: 2)))
        #expect(snapshot.description.epoch == 4)
        #expect(snapshot.description.timestamp == Timestamp(microseconds: 7))
        #expect(snapshot.description.size == 3)
        #expect(snapshot.state == [1, 2, 3])
        #expect(snapshot.isIntact)
    }

    @Test("engine 15: a durable state reads back all fields, and a copy leaves it as it was")
    func durableState() throws {
        let id = try PersistenceID("counter", "counter-1")
        let state = StoredDurableState(
            persistenceID: id, revision: 3, stateType: "CounterState", schemaVersion: 2,
            writer: WriterID(ULID(high: 1, low: 2)), epoch: 4, timestamp: Timestamp(microseconds: 7),
            state: [1, 2, 3])
        #expect(state.description.persistenceID == id)
        #expect(state.description.revision == 3)
        #expect(state.description.stateType == "CounterState")
        #expect(state.description.schemaVersion == 2)
        #expect(state.description.writer == WriterID(ULID(high: 1, low: 2)))
        #expect(state.description.epoch == 4)
        #expect(state.description.timestamp == Timestamp(microseconds: 7))
        #expect(state.description.size == 3)
        #expect(state.state == [1, 2, 3])
        #expect(state.isIntact)
        var copy = state
        copy.description.revision = 9
        copy.state = []
        #expect(state.description.revision == 3 && state.state == [1, 2, 3])
    }

    @Test("refusals are sentences that name stream, numbers and writer")
    func refusals() throws {
        let id = try PersistenceID("Order", "order-1")
        let writer = WriterID(ULID(high: 1, low: 2))
        let conflict = ConcurrentModificationError(persistenceID: id, expected: .number(3), actual: 5)
        #expect(conflict.description.contains("Order|order-1"))
        #expect(conflict.description.contains("3") && conflict.description.contains("5"))
        let fenced = WriterFencedError(persistenceID: id, writer: writer, epoch: 1, currentEpoch: 2)
        #expect(fenced.description.contains("fenced by writer \(writer)"))
        let repeated = CommandAlreadyHandledError(command: CommandRecord(id: writer.ulid, reply: Array("secret".utf8)))
        #expect(repeated.description.contains(writer.ulid.description))
        #expect(!repeated.description.contains("secret"), "no payload gets into a message")
        for (armed, clause) in [(nil, "was cancelled"), (3, "not held by this claim"), (5, "armed anew")]
            as [(Int64?, String)]
        {
            let stale = StaleTimerError(persistenceID: id, name: "pay", generation: 3, armed: armed)
            #expect(stale.description.contains(clause) && stale.description.contains("'pay' of Order|order-1"))
        }
    }
}

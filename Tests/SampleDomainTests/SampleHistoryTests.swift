import Actors
import EventSourcing
import Inspection
import Testing

@testable import SampleDomain

/// A whole sample history, event by event.
private struct WholeHistory {
    var events: [ImportedEvent] = []
    var snapshots: [StoredSnapshot] = []
    let writers: [WriterRecord]

    init(_ plan: SampleHistory.Plan) throws {
        var history = try SampleHistory(plan)
        writers = history.writers
        while let item = try history.next() {
            switch item {
            case .event(let event): events.append(event)
            case .snapshot(let snapshot): snapshots.append(snapshot)
            }
        }
    }

    var streams: [PersistenceID: [ImportedEvent]] { Dictionary(grouping: events, by: \.persistenceID) }

    func conflicts() throws -> [WriterConflictError] {
        try streams.values.flatMap { events in
            var run = ReplayFilterRun(ReplayFilter(mode: .warn), of: events[0].persistenceID)
            return try events.compactMap { event in
                let verdict = try run.admit(
                    sequenceNumber: event.sequenceNumber, writer: event.writer, epoch: event.epoch)
                if case .keepWithWarning(let conflict) = verdict { return conflict }
                return nil
            }
        }
    }

    /// Puts everything into a store, as the program does.
    func store() async throws -> InMemoryStore {
        let store = InMemoryStore()
        for writer in writers { try await store.register(writer) }
        try await store.importHistory(events)
        for snapshot in snapshots { try await store.save(snapshot) }
        return store
    }
}

private let plans = [
    SampleHistory.Plan(events: 400, streams: 12), SampleHistory.Plan(events: 1_000), SampleHistory.Plan(events: 20_000),
    SampleHistory.Plan(events: 400, streams: 12, seed: 7), SampleHistory.Plan(events: 1_000, seed: 7),
]

@Suite("Sample histories")
struct SampleHistoryTests {
    private let first: PersistenceID

    init() throws { first = try PersistenceID("Order", "order-00001") }

    @Test("a plan gives exactly so many events over so many streams, without gaps, each later than the one before")
    func shape() throws {
        for (events, streams) in [(0, 1), (1, 1), (2, 2), (5, 12), (400, 12), (1_000, 3), (777, 1)] {
            let history = try WholeHistory(SampleHistory.Plan(events: events, streams: streams))
            #expect(history.events.count == events)
            #expect(history.streams.count == min(streams, events))
            #expect(history.streams.values.allSatisfy { $0.map(\.sequenceNumber) == (1...Int64($0.count)).map(\.self) })
            let times = history.events.map(\.event.timestamp)
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test("purchases come on top of a plan, by the machine itself, and all else stays as it is", arguments: [24, 400])
    func purchases(_ events: Int) throws {
        let without = try WholeHistory(SampleHistory.Plan(events: events, streams: 12))
        let with = try WholeHistory(SampleHistory.Plan(events: events, streams: 12, purchases: 5))
        let others = with.events.filter { $0.persistenceID.entityType != "Purchase" }
        #expect(others == without.events && with.snapshots == without.snapshots && with.writers == without.writers)
        #expect(with.events.last == without.events.last && with.events.first == without.events.first)
        let times = with.events.map(\.event.timestamp)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
        let domain = try Purchase.domain()
        var ends: [String: String] = [:]
        for (id, events) in with.streams where id.entityType == "Purchase" {
            #expect(events.map(\.sequenceNumber) == (1...Int64(events.count)).map(\.self))
            ends[id.entityID] = try fold(events, of: domain).tree()["state"]?.string
            if id.entityID == "purchase-00005" {
                #expect(try fold(events, of: domain).tree()["stopped"] == "lost on the way")
            }
        }
        #expect(
            ends == [
                "purchase-00001": "shipped", "purchase-00002": "delivered", "purchase-00003": "pending",
                "purchase-00004": "cancelled", "purchase-00005": "shipped",
            ])
        #expect(try conflicts(of: with) == conflicts(of: without))
        let one = try WholeHistory(SampleHistory.Plan(events: 1, purchases: 5))
        #expect(one.events.count == with.events.count - events + 1 && one.events.last?.persistenceID == first)
    }

    private func conflicts(of history: WholeHistory) throws -> Int { try history.conflicts().count }

    private func fold(_ events: [ImportedEvent], of domain: Domain) throws -> any FoldedState {
        var state = domain.emptyState()
        for imported in events {
            try imported.event.payload.withUnsafeBytes { payload in
                try state.fold(
                    StoredEvent(
                        persistenceID: imported.persistenceID, position: 1, sequenceNumber: imported.sequenceNumber,
                        type: imported.event.type, schemaVersion: imported.event.schemaVersion, timestamp: .epoch,
                        writer: imported.writer, epoch: 0, correlationID: nil, causationID: nil, commandID: nil,
                        isIntact: true, payload: payload, metadata: UnsafeRawBufferPointer(start: nil, count: 0)))
            }
        }
        return state
    }

    @Test("the same seed gives the same bytes, and another seed others")
    func determinism() throws {
        let plan = SampleHistory.Plan(events: 1_000)
        let (one, two) = (try WholeHistory(plan), try WholeHistory(plan))
        #expect(one.events == two.events)
        #expect(one.snapshots == two.snapshots)
        #expect(one.writers == two.writers)
        #expect(try WholeHistory(SampleHistory.Plan(events: 1_000, seed: 43)).events != one.events)
    }

    @Test("every event is one that the rules accept", arguments: plans)
    func legal(plan: SampleHistory.Plan) throws {
        let history = try WholeHistory(plan)
        let (orders, accounts) = (try OrderEvent.registry(), try AccountEvent.registry())
        for (id, events) in history.streams {
            var (order, account) = (OrderState(), AccountState())
            for stored in events {
                let payload = stored.event.payload
                if id.entityType == "Order" {
                    let event = try payload.withUnsafeBytes {
                        try orders.decode(type: stored.event.type, version: 1, payload: $0)
                    }
                    let tracking = Order.tracking(of: id, at: stored.sequenceNumber)
                    #expect(try Order.decide(event.request, on: order, tracking: tracking).get() == [event])
                    try order.apply(event)
                } else {
                    let event = try payload.withUnsafeBytes {
                        try accounts.decode(type: stored.event.type, version: 1, payload: $0)
                    }
                    #expect(try Account.decide(event.request, on: account).get() == [event])
                    try account.apply(event)
                }
            }
        }
    }

    @Test("the whole history has one interleaving conflict, in the first stream", arguments: plans)
    func conflict(plan: SampleHistory.Plan) throws {
        let conflicts = try WholeHistory(plan).conflicts()
        #expect(conflicts.map(\.persistenceID) == [first])
    }

    @Test("a first stream of 12 events has the conflict, and one of 11 has none")
    func shortest() throws {
        #expect(try WholeHistory(SampleHistory.Plan(events: 24, streams: 2)).conflicts().count == 1)
        #expect(try WholeHistory(SampleHistory.Plan(events: 22, streams: 2)).conflicts().isEmpty)
        #expect(try WholeHistory(SampleHistory.Plan(events: 500, streams: 1)).conflicts().isEmpty)
    }

    @Test("the newest stream is not the one with the conflict, and takes commands", arguments: plans)
    func newest(plan: SampleHistory.Plan) async throws {
        let store = try await WholeHistory(plan).store()
        let newest = try #require(try store.reader().streams(StreamQuery(order: .newest, limit: 1)).first)
        #expect(newest.persistenceID != first)
        #expect(newest.eventCount >= 30)
        let system = ActorSystem(name: "test")
        let order = try Order.behavior(newest.persistenceID).withEventStore(store).withSnapshotStore(store)
        let ref = system.spawn(order.behavior)
        let reply = try await ref.ask(timeout: .seconds(600)) {
            Asked(.addItem(sku: "tea", quantity: 2, price: nil), replyTo: $0)
        }
        #expect(reply.refusal == nil)
        await system.shutdown()
    }

    @Test(
        "a live command on the stream with the conflict is refused with the sentence of the conflict", arguments: plans)
    func conflictedStream(plan: SampleHistory.Plan) async throws {
        let history = try WholeHistory(plan)
        let conflict = try #require(try history.conflicts().first)
        let store = try await history.store()
        let system = ActorSystem(name: "test")
        let ref = system.spawn(try Order.behavior(first).withEventStore(store).withSnapshotStore(store).behavior)
        let error = await #expect(throws: AskError.self) {
            try await ref.ask(timeout: .seconds(600)) { Asked(.cancel(reason: "test"), replyTo: $0) }
        }
        guard case .rejected(let cause as RecoveryError) = error else {
            Issue.record("the ask ended with \(String(describing: error))")
            return
        }
        #expect(cause.description.hasSuffix("\(conflict)"))
        await system.shutdown()
    }

    @Test(
        "there is something to see: endings of every kind, hand-overs, snapshots, gaps in time",
        arguments: plans.prefix(2))
    func variety(plan: SampleHistory.Plan) throws {
        let history = try WholeHistory(plan)
        let last = history.streams.mapValues { $0.last?.event.type ?? "" }
        for type in ["OrderShipped", "OrderCancelled", "OrderPaid", "ItemAdded", "AccountClosed"] {
            #expect(last.values.contains(type), "no stream ends with \(type)")
        }
        #expect(Set(history.events.map(\.writer)).count == 3)
        #expect(history.streams.values.filter { ($0.last?.epoch ?? 0) > 1 }.count >= 4)
        #expect(history.snapshots.count >= 20)
        #expect(Set(history.streams.values.map(\.count)).count >= 4)
        let times = history.events.map(\.event.timestamp)
        let gaps = zip(times, times.dropFirst()).map { $1.duration(since: $0) }
        #expect(gaps.contains { $0 > .seconds(3_600) } && gaps.contains { $0 < .seconds(1) })
    }

    @Test("every snapshot is the fold of the events up to it")
    func snapshots() throws {
        let history = try WholeHistory(SampleHistory.Plan(events: 1_000))
        let registry = try OrderEvent.registry()
        let codec = SnapshotCodec<OrderState>.json("Order")
        let snapshots = history.snapshots.filter { $0.description.persistenceID.entityType == "Order" }
        #expect(!snapshots.isEmpty)
        for snapshot in snapshots {
            let description = snapshot.description
            let events = history.streams[description.persistenceID, default: []]
                .prefix { $0.sequenceNumber <= description.sequenceNumber }
            let state = try events.reduce(into: OrderState()) { state, stored in
                try state.apply(
                    stored.event.payload.withUnsafeBytes {
                        try registry.decode(type: stored.event.type, version: 1, payload: $0)
                    })
            }
            #expect(try codec.decode(snapshot) == state)
            #expect(events.last?.epoch == description.epoch && events.last?.writer == description.writer)
        }
    }

    @Test("a long history ends within a year of its start")
    func span() throws {
        let history = try WholeHistory(SampleHistory.Plan(events: 60_000))
        let span = try #require(history.events.last).event.timestamp.duration(since: history.events[0].event.timestamp)
        #expect(span < .seconds(366 * 86_400))
    }
}

// MARK: - Back from events to requests

extension OrderEvent {
    fileprivate var request: Order.Request {
        switch self {
        case .placed(let event): .place(customer: event.customer, city: event.city)
        case .itemAdded(let event): .addItem(sku: event.sku, quantity: event.qty, price: event.price)
        case .itemRemoved(let event): .removeItem(sku: event.sku)
        case .paid(let event): .pay(method: event.method)
        case .shipped(let event): .ship(carrier: event.carrier)
        case .cancelled(let event): .cancel(reason: event.reason)
        }
    }
}

extension AccountEvent {
    fileprivate var request: Account.Request {
        switch self {
        case .opened(let event): .open(owner: event.owner)
        case .deposited(let event): .deposit(amount: event.amount)
        case .withdrawn(let event): .withdraw(amount: event.amount)
        case .closed: .close
        }
    }
}

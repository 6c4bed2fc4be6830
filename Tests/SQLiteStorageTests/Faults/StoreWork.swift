import Actors
import EventSourcing
import TestSupport
import Testing

@testable import SQLiteStorage

/// One change of a store, the same every time, for tests of what fails in its middle.
struct StoreWork: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let run: @Sendable (SQLiteStore) async throws -> Void

    private init(_ name: String, _ run: @escaping @Sendable (SQLiteStore) async throws -> Void) {
        testDescription = name
        self.run = run
    }

    private static var order: PersistenceID { get throws { try .named("Order|1") } }
    /// After all that the store holds.
    private static let now = Timestamp(microseconds: 1_800_000_000_000_000)

    static let all = [
        StoreWork("append") { try await $0.append("more", "and more", to: "Order|1", expecting: .number(30)) },
        StoreWork("append a large batch") { store in
            let large = String(repeating: "x", count: 20_000)
            try await store.append(large, large, large, to: "New|1", expecting: .noStream)
        },
        StoreWork("append with companions") { store in
            let companions = Companions(
                command: CommandRecord(id: ULID(high: 5, low: 5), reply: [1]),
                timers: [.arm(NewTimer("later", deadline: now)), .cancel("pay")],
                outbox: [NewOutboxEntry(to: "mail", payload: [9])],
                projections: [ProjectionUpdate([.put("1", "2")], to: Projection("orders"), expecting: 0)],
                checkpoint: Checkpoint("reader", position: 3, expecting: 0))
            _ = try await store.append(
                [.fixture()], to: order, expecting: .number(30), by: .first, epoch: nil, with: companions)
        },
        StoreWork("take a stream over") { _ = try await $0.takeOver(order, by: .second) },
        StoreWork("save a snapshot") { try await $0.save(snapshot(at: 30)) },
        StoreWork("prune") { _ = try await $0.deleteEvents(of: order, upTo: 25) },
        StoreWork("put a state") { store in
            let state = NewDurableState(stateType: "Cart", timestamp: now, state: [1, 2, 3])
            _ = try await store.put(state, of: order, expecting: 1, by: .first)
        },
        StoreWork("claim timers") {
            _ = try await $0.claimDue(limit: 9, for: .seconds(9), as: ULID(high: 1, low: 1), at: now)
        },
        StoreWork("claim rows of the outbox") {
            _ = try await $0.claim(limit: 9, for: .seconds(9), as: ULID(high: 1, low: 1), at: now)
        },
        StoreWork("claim subscriptions") {
            _ = try await $0.claim(
                ClaimPlaces(lagging: 3, leading: 2), in: nil, of: "bank", for: .seconds(9), by: .first, at: now)
        },
        StoreWork("renew claims") { store in
            let held = try await store.list(.all, of: "shop", after: nil, limit: 9)
            let renewed = try await store.renew(
                held.map { SubscriptionClaim($0, isLagging: true) }, for: .seconds(99), at: .epoch)
            #expect(renewed.count == held.count)
        },
        StoreWork("acquire a lease") {
            _ = try await $0.acquire("one", for: .seconds(5), as: ULID(high: 1, low: 2), by: .first, at: now)
        },
    ]

    /// Makes the store that every work begins with: something in every port.
    static func makeStore(at path: String) async throws {
        let store = try SQLiteStore.create(path)
        for stream in ["Order|1", "Order|2"] {
            for number in 0..<30 as Range<Int64> {
                let companions =
                    number == 3
                    ? Companions(
                        timers: [.arm(NewTimer("pay", deadline: .epoch))],
                        outbox: [NewOutboxEntry(to: "mail", payload: [1]), NewOutboxEntry(to: "mail", payload: [2])])
                    : .none
                _ = try await store.append(
                    [.fixture("item \(number)")], to: .named(stream), expecting: .number(number), by: .first,
                    epoch: nil, with: companions)
            }
        }
        try await store.save(snapshot(at: 10))
        let state = NewDurableState(stateType: "Cart", timestamp: .epoch, state: [1])
        _ = try await store.put(state, of: order, expecting: 0, by: .first)
        _ = try await store.subscribe(
            try (0..<20).map { NewSubscription(try .named("Audit|\($0)"), workMark: 50) }, of: "bank")
        _ = try await store.subscribe(
            try (0..<3).map { NewSubscription(try .named("Audit|\($0)"), workMark: 50) }, of: "shop")
        _ = try await store.claim(
            ClaimPlaces(lagging: 9, leading: 0), in: nil, of: "shop", for: .seconds(9), by: .first, at: .epoch)
        store.close()
    }

    private static func snapshot(at number: Int64) throws -> StoredSnapshot {
        StoredSnapshot(
            persistenceID: try order, sequenceNumber: number, stateType: "Order", schemaVersion: 1, writer: .first,
            epoch: 0, timestamp: now, state: Array(repeating: 7, count: 3_000))
    }
}

import Actors
import EventSourcing
import Inspection
import StateMachines

@testable import SampleDomain

/// Two purchases: one on its way whose parcel is waited for, and one that is still to be paid, with its timer.
struct PurchaseFixture {
    let fixture: StoreFixture
    static let shipped = StoreFixture.id("Purchase", "purchase-1")
    static let pending = StoreFixture.id("Purchase", "purchase-2")
    static let lost = StoreFixture.id("Purchase", "purchase-3")

    /// - Parameter isArmed: whether the store has the timer of the pending purchase.
    init(isArmed: Bool = true) async throws {
        fixture = try StoreFixture(isEmpty: true)
        let payment = Payment(amount: 900, method: "card")
        let tea = PurchaseEvent.add(Article(sku: "tea", price: 450))
        let parcel = Parcel(carrier: "post", tracking: "99.00.112")
        let events =
            try imported([tea, tea, .pay(payment), .pack, .ship(parcel)], of: Self.shipped)
            + imported([tea, tea], of: Self.pending)
            + imported([tea, tea, .pay(payment), .pack, .ship(parcel), .lose], of: Self.lost)
        try fixture.store.fill(writers: fixture.writers, events: events, snapshots: [])
        if isArmed {
            try await fixture.store.arm(
                NewTimer("payment", deadline: StoreFixture.start.adding(.seconds(120 + 1_800)), generation: 2),
                of: Self.pending)
        }
    }

    private func imported(_ events: [PurchaseEvent], of id: PersistenceID) throws -> [ImportedEvent] {
        let machine = try Purchase.machine()
        let registry = try machine.entity(id.entityID).registry
        var state = machine.initial
        return try events.enumerated().map { index, event in
            let target = try machine.decide(event, in: state).target
            if case .goto(let next) = target { state = next }
            let (type, version, payload) = try registry.encode(MachineTransition(event: event, target: target))
            return ImportedEvent(
                persistenceID: id, sequenceNumber: Int64(index + 1),
                event: NewEvent(
                    type: type, schemaVersion: version, payload: payload,
                    timestamp: StoreFixture.start.adding(.seconds(60 * (index + 1)))),
                writer: fixture.writers[0].id, epoch: 0)
        }
    }
}

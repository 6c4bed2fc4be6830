import Actors
import EventSourcing
import StateMachines
import Testing

extension Parcel: StoredCases {}
extension ParcelEvent: StoredCases {}
extension Letter: StoredCases {}
extension Push: StoredCases {}
extension Light: StoredCases {}
extension LightEvent: StoredCases {}

/// A stepped system with a store, on which instances live.
struct MachineStage {
    let scheduler = StepScheduler(startingAt: Timestamp(microseconds: 1_000_000))
    let system: ActorSystem
    let shared: SharedStore

    var store: any TimedStore { shared.store }

    init(on shared: SharedStore) {
        self.shared = shared
        system = ActorSystem(name: "test", scheduler: scheduler)
    }

    init(_ kind: StoreKind) throws { self.init(on: try kind.make()) }

    func spawn<State, Event>(
        _ machine: Machine<State, Event>, _ id: String = "1",
        snapshots: SnapshotStrategy<MachineTransition<State, Event>, MachineInstance<State>> = .never
    ) throws -> ActorRef<MachineCommand<State, Event>> where State: StoredCases, Event: StoredCases {
        let entity = try machine.entity(id, snapshots: snapshots).withEventStore(store).withSnapshotStore(store)
        return system.spawn(entity.behavior)
    }

    /// Sends an event; throws what refused it.
    func send<State, Event>(
        _ event: Event, to ref: ActorRef<MachineCommand<State, Event>>
    ) throws -> Transition<State> {
        let answer: PendingReply<MachineAnswer<State>> = ref.askLater(timeout: .seconds(5)) {
            .send(event, replyTo: $0)
        }
        scheduler.drain()
        switch try #require(answer.result).get() {
        case .taken(let transition): return transition
        case .refused(let error): throw error
        }
    }

    func instance<State, Event>(_ ref: ActorRef<MachineCommand<State, Event>>) throws -> MachineInstance<State> {
        let answer: PendingReply<MachineInstance<State>> = ref.askLater(timeout: .seconds(5)) { .read(replyTo: $0) }
        scheduler.drain()
        return try #require(answer.result).get()
    }

    /// The stored events of an instance, as `number type payload`.
    func stored(_ type: String, _ id: String = "1") throws -> [String] {
        let (store, id) = (store, try PersistenceID(type, id))
        return try scheduler.run { try await store.rows(of: id) }
    }

    /// Puts an event into the stream of the order `1`, as somebody else has written it.
    func append(_ type: String, _ payload: String, behind number: Int64 = 0) throws {
        let (store, id) = (store, try PersistenceID("Order", "1"))
        try scheduler.run {
            _ = try await store.append(
                [NewEvent(type: type, payload: Array(payload.utf8), timestamp: Timestamp(microseconds: 1))], to: id,
                expecting: .number(number), by: WriterID(ULID(high: 0, low: 1)), epoch: nil, with: .none)
        }
    }
}

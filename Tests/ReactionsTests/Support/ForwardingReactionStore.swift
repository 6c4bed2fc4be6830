import Actors
import EventSourcing
import Reactions
import TestSupport

/// A store that has what a stepped application can use.
typealias SteppedStore = ReactionStore & SnapshotStore & CommandStore & QuarantineStore & LiveStore

/// A store that hands everything on, and says what is called; a test writes only what it changes.
protocol ForwardingReactionStore: ForwardingStore, LeaseStore, SubscriptionStore, CommandStore, QuarantineStore {
    var base: any SteppedStore { get }

    /// Runs a call; whoever throws instead keeps it from the store.
    func call<Answer: Sendable>(
        _ name: StoreCall, _ body: @Sendable () async throws -> Answer
    ) async throws -> Answer
}

/// What is asked of a store.
enum StoreCall: Sendable {
    case append, load, readAll, head, streams, delete, snapshot, command, quarantine
    case acquire, release, renewLease, lease
    case subscribe, correlated, checkpoint, claim, renew, ack, block, operate, list, lanes, nextDue
}

extension ForwardingReactionStore {
    func target(isWrite: Bool) -> any EventStore & SnapshotStore { base }

    func call<Answer: Sendable>(
        _ name: StoreCall, _ body: @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await body()
    }

    // MARK: Events

    func append(
        _ events: [NewEvent], to id: PersistenceID, expecting: ExpectedNumber, by writer: WriterID, epoch: Int64?,
        with companions: Companions
    ) async throws -> AppendReceipt {
        try await call(.append) {
            try await base.append(events, to: id, expecting: expecting, by: writer, epoch: epoch, with: companions)
        }
    }

    func load<Result: Sendable>(
        _ id: PersistenceID, from: Int64, through: Int64, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await call(.load) {
            try await base.load(id, from: from, through: through, fields: fields, into: initial, visit: visit)
        }
    }

    func readAll<Result: Sendable>(
        after position: Int64, limit: Int, fields: EventFields, into initial: Result,
        visit: @escaping @Sendable (inout Result, borrowing StoredEvent) throws -> Visit
    ) async throws -> Result {
        try await call(.readAll) {
            try await base.readAll(after: position, limit: limit, fields: fields, into: initial, visit: visit)
        }
    }

    func head(of id: PersistenceID) async throws -> StreamHead? {
        try await call(.head) { try await base.head(of: id) }
    }

    func streams(after: PersistenceID?, prefix: String, limit: Int) async throws -> [StreamHead] {
        try await call(.streams) { try await base.streams(after: after, prefix: prefix, limit: limit) }
    }

    func deleteEvents(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try await call(.delete) { try await base.deleteEvents(of: id, upTo: upTo) }
    }

    func save(_ snapshot: StoredSnapshot) async throws {
        try await call(.snapshot) { try await base.save(snapshot) }
    }

    func latest(of id: PersistenceID, atOrBelow: Int64) async throws -> StoredSnapshot? {
        try await call(.snapshot) { try await base.latest(of: id, atOrBelow: atOrBelow) }
    }

    func list(of id: PersistenceID) async throws -> [SnapshotDescription] {
        try await call(.snapshot) { try await base.list(of: id) }
    }

    func delete(of id: PersistenceID, upTo: Int64) async throws -> Bool {
        try await call(.snapshot) { try await base.delete(of: id, upTo: upTo) }
    }

    func command(_ id: ULID) async throws -> CommandRecord? {
        try await call(.command) { try await base.command(id) }
    }

    func forgetCommands(before moment: Timestamp) async throws -> Int {
        try await call(.command) { try await base.forgetCommands(before: moment) }
    }

    func quarantine(_ event: QuarantinedEvent) async throws -> Bool {
        try await call(.quarantine) { try await base.quarantine(event) }
    }

    func quarantined(of id: PersistenceID, after number: Int64, limit: Int) async throws -> [QuarantinedEvent] {
        try await call(.quarantine) { try await base.quarantined(of: id, after: number, limit: limit) }
    }

    func quarantined(after event: QuarantinedEvent?, limit: Int) async throws -> [QuarantinedEvent] {
        try await call(.quarantine) { try await base.quarantined(after: event, limit: limit) }
    }

    func release(_ id: PersistenceID, sequenceNumber: Int64, at time: Timestamp) async throws -> Bool {
        try await call(.quarantine) { try await base.release(id, sequenceNumber: sequenceNumber, at: time) }
    }

    // MARK: Leases

    func acquire(
        _ name: String, for term: Duration, as acquisition: ULID, by holder: WriterID, at now: Timestamp
    ) async throws -> LeaseAnswer {
        try await call(.acquire) { try await base.acquire(name, for: term, as: acquisition, by: holder, at: now) }
    }

    func renew(_ lease: Lease, for term: Duration, at now: Timestamp) async throws -> Lease {
        try await call(.renewLease) { try await base.renew(lease, for: term, at: now) }
    }

    func release(_ lease: Lease) async throws -> Bool {
        try await call(.release) { try await base.release(lease) }
    }

    func get(_ name: String, at now: Timestamp) async throws -> Lease? {
        try await call(.lease) { try await base.get(name, at: now) }
    }

    // MARK: Subscriptions

    @discardableResult
    func subscribe(_ subscriptions: [NewSubscription], of application: String) async throws -> Int {
        try await call(.subscribe) { try await base.subscribe(subscriptions, of: application) }
    }

    @discardableResult
    func correlated(
        _ subscriptions: [NewSubscription], through position: Int64, of application: String, at now: Timestamp
    ) async throws -> Correlation {
        try await call(.correlated) {
            try await base.correlated(subscriptions, through: position, of: application, at: now)
        }
    }

    func checkpoint(of application: String) async throws -> Int64 {
        try await call(.checkpoint) { try await base.checkpoint(of: application) }
    }

    func claim(
        _ places: ClaimPlaces, in lane: String?, of application: String, for term: Duration, by holder: WriterID,
        at now: Timestamp
    ) async throws -> [SubscriptionClaim] {
        try await call(.claim) {
            try await base.claim(places, in: lane, of: application, for: term, by: holder, at: now)
        }
    }

    func renew(
        _ claims: [SubscriptionClaim], for term: Duration, at now: Timestamp
    ) async throws -> [SubscriptionClaim] {
        try await call(.renew) { try await base.renew(claims, for: term, at: now) }
    }

    @discardableResult
    func ack(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription] {
        try await call(.ack) { try await base.ack(acknowledgements, at: now) }
    }

    @discardableResult
    func block(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription] {
        try await call(.block) { try await base.block(acknowledgements, at: now) }
    }

    @discardableResult
    func `defer`(_ filter: SubscriptionFilter, of application: String, until: Timestamp) async throws -> Int {
        try await call(.operate) { try await base.defer(filter, of: application, until: until) }
    }

    @discardableResult
    func reset(_ filter: SubscriptionFilter, of application: String) async throws -> Int {
        try await call(.operate) { try await base.reset(filter, of: application) }
    }

    @discardableResult
    func unblock(_ filter: SubscriptionFilter, of application: String) async throws -> Int {
        try await call(.operate) { try await base.unblock(filter, of: application) }
    }

    @discardableResult
    func prioritize(_ filter: SubscriptionFilter, of application: String, to priority: Int64) async throws -> Int {
        try await call(.operate) { try await base.prioritize(filter, of: application, to: priority) }
    }

    func list(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) async throws -> [Subscription] {
        try await call(.list) { try await base.list(filter, of: application, after: target, limit: limit) }
    }

    func lanes(of application: String) async throws -> [String] {
        try await call(.lanes) { try await base.lanes(of: application) }
    }

    func nextDue(of application: String) async throws -> Timestamp? {
        try await call(.nextDue) { try await base.nextDue(of: application) }
    }
}

/// A store that does not tell of its changes.
struct PolledStore: ForwardingReactionStore {
    let base: any SteppedStore
}

/// A store that counts what it is asked, and fails where a test says so.
final class CountedStore: ForwardingReactionStore, LiveStore {
    private struct State: Sendable {
        var inHand = 0
        var total = 0
        var fault: (@Sendable (StoreCall) -> (any Error)?)?
    }

    let base: any SteppedStore
    private let state = Locked(State())

    init(_ base: any SteppedStore) { self.base = base }

    /// How many calls are not answered yet.
    var inHand: Int { state.withLock { $0.inHand } }

    /// How many calls there were.
    var total: Int { state.withLock { $0.total } }

    /// From now on calls fail for which there is an error; nil lets all of them through again.
    func fail(_ fault: (@Sendable (StoreCall) -> (any Error)?)?) { state.withLock { $0.fault = fault } }

    func call<Answer: Sendable>(
        _ name: StoreCall, _ body: @Sendable () async throws -> Answer
    ) async throws -> Answer {
        let fault = state.withLock { state in
            state.total += 1
            return state.fault
        }
        if let error = fault?(name) { throw error }
        state.withLock { $0.inHand += 1 }
        defer { state.withLock { $0.inHand -= 1 } }
        return try await body()
    }

    func watchChanges(_ notice: @escaping @Sendable () -> Void) throws -> ChangeWatch {
        try base.watchChanges(notice)
    }
}

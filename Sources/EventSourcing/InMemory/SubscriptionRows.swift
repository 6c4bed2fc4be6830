import Actors

/// The subscriptions of a store in memory, with the orders that claims and lists read.
///
/// Dictionaries are only looked up in, or walked for what is sorted then, so the same calls give the same answers in every
/// process.
struct SubscriptionRows: Sendable {
    /// The subscriptions of one application.
    struct Application: Sendable {
        var rows: [Subscription] = []
        var indexes: [PersistenceID: Int] = [:]
        var byName = SortedKeys()
        /// What can be claimed of each lane, in three orders.
        var lanes: [Lane] = []
        var leased = SortedKeys()
        var waiting = SortedKeys()
        var checkpoint: Int64 = 0
        /// New subscriptions begin with this fencing number, which is none that was given to a claim of theirs.
        var firstNumber: Int64 = 0
        /// Rises with every change.
        var changes: UInt64 = 0
    }

    struct Lane: Sendable {
        let name: String
        var byPriority = SortedKeys()
        var lowest = SortedKeys()
        var highest = SortedKeys()
    }

    private var applications: [[UInt8]: Application] = [:]
    /// The highest fencing number of subscriptions that went with their history.
    private var lastNumber: Int64 = 0
    /// Rises with every change.
    private(set) var changes: UInt64 = 0

    /// The same without rows: fencing numbers go on behind all that were given.
    var emptied: SubscriptionRows {
        var rows = SubscriptionRows()
        rows.lastNumber = applications.values.lazy.flatMap(\.rows).map(\.fencingNumber).reduce(lastNumber, max)
        return rows
    }

    /// Registers targets, and answers how many were new.
    ///
    /// - Parameter correlated: up to where everything was correlated before.
    mutating func subscribe(
        _ subscriptions: [NewSubscription], of application: String, behind correlated: Int64 = 0
    ) -> Int {
        change(application) { $0.subscribe(subscriptions, of: application, behind: correlated) }
    }

    /// Whether anything is kept of an application.
    func holds(_ application: String) -> Bool { applications[Array(application.utf8)] != nil }

    /// Takes over what is kept of an application elsewhere, which is no change of it.
    mutating func adopt(_ rows: [Subscription], of application: String, checkpoint: Int64) {
        let new = Application(firstNumber: lastNumber)
        applications[Array(application.utf8), default: new].adopt(rows, checkpoint: checkpoint)
    }

    /// Moves the checkpoint on, and answers where it is.
    mutating func advance(_ application: String, to position: Int64) -> Int64 {
        change(application) { $0.advance(to: position) }
    }

    func checkpoint(of application: String) -> Int64 { applications[Array(application.utf8)]?.checkpoint ?? 0 }

    mutating func claim(
        _ places: ClaimPlaces, in lane: String?, of application: String, for term: Duration, by holder: WriterID,
        at now: Timestamp
    ) throws -> [SubscriptionClaim] {
        try change(application) { try $0.claim(places, in: lane, for: term, by: holder, at: now) }
    }

    /// Changes one subscription, and answers it where the change says that it was made.
    mutating func change(
        _ target: PersistenceID, of application: String, _ body: (inout Subscription) -> Bool
    ) -> Subscription? {
        change(application) { $0.change(target, body) }
    }

    private mutating func change<Answer>(
        _ application: String, _ body: (inout Application) throws -> Answer
    ) rethrows -> Answer {
        let key = Array(application.utf8)
        let new = Application(firstNumber: lastNumber)
        let before = applications[key]?.changes ?? 0
        defer { changes += (applications[key]?.changes ?? 0) - before }
        return try body(&applications[key, default: new])
    }

    /// Changes those that are meant, and answers how many said that they were changed.
    mutating func change(
        _ filter: SubscriptionFilter, of application: String, _ body: (inout Subscription) -> Bool
    ) -> Int {
        let targets = list(filter, of: application, after: nil, limit: .max).map(\.target)
        return targets.count { change($0, of: application, body) != nil }
    }

    func list(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) -> [Subscription] {
        applications[Array(application.utf8)]?.list(filter, after: target, limit: limit) ?? []
    }

    /// The applications that have a subscription or a checkpoint, by the bytes of their names.
    func applicationNames(limit: Int) -> [String] {
        applications.filter { !$0.value.rows.isEmpty || $0.value.checkpoint > 0 }.keys
            .sorted { $0.lexicographicallyPrecedes($1) }.prefix(limit).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What is kept of the last claim of a target; nil for one that is not subscribed.
    func lastClaim(of target: PersistenceID, in application: String) -> LastClaim? {
        guard let application = applications[Array(application.utf8)], let index = application.indexes[target] else {
            return nil
        }
        return application.rows[index].lastClaim
    }

    /// Who still needs events of a stream below a position: the correlations by the names of their applications, and then the
    /// subscriptions.
    func consumers(of stream: PersistenceID, below position: Int64) -> [LogConsumer] {
        let all = applications.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { (name: String(decoding: $0.key, as: UTF8.self), rows: $0.value) }
        let correlations = all.filter {
            $0.rows.checkpoint < position && ($0.rows.checkpoint > 0 || !$0.rows.rows.isEmpty)
        }
        .map { LogConsumer(.correlation(application: $0.name), at: $0.rows.checkpoint) }
        let subscriptions = all.flatMap { $0.rows.list(.all, after: nil, limit: .max) }
            .compactMap { LogConsumer($0, of: stream, below: position) }
        return correlations + subscriptions
    }

    /// The lanes in which something can be claimed, by the bytes of their names.
    func lanes(of application: String) -> [String] {
        guard let application = applications[Array(application.utf8)] else { return [] }
        let names = application.lanes.lazy.filter { $0.lowest.first != nil }.map(\.name)
        return Array(names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.prefix(Subscription.mostLanes))
    }

    func nextDue(of application: String) -> Timestamp? {
        guard let application = applications[Array(application.utf8)] else { return nil }
        return [application.leased.first, application.waiting.first].compactMap { $0?.first }.min()
            .map { Timestamp(microseconds: $0) }
    }
}

import Actors

/// A store in memory that keeps subscriptions, behind its lock.
protocol SubscriptionMemory: Sendable {
    /// Answers from the rows while nobody writes.
    ///
    /// - Parameter application: whose rows are asked for.
    func askSubscriptions<Answer: Sendable>(
        of application: String, _ body: (SubscriptionRows) throws -> Answer
    ) throws -> Answer

    /// Changes the rows.
    ///
    /// - Parameter applications: whose rows are changed.
    func changeSubscriptions<Answer: Sendable>(
        of applications: [String], _ body: (inout SubscriptionRows) throws -> Answer
    ) throws -> Answer
}

extension InMemoryStore: SubscriptionStore, SubscriptionMemory {
    func askSubscriptions<Answer: Sendable>(
        of application: String, _ body: (SubscriptionRows) throws -> Answer
    ) throws -> Answer {
        try read { try body($0.subscriptions) }
    }

    func changeSubscriptions<Answer: Sendable>(
        of applications: [String], _ body: (inout SubscriptionRows) throws -> Answer
    ) throws -> Answer {
        try write { try $0.changeSubscriptions(body) }
    }
}

// Each application goes on where it stands beneath, as soon as the sandbox is asked for it.
extension SandboxStore: SubscriptionStore, SubscriptionMemory {
    func askSubscriptions<Answer: Sendable>(
        of application: String, _ body: (SubscriptionRows) throws -> Answer
    ) throws -> Answer {
        try read { state in
            try state.adopt(application)
            return try body(state.memory.subscriptions)
        }
    }

    func changeSubscriptions<Answer: Sendable>(
        of applications: [String], _ body: (inout SubscriptionRows) throws -> Answer
    ) throws -> Answer {
        try write { state in
            for application in applications { try state.adopt(application) }
            return try state.memory.changeSubscriptions(body)
        }
    }
}

extension MemoryState {
    fileprivate mutating func changeSubscriptions<Answer>(
        _ body: (inout SubscriptionRows) throws -> Answer
    ) rethrows -> Answer {
        let before = subscriptions.changes
        defer { if subscriptions.changes != before { changes += 1 } }
        return try body(&subscriptions)
    }
}

extension SubscriptionMemory {
    @discardableResult
    public func subscribe(_ subscriptions: [NewSubscription], of application: String) async throws -> Int {
        try Subscription.require(subscriptions, of: application)
        return try changeSubscriptions(of: [application]) { $0.subscribe(subscriptions, of: application) }
    }

    @discardableResult
    public func correlated(
        _ subscriptions: [NewSubscription], through position: Int64, of application: String, at now: Timestamp
    ) async throws -> Correlation {
        try Subscription.require(subscriptions, of: application)
        return try changeSubscriptions(of: [application]) { rows in
            let before = rows.checkpoint(of: application)
            let subscribed = rows.subscribe(subscriptions, of: application, behind: before)
            return Correlation(subscribed: subscribed, checkpoint: rows.advance(application, to: position))
        }
    }

    public func checkpoint(of application: String) async throws -> Int64 {
        try Subscription.require([], of: application)
        return try askSubscriptions(of: application) { $0.checkpoint(of: application) }
    }

    public func claim(
        _ places: ClaimPlaces, in lane: String?, of application: String, for term: Duration, by holder: WriterID,
        at now: Timestamp
    ) async throws -> [SubscriptionClaim] {
        try Subscription.require(application: application, lane: lane, term: term)
        return try changeSubscriptions(of: [application]) {
            try $0.claim(places, in: lane, of: application, for: term, by: holder, at: now)
        }
    }

    public func lanes(of application: String) async throws -> [String] {
        try Subscription.require([], of: application)
        return try askSubscriptions(of: application) { $0.lanes(of: application) }
    }

    @discardableResult
    public func renew(
        _ claims: [SubscriptionClaim], for term: Duration, at now: Timestamp
    ) async throws -> [SubscriptionClaim] {
        try Subscription.require(term: term)
        return try changeSubscriptions(of: claims.map(\.subscription.application)) { rows in
            claims.compactMap { claim in
                let known = claim.subscription
                return rows.change(known.target, of: known.application) { row in
                    row.renew(claim, until: now.adding(term))
                }.map { SubscriptionClaim($0, isLagging: claim.isLagging) }
            }
        }
    }

    @discardableResult
    public func ack(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription] {
        try end(acknowledgements) { $0.ack($1) }
    }

    @discardableResult
    public func block(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription] {
        try end(acknowledgements) { $0.block($1, at: now) }
    }

    @discardableResult
    public func `defer`(_ filter: SubscriptionFilter, of application: String, until: Timestamp) async throws -> Int {
        try change(filter, of: application) { row in
            row.due = until
            return true
        }
    }

    @discardableResult
    public func reset(_ filter: SubscriptionFilter, of application: String) async throws -> Int {
        try change(filter, of: application) { row in
            row.reset()
            return true
        }
    }

    @discardableResult
    public func unblock(_ filter: SubscriptionFilter, of application: String) async throws -> Int {
        try change(filter, of: application) { $0.unblock() }
    }

    @discardableResult
    public func prioritize(
        _ filter: SubscriptionFilter, of application: String, to priority: Int64
    ) async throws -> Int {
        try change(filter, of: application) { row in
            row.priority = priority
            return true
        }
    }

    public func list(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) async throws -> [Subscription] {
        try Subscription.require([], of: application)
        return try askSubscriptions(of: application) {
            $0.list(filter, of: application, after: target, limit: limit)
        }
    }

    public func nextDue(of application: String) async throws -> Timestamp? {
        try Subscription.require([], of: application)
        return try askSubscriptions(of: application) { $0.nextDue(of: application) }
    }

    private func end(
        _ acknowledgements: [Acknowledgement], _ body: (inout Subscription, Acknowledgement) -> Bool
    ) throws -> [Subscription] {
        try Subscription.require(acknowledgements)
        return try changeSubscriptions(of: acknowledgements.map(\.claim.subscription.application)) { rows in
            acknowledgements.compactMap { done in
                let claim = done.claim.subscription
                return rows.change(claim.target, of: claim.application) { body(&$0, done) }
            }
        }
    }

    private func change(
        _ filter: SubscriptionFilter, of application: String, _ body: (inout Subscription) -> Bool
    ) throws -> Int {
        try Subscription.require([], of: application)
        return try changeSubscriptions(of: [application]) { $0.change(filter, of: application, body) }
    }
}

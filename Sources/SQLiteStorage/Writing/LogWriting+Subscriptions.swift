internal import Actors
internal import CSQLite
internal import EventSourcing

extension LogWriting {
    private var subscriptionSlots: SubscriptionSlots { reading.subscriptionSlots }

    /// Registers targets, and answers how many were new.
    ///
    /// - Parameter correlated: up to where everything was correlated before.
    func subscribe(
        _ subscriptions: [NewSubscription], of application: String, behind correlated: Int64 = 0
    ) throws -> Int {
        var count = 0
        for new in subscriptions {
            if let known = try reading.subscription(of: application, new.target) {
                _ = try change(known) { row in
                    row.subscribe(new, behind: correlated)
                    return true
                }
            } else {
                var row = Subscription(new, of: application)
                row.begin(behind: correlated)
                try insert(row)
                count += 1
            }
        }
        return count
    }

    /// Registers targets, and moves the checkpoint on.
    func correlated(
        _ subscriptions: [NewSubscription], through position: Int64, of application: String, at now: Timestamp
    ) throws -> Correlation {
        let before = try reading.checkpoint(of: application) ?? 0
        let count = try subscribe(subscriptions, of: application, behind: before)
        if position > before {
            try subscriptionSlots.advance.use(on: connection) { statement in
                try statement.bind(LogReading.checkpointName(of: application), at: 1)
                try statement.bind(position, at: 2)
                try statement.bind(now.microseconds, at: 3)
                try statement.run()
            }
        }
        return Correlation(subscribed: count, checkpoint: max(before, position))
    }

    /// Leases what a claim takes.
    func claim(
        _ places: ClaimPlaces, in lane: String?, of application: String, for term: Duration, by holder: WriterID,
        at now: Timestamp
    ) throws -> [SubscriptionClaim] {
        let until = now.adding(term)
        try wake(application, at: now)
        try shorten(behind: Subscription.latestEnd(for: term, at: now), of: application, to: until)
        // Nothing is written before it is known that all can be.
        let claims = try reading.frontier(of: application, in: lane, for: places).choose(places).map { choice in
            guard var row = try reading.subscription(choice.row.key, of: application) else {
                throw StoreError(.corrupt, detail: "an index of its subscriptions names one that is not there")
            }
            try row.subscription.claim(by: holder, until: until)
            return (row: row, isLagging: choice.isLagging)
        }
        for claim in claims { try putLease(claim.row) }
        return claims.map { SubscriptionClaim($0.row.subscription, isLagging: $0.isLagging) }
    }

    /// Lets claims that are still held go on, and answers those.
    func renew(_ claims: [SubscriptionClaim], until: Timestamp) throws -> [SubscriptionClaim] {
        try claims.compactMap { claim in
            let known = claim.subscription
            guard var row = try reading.subscription(of: known.application, known.target) else { return nil }
            let end = row.subscription.holding?.until
            guard row.subscription.renew(claim, until: until) else { return nil }
            if row.subscription.holding?.until != end { try putLease(row) }
            return SubscriptionClaim(row.subscription, isLagging: claim.isLagging)
        }
    }

    private func wake(_ application: String, at now: Timestamp) throws {
        for key in try keys(subscriptionSlots.runOut, of: application, at: now) {
            _ = try reading.subscription(key, of: application).map { row in
                try change(row) { row in
                    row.giveUp()
                    return true
                }
            }
        }
        for key in try keys(subscriptionSlots.come, of: application, at: now) {
            _ = try reading.subscription(key, of: application).map { row in
                try change(row) { row in
                    row.due = nil
                    return true
                }
            }
        }
    }

    private func shorten(behind latest: Timestamp, of application: String, to until: Timestamp) throws {
        for key in try keys(subscriptionSlots.tooLong, of: application, at: latest) {
            guard var row = try reading.subscription(key, of: application) else { continue }
            row.subscription.shorten(to: until)
            try putLease(row)
        }
    }

    private func keys(_ slot: StatementSlot, of application: String, at now: Timestamp) throws -> [Int64] {
        try slot.use(on: connection) { statement in
            try statement.bind(application, at: 1)
            try statement.bind(now.microseconds, at: 2)
            try statement.bind(Int64(Subscription.wokenAtOnce), at: 3)
            var keys: [Int64] = []
            while try statement.step() { keys.append(statement.integer(at: 0) ?? 0) }
            return keys
        }
    }

    /// Ends claims, and answers the subscriptions whose claim was still held.
    func end(
        _ acknowledgements: [Acknowledgement], _ body: (inout Subscription, Acknowledgement) -> Bool
    ) throws -> [Subscription] {
        try acknowledgements.compactMap { done in
            let claim = done.claim.subscription
            guard let row = try reading.subscription(of: claim.application, claim.target) else { return nil }
            return try change(row) { body(&$0, done) }
        }
    }

    /// Changes those that are meant, and answers how many said that they were changed.
    func changeSubscriptions(
        _ filter: SubscriptionFilter, of application: String, _ body: (inout Subscription) -> Bool
    ) throws -> Int {
        // However many there are, only so many are in memory; those that are named are there already.
        let size = filter.names == nil ? 1_000 : .max
        var (count, last) = (0, PersistenceID?.none)
        while true {
            let page = try reading.subscriptions(filter, of: application, after: last, limit: size)
            count += try page.count { try change($0, body) != nil }
            guard page.count == size, let end = page.last else { return count }
            last = end.subscription.target
        }
    }

    // MARK: - Rows

    private func change(
        _ known: LogReading.SubscriptionRow, _ body: (inout Subscription) -> Bool
    ) throws -> Subscription? {
        var row = known.subscription
        guard body(&row) else { return nil }
        if row != known.subscription { try put(row, at: known.key) }
        return row
    }

    /// Inserts subscriptions that are not there, as they stand.
    func insert(_ subscriptions: [Subscription]) throws {
        for row in subscriptions {
            try insert(row)
            guard let known = try reading.subscription(of: row.application, row.target) else { continue }
            try put(row, at: known.key)
        }
    }

    /// Inserts one that nothing has become of yet.
    private func insert(_ row: Subscription) throws {
        try subscriptionSlots.insert.use(on: connection) { statement in
            try statement.bind(row.application, at: 1)
            try statement.bind(row.target.description, at: 2)
            try statement.bind(row.source?.description, at: 3)
            try statement.bind(row.lane, at: 4)
            try statement.bind(row.priority, at: 5)
            try statement.bind(row.watermark, at: 6)
            try statement.bind(row.workMark, at: 7)
            try statement.run()
        }
    }

    /// Writes who has claimed one, and until when.
    private func putLease(_ row: LogReading.SubscriptionRow) throws {
        try subscriptionSlots.lease.use(on: connection) { statement in
            try statement.bind(row.key, at: 1)
            try statement.bind(row.subscription.holding?.holder.ulid, at: 2)
            try statement.bind(row.subscription.fencingNumber, at: 3)
            try statement.bind(row.subscription.holding?.until, at: 4)
            try statement.run()
        }
    }

    private func put(_ row: Subscription, at key: Int64) throws {
        try subscriptionSlots.update.use(on: connection) { statement in
            try statement.bind(key, at: 1)
            try statement.bind(row.source?.description, at: 2)
            try statement.bind(row.lane, at: 3)
            try statement.bind(row.priority, at: 4)
            try statement.bind(row.watermark, at: 5)
            try statement.bind(row.workMark, at: 6)
            try statement.bind(row.retries, at: 7)
            try statement.bind(row.handledText, at: 8)
            try statement.bind(row.blocked, at: 9)
            try statement.bind(row.failure?.text, at: 10)
            try statement.bind(row.holding?.holder.ulid, at: 11)
            try statement.bind(row.fencingNumber, at: 12)
            try statement.bind(row.holding?.until, at: 13)
            try statement.bind(row.due, at: 14)
            try statement.run()
        }
    }
}

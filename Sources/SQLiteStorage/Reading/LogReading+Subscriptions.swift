internal import Actors
internal import CSQLite
internal import EventSourcing

extension LogReading {
    /// A subscription with its key.
    struct SubscriptionRow {
        var key: Int64
        var subscription: Subscription
    }

    /// The checkpoint of an application's correlation; nil where there is none.
    func checkpoint(of application: String) throws -> Int64? {
        try subscriptionSlots.checkpoint.use(on: connection) { statement in
            try statement.bind(Self.checkpointName(of: application), at: 1)
            return try statement.step() ? statement.integer(at: 0) : nil
        }
    }

    /// Other checkpoints have other names.
    static func checkpointName(of application: String) -> String { "correlation of \(application)" }

    /// The subscription of a target.
    func subscription(of application: String, _ target: PersistenceID) throws -> SubscriptionRow? {
        try subscriptionSlots.byTarget.use(on: connection) { statement in
            try statement.bind(application, at: 1)
            try statement.bind(target.description, at: 2)
            return try statement.step() ? try Self.row(statement, of: application) : nil
        }
    }

    /// The subscription with a key.
    func subscription(_ key: Int64, of application: String) throws -> SubscriptionRow? {
        try subscriptionSlots.byKey.use(on: connection) { statement in
            try statement.bind(key, at: 1)
            return try statement.step() ? try Self.row(statement, of: application) : nil
        }
    }

    /// What the file keeps of the last claim of a target.
    func lastClaim(of target: PersistenceID, in application: String) throws -> LastClaim? {
        try subscriptionSlots.lastClaim.use(on: connection) { statement in
            try statement.bind(application, at: 1)
            try statement.bind(target.description, at: 2)
            guard try statement.step() else { return nil }
            func corrupt(_ detail: String) -> StoreError { StoreError(.corrupt, stream: target, detail: detail) }
            guard let number = statement.integer(at: 0), number >= 0 else {
                throw corrupt("its subscription has a number below zero")
            }
            guard statement.integer(at: 1) != nil else { return LastClaim(fencingNumber: number, holder: nil) }
            guard let holder = statement.ulid(at: 2) else { throw corrupt("its subscription is held by nobody") }
            return LastClaim(fencingNumber: number, holder: WriterID(holder))
        }
    }

    /// Those that are meant, behind a target, in the order of their names.
    ///
    /// - Parameter isPassingOver: whether what is damaged is left out of the answer, which is incomplete then; any damage
    ///   is thrown otherwise.
    func subscriptions(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int,
        passingOver isPassingOver: Bool = false
    ) throws -> [SubscriptionRow] {
        guard limit > 0 else { return [] }
        let behind = target?.description
        var found: [SubscriptionRow] = []
        func take(_ statement: borrowing Statement) throws {
            guard let row = try readRow(statement, of: application, passingOver: isPassingOver) else { return }
            let name = row.subscription.target.description
            if behind?.utf8.lexicographicallyPrecedes(name.utf8) ?? true, filter.matches(row.subscription) {
                found.append(row)
            }
        }
        if let names = filter.names {
            for name in names where found.count < limit {
                try subscriptionSlots.byTarget.use(on: connection) { statement in
                    try statement.bind(application, at: 1)
                    try statement.bind(name.description, at: 2)
                    if try statement.step() { try take(statement) }
                }
            }
            return found
        }
        let prefix = filter.prefix
        let slot = filter.isBlocked == true ? subscriptionSlots.blockedFromName : subscriptionSlots.fromName
        try slot.use(on: connection) { statement in
            try statement.bind(application, at: 1)
            try statement.bind(
                behind.map { $0.utf8.lexicographicallyPrecedes(prefix.utf8) ? prefix : $0 } ?? prefix, at: 2)
            while found.count < limit, try statement.step() {
                guard (statement.text(at: 1) ?? "").utf8.starts(with: prefix.utf8) else { break }
                try take(statement)
            }
        }
        return found
    }

    /// When the next lease runs out or the next due time comes.
    func nextDue(of application: String) throws -> Timestamp? {
        let slots = [subscriptionSlots.earliestLease, subscriptionSlots.earliestDue]
        return try slots.compactMap { slot in
            try slot.use(on: connection) { statement in
                try statement.bind(application, at: 1)
                return try statement.step() ? statement.integer(at: 0) : nil
            }
        }.min().map { Timestamp(microseconds: $0) }
    }

    // MARK: - What can be claimed

    /// The beginnings of an application's frontier in each lane, or in one.
    func frontier(of application: String, in lane: String?, for places: ClaimPlaces) throws -> Frontier {
        let slots = subscriptionSlots
        let needed = Frontier.needed(for: places)
        var frontier = Frontier()
        var next = try lane ?? nextLane(of: application, after: "")
        while let found = next {
            frontier.byPriority += try rows(slots.byPriority, of: application, in: found, needed.byPriority)
            frontier.lowest += try rows(slots.lowest, of: application, in: found, needed.lowest)
            frontier.highest += try highest(of: application, in: found, needed.highest)
            next = lane == nil ? try nextLane(of: application, after: found) : nil
        }
        return frontier
    }

    /// The lanes in which something can be claimed.
    func lanes(of application: String) throws -> [String] {
        var lanes: [String] = []
        while lanes.count < Subscription.mostLanes, let next = try nextLane(of: application, after: lanes.last ?? "") {
            lanes.append(next)
        }
        return lanes
    }

    private func nextLane(of application: String, after lane: String) throws -> String? {
        try subscriptionSlots.nextLane.use(on: connection) { statement in
            try statement.bind(application, at: 1)
            try statement.bind(lane, at: 2)
            guard try statement.step() else { return nil }
            // A text that had to be repaired is no bound to go on from: the claim would come by it for ever.
            guard let found = statement.text(at: 0), let stored = statement.bytes(at: 0),
                stored.elementsEqual(found.utf8)
            else { throw StoreError(.corrupt, detail: "a subscription has a lane that is no text") }
            return found
        }
    }

    private func rows(
        _ slot: StatementSlot, of application: String, in lane: String, _ limit: Int, at watermark: Int64? = nil
    ) throws -> [Frontier.Row] {
        guard limit > 0 else { return [] }
        return try slot.use(on: connection) { statement in
            try statement.bind(application, at: 1)
            try statement.bind(lane, at: 2)
            try statement.bind(Int64(limit), at: 3)
            if let watermark { try statement.bind(watermark, at: 4) }
            var rows: [Frontier.Row] = []
            while try statement.step() {
                rows.append(
                    Frontier.Row(
                        key: statement.integer(at: 0) ?? 0, priority: statement.integer(at: 3) ?? 0,
                        watermark: statement.integer(at: 1) ?? 0, name: statement.text(at: 2) ?? ""))
            }
            return rows
        }
    }

    private func highest(of application: String, in lane: String, _ limit: Int) throws -> [Frontier.Row] {
        var found: [Frontier.Row] = []
        var bound = Int64.max
        while found.count < limit {
            let watermark = try subscriptionSlots.highest.use(on: connection) { statement -> Int64? in
                try statement.bind(application, at: 1)
                try statement.bind(lane, at: 2)
                try statement.bind(bound, at: 3)
                return try statement.step() ? statement.integer(at: 0) : nil
            }
            guard let watermark else { break }
            found += try rows(
                subscriptionSlots.atWatermark, of: application, in: lane, limit - found.count, at: watermark)
            if watermark == .min { break }
            bound = watermark - 1
        }
        return found
    }

    // MARK: - Rows

    /// The row that a statement stands at, or nil where it is damaged and may be passed over.
    private func readRow(
        _ statement: borrowing Statement, of application: String, passingOver isPassingOver: Bool
    ) throws -> SubscriptionRow? {
        guard isPassingOver else { return try Self.row(statement, of: application) }
        return try passingOver {
            try Self.row(statement, of: application) { _ in isIncomplete = true }
        }
    }

    /// - Parameter onDamage: is told what is wrong with a part that the row can be without; throws it, unless another is given.
    private static func row(
        _ statement: borrowing Statement, of application: String, onDamage: (StoreError) throws -> Void = { throw $0 }
    ) throws -> SubscriptionRow {
        guard let target = try? PersistenceID(parsing: statement.text(at: 1) ?? "") else {
            throw StoreError(.corrupt, detail: "a subscription has a target that no stream can be")
        }
        func corrupt(_ detail: String) -> StoreError { StoreError(.corrupt, stream: target, detail: detail) }
        guard let watermark = statement.integer(at: 5), watermark >= 0,
            let retries = statement.integer(at: 7), retries >= 0,
            let fencingNumber = statement.integer(at: 12), fencingNumber >= 0
        else { throw corrupt("its subscription has a number below zero") }
        var row = Subscription(
            NewSubscription(
                target, lane: statement.text(at: 3) ?? "", priority: statement.integer(at: 4) ?? 0,
                workMark: statement.integer(at: 6) ?? 0),
            of: application)
        (row.watermark, row.retries, row.fencingNumber) = (watermark, retries, fencingNumber)
        if let source = statement.text(at: 2) {
            guard let pattern = try? StreamPattern(parsing: source) else {
                throw corrupt("its subscription has a source that is no pattern")
            }
            row.source = pattern
        }
        if let handled = statement.text(at: 8) {
            if let names = Subscription.handled(text: handled) {
                row.handled = names
            } else {
                try onDamage(corrupt("its subscription has no list of the reactions that are done"))
            }
        }
        if let text = statement.text(at: 10) {
            row.failure = SubscriptionFailure(text: text)
            if row.failure == nil { try onDamage(corrupt("its subscription does not say what failed")) }
        }
        row.blocked = statement.integer(at: 9).map { Timestamp(microseconds: $0) }
        row.due = statement.integer(at: 14).map { Timestamp(microseconds: $0) }
        if let until = statement.integer(at: 13) {
            guard let holder = statement.ulid(at: 11) else { throw corrupt("its subscription is held by nobody") }
            row.holding = Subscription.Holding(holder: WriterID(holder), until: Timestamp(microseconds: until))
        }
        return SubscriptionRow(key: statement.integer(at: 0) ?? 0, subscription: row)
    }
}

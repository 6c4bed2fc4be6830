public import EventSourcing

// What is done is remembered in the stream `Operations|<application>`, with the name of whoever did it where one is given.
extension Application {
    /// Lets subscriptions begin again at the first event: not blocked, not waiting, and no worker's any more.
    ///
    /// Throws `StoreError`, and `OperatingError.notRemembered`.
    ///
    /// - Parameters:
    ///   - filter: which; see `StreamPattern(parsing:)` for a pattern that somebody typed.
    ///   - operatorName: who does it.
    ///   - dryRun: whether nothing is done, and the answer says what would be.
    @discardableResult
    public func reset(
        _ filter: SubscriptionFilter, by operatorName: String? = nil, dryRun: Bool = false
    ) async throws -> SubscriptionOperation {
        try await operate("SubscriptionsReset", on: filter, by: operatorName, dryRun: dryRun) { store, name in
            try await store.reset(filter, of: name)
        }
    }

    /// Lets blocked subscriptions go on where they stood, with new tries; those that are not blocked do not count.
    ///
    /// Throws `StoreError`, and `OperatingError.notRemembered`.
    @discardableResult
    public func unblock(
        _ filter: SubscriptionFilter, by operatorName: String? = nil, dryRun: Bool = false
    ) async throws -> SubscriptionOperation {
        var blocked = filter
        if filter.isBlocked == nil { blocked.isBlocked = true }
        // Of those that are not blocked there is nothing to unblock.
        if filter.isBlocked == false { return SubscriptionOperation(count: 0) }
        return try await operate("SubscriptionsUnblocked", on: blocked, by: operatorName, dryRun: dryRun) {
            store, name in try await store.unblock(filter, of: name)
        }
    }

    /// Lets subscriptions wait until a moment, also one that has gone by, which ends an earlier wait; a claim that is held goes
    /// on.
    ///
    /// Throws `StoreError`, and `OperatingError.notRemembered`.
    @discardableResult
    public func deferUntil(
        _ moment: Timestamp, _ filter: SubscriptionFilter, by operatorName: String? = nil, dryRun: Bool = false
    ) async throws -> SubscriptionOperation {
        try await operate(
            "SubscriptionsDeferred", on: filter, by: operatorName, dryRun: dryRun,
            ["until": .string("\(moment)")]
        ) { store, name in try await store.defer(filter, of: name, until: moment) }
    }

    /// Gives subscriptions a priority, be it a lower one.
    ///
    /// Throws `StoreError`, and `OperatingError.notRemembered`.
    @discardableResult
    public func prioritize(
        _ filter: SubscriptionFilter, to priority: Int64, by operatorName: String? = nil, dryRun: Bool = false
    ) async throws -> SubscriptionOperation {
        try await operate(
            "SubscriptionsPrioritized", on: filter, by: operatorName, dryRun: dryRun,
            ["priority": .number(JSONNumber(priority))]
        ) { store, name in try await store.prioritize(filter, of: name, to: priority) }
    }

    /// Cancels the reaction that runs for a target in this process, which counts as a failure of it; answers whether one did.
    ///
    /// Throws `OperatingError.notRemembered`.
    @discardableResult
    public func cancel(_ target: PersistenceID, by operatorName: String? = nil) async throws -> Bool {
        try await cancel([target], by: operatorName) > 0
    }

    /// Cancels the reactions that run for targets in this process, which counts as a failure of each; answers for how many.
    ///
    /// Throws `OperatingError.notRemembered`.
    @discardableResult
    public func cancel(_ targets: [PersistenceID], by operatorName: String? = nil) async throws -> Int {
        let cancelled = targets.filter(cancelRunning)
        if !cancelled.isEmpty {
            try await remember(
                OperationNote(
                    "ReactionsCancelled", of: cancelled.count, by: operatorName,
                    ["filter": .string(SubscriptionFilter(.these(cancelled)).words)]),
                count: cancelled.count)
        }
        return cancelled.count
    }

    /// The subscriptions that are blocked, with why, in the order of the bytes of their targets' names.
    ///
    /// Throws `StoreError`.
    ///
    /// - Parameters:
    ///   - filter: of which.
    ///   - target: goes on behind this one.
    ///   - limit: how many at most.
    public func blocked(
        _ filter: SubscriptionFilter = .all, after target: PersistenceID? = nil, limit: Int = 100
    ) async throws -> [Subscription] {
        if filter.isBlocked == false { return [] }
        var blocked = filter
        blocked.isBlocked = true
        return try await store.list(blocked, of: name, after: target, limit: limit)
    }

    /// What streams come to, without reading the events between their ends; throws `StoreError`.
    public func statistics(
        of streams: [PersistenceID], _ query: StatisticsQuery = StatisticsQuery([.first, .count])
    ) async throws -> [StreamStatistics] {
        try await store.statistics(of: streams, query)
    }

    private func operate(
        _ type: String, on filter: SubscriptionFilter, by operatorName: String?, dryRun: Bool,
        _ details: JSONObject = [:], _ body: (any ReactionStore, String) async throws -> Int
    ) async throws -> SubscriptionOperation {
        if dryRun { return try await preview(filter) }
        let count = try await body(store, name)
        if count > 0 {
            var values: JSONObject = ["filter": .string(filter.words)]
            for detail in details { values[detail.key] = detail.value }
            try await remember(OperationNote(type, of: count, by: operatorName, values), count: count)
        }
        return SubscriptionOperation(count: count)
    }

    private func preview(_ filter: SubscriptionFilter) async throws -> SubscriptionOperation {
        var operation = SubscriptionOperation(count: 0)
        var last: PersistenceID?
        while true {
            let found = try await store.list(filter, of: name, after: last, limit: 1_000)
            operation.count += found.count
            operation.subscriptions += found.prefix(
                SubscriptionOperation.previewed - operation.subscriptions.count)
            guard found.count == 1_000 else { return operation }
            last = found.last?.target
        }
    }
}

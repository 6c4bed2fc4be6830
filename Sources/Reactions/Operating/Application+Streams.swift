public import EventSourcing

// Each stream is changed by itself, and all of them are remembered as one operation, also where a later one fails.
//
// What can't be done to a stream is said in the answer, and the others are changed all the same. Of streams that a pattern
// finds, those do not count for which there is nothing to do.
extension Application {
    /// Closes streams of aggregates, as closing one does.
    ///
    /// Throws `StoreError`, and `OperatingError.notRemembered`.
    ///
    /// - Parameters:
    ///   - filter: which; see `StreamPattern(parsing:)` for a pattern that somebody typed.
    ///   - operatorName: who does it.
    ///   - dryRun: whether nothing is done, and the answer says what would be.
    @discardableResult
    public func close(
        _ filter: StreamFilter, by operatorName: String? = nil, dryRun: Bool = false
    ) async throws -> StreamOperation {
        try await change(filter, noting: "StreamsClosed", by: operatorName, dryRun: dryRun) { stream in
            try await close(stream, by: operatorName, dryRun: dryRun)
            return 0
        }
    }

    /// Opens streams that were closed; throws as closing them does.
    @discardableResult
    public func reopen(
        _ filter: StreamFilter, by operatorName: String? = nil, dryRun: Bool = false
    ) async throws -> StreamOperation {
        try await change(filter, noting: "StreamsReopened", by: operatorName, dryRun: dryRun) { stream in
            try await reopen(stream, by: operatorName, dryRun: dryRun)
            return 0
        }
    }

    /// Lets streams begin anew from their states, as restarting one does; those without events do not count.
    ///
    /// Throws what a state throws that can't be read, `StoreError`, and `OperatingError`: `store` for a store that can't do
    /// that, and `notRemembered`.
    @discardableResult
    public func restart(
        _ filter: StreamFilter, by operatorName: String? = nil, dryRun: Bool = false
    ) async throws -> StreamOperation {
        try await change(filter, noting: "StreamsRestarted", by: operatorName, dryRun: dryRun) { stream in
            if try await store.head(of: stream)?.eventCount == 0 { return nil }
            return try await beginAnew(stream, dryRun: dryRun).events
        }
    }

    /// Deletes the events of streams below a number, of each as truncating one does; those of which none go do not count.
    ///
    /// Throws `StoreError`, and `OperatingError`: `store` for a store that can't do that, and `notRemembered`.
    @discardableResult
    public func truncate(
        _ filter: StreamFilter, before number: Int64, by operatorName: String? = nil, dryRun: Bool = false
    ) async throws -> StreamOperation {
        try await change(
            filter, noting: "StreamsTruncated", by: operatorName, dryRun: dryRun,
            ["before": .number(JSONNumber(number))]
        ) { stream in
            let events = try await shorten(stream, before: number, dryRun: dryRun).events
            return events == 0 ? nil : events
        }
    }

    // MARK: -

    /// Does something to each stream, which answers how many events went, and nil where there was nothing to do.
    private func change(
        _ filter: StreamFilter, noting type: String, by operatorName: String?, dryRun: Bool,
        _ details: JSONObject = [:], _ body: (PersistenceID) async throws -> Int?
    ) async throws -> StreamOperation {
        var operation = StreamOperation()
        var failure: (any Error)?
        do {
            try await visit(filter) { stream in
                do {
                    if let events = try await body(stream) { operation.add(stream, events: events) }
                } catch let error as OperatingError where error.isOfOneStream {
                    if !error.saysNothingToDo || filter.isByName { operation.refuse(stream, because: error) }
                } catch let error as ConcurrencyError {
                    operation.refuse(stream, because: error)
                }
            }
        } catch {
            failure = error
        }
        if operation.count > 0, !dryRun {
            var values: JSONObject = ["filter": .string(filter.streamWords)]
            for detail in details { values[detail.key] = detail.value }
            if operation.events > 0 { values["events"] = .number(JSONNumber(operation.events)) }
            try await remember(
                OperationNote(type, of: operation.count, by: operatorName, values), count: operation.count)
        }
        if let failure { throw failure }
        return operation
    }

    /// Goes through streams page by page: those that are named in the order of their names, others in the store's.
    private func visit(_ filter: StreamFilter, _ body: (PersistenceID) async throws -> Void) async throws {
        let subscriptions = SubscriptionFilter(filter)
        guard case .matching(let pattern) = filter else {
            for stream in subscriptions.names ?? [] { try await body(stream) }
            return
        }
        let limit = 500
        var last: PersistenceID?
        while true {
            let page = try await store.streams(after: last, prefix: subscriptions.prefix, limit: limit)
            for stream in page.map(\.persistenceID) where pattern.matches(stream.description) { try await body(stream) }
            guard page.count == limit else { return }
            last = page.last?.persistenceID
        }
    }
}

extension StreamFilter {
    fileprivate var isByName: Bool { if case .these = self { true } else { false } }
}

extension OperatingError {
    /// Whether it is about one stream, and others may go on.
    fileprivate var isOfOneStream: Bool {
        switch self {
        case .store, .notRemembered: false
        default: true
        }
    }

    /// Whether a stream that nobody named is not meant.
    fileprivate var saysNothingToDo: Bool {
        switch self {
        case .noAggregate, .noStream, .isClosed, .isOpen: true
        default: false
        }
    }
}

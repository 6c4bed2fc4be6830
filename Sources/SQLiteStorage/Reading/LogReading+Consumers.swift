internal import EventSourcing

extension LogReading {
    /// Who has not come to a position: correlations, subscriptions that a stream feeds, projections, and readers.
    ///
    /// It goes through all of them, and is asked only before events are deleted.
    func consumers(of stream: PersistenceID, below position: Int64, limit: Int) throws -> [LogConsumer] {
        var correlations: [ExactText: Int64] = [:]
        var readers: [LogConsumer] = []
        try each("SELECT name, position FROM checkpoints ORDER BY name") { row in
            let (name, reached) = (row.text(at: 0) ?? "", row.anyInteger(at: 1))
            if let application = name.behind(Self.checkpointName(of: "")) {
                correlations[ExactText(application)] = reached
            } else if let reader = name.behind(Self.row(ofCheckpoint: "")), reached < position {
                readers.append(LogConsumer(.reader(reader), at: reached))
            }
        }
        var subscribers: [LogConsumer] = []
        try each("SELECT DISTINCT application FROM subscriptions ORDER BY application") { row in
            let application = row.text(at: 0) ?? ""
            correlations[ExactText(application), default: 0] += 0
            let fed = try subscriptions(
                SubscriptionFilter(fedBy: [stream]), of: application, after: nil, limit: .max)
            subscribers += fed.compactMap { LogConsumer($0.subscription, of: stream, below: position) }
        }
        var versions: [ProjectionDescription] = []
        try each("SELECT DISTINCT name FROM projections ORDER BY name") { row in
            versions += try self.versions(of: row.text(at: 0) ?? "")
        }
        let found =
            correlations.filter { $0.value < position }
            .sorted { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }
            .map { LogConsumer(.correlation(application: $0.key.text), at: $0.value) }
            + subscribers + LogConsumer.behind(versions, below: position) + readers
        return Array(found.prefix(max(0, limit)))
    }

    /// The first one who has not come to a stream's last event up to a number, and is not known to need nothing.
    func consumer(of stream: PersistenceID, upTo number: Int64, besides known: [LogConsumer]) throws -> LogConsumer? {
        guard number > 0, let key = try keyedHead(of: stream)?.key else { return nil }
        let last = try slots.lastPositionUpTo.use(on: connection) { statement in
            try statement.bind(key, at: 1)
            try statement.bind(number, at: 2)
            return try statement.step() ? statement.integer(at: 0) : nil
        }
        guard let position = last else { return nil }
        let found = try consumers(of: stream, below: position, limit: .max)
        return LogConsumer.first(of: found, besides: known)
    }

    private func each(_ sql: String, _ body: (borrowing Statement) throws -> Void) throws {
        let statement = try Statement(sql, on: connection)
        while try statement.step() { try body(statement) }
    }
}

extension String {
    /// What follows a beginning; nil where it has another one.
    fileprivate func behind(_ beginning: String) -> String? {
        utf8.starts(with: beginning.utf8) ? String(decoding: utf8.dropFirst(beginning.utf8.count), as: UTF8.self) : nil
    }
}

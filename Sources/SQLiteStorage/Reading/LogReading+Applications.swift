internal import EventSourcing

// What an operator looks at, of a file that may be hostile: what can't be read is left out, and said to be.
extension LogReading {
    /// The applications that have a subscription or a checkpoint, by the bytes of their names.
    func applications(limit: Int) throws -> [String] {
        var names: [[UInt8]] = []
        var next = try applicationName(behind: [])
        // By its bytes, also where it is no text: any other bound could come by it for ever.
        while let found = next, names.count < limit {
            names.append(found)
            next = try applicationName(behind: found)
        }
        names += try correlatedNames(limit: limit)
        names.sort { $0.lexicographicallyPrecedes($1) }
        var found: [String] = []
        var last: [UInt8] = []
        for name in names where name != last && found.count < limit {
            last = name
            if let text = Self.name(name, upTo: Subscription.longestName) {
                found.append(text)
            } else {
                isIncomplete = true
            }
        }
        return found
    }

    private func applicationName(behind name: [UInt8]) throws -> [UInt8]? {
        try subscriptionSlots.nextApplication.use(on: connection) { statement in
            try statement.bindText(name, at: 1)
            return try statement.step() ? Array(statement.bytes(at: 0) ?? .init(start: nil, count: 0)) : nil
        }
    }

    private func correlatedNames(limit: Int) throws -> [[UInt8]] {
        let prefix = Array(Self.checkpointName(of: "").utf8)
        return try subscriptionSlots.checkpointNames.use(on: connection) { statement in
            try statement.bindText(prefix, at: 1)
            var names: [[UInt8]] = []
            while names.count < limit, try statement.step() {
                let name = Array(statement.bytes(at: 0) ?? .init(start: nil, count: 0))
                guard name.starts(with: prefix) else { break }
                names.append(Array(name.dropFirst(prefix.count)))
            }
            return names
        }
    }

    /// Every version of every projection, by the bytes of their names and then rising.
    func projections(limit: Int) throws -> [ProjectionDescription] {
        try projectionSlots.all.use(on: connection) { statement in
            try statement.bind(Int64(limit), at: 1)
            var found: [ProjectionDescription] = []
            while try statement.step() {
                let name = statement.bytes(at: 5).flatMap { Self.name(Array($0), upTo: Projection.longestName) }
                if let name, let known = try passingOver({ try projection(named: name, in: statement).known }) {
                    found.append(known)
                } else {
                    isIncomplete = true
                }
            }
            return found
        }
    }

    /// What is read of a row, or nil where that is damaged.
    func passingOver<Answer>(_ body: () throws -> Answer) throws -> Answer? {
        do {
            return try body()
        } catch let error as StoreError where error.reason == .corrupt {
            isIncomplete = true
            return nil
        }
    }

    /// The text of a name that can be.
    private static func name(_ bytes: [UInt8], upTo longest: Int) -> String? {
        (1...longest).contains(bytes.count) ? String(validating: bytes, as: UTF8.self) : nil
    }
}

internal import Actors
internal import EventSourcing

extension LogReading {
    /// A head with the stream's key, as the writer needs it.
    struct KeyedHead {
        var key: Int64
        var head: StreamHead
        /// Whether its name is one; else `head` has one that says so.
        var isNamed: Bool
    }

    /// How much there is; what can't be read counts for nothing.
    func totals() throws -> StoreTotals {
        let streams = try readable(slots.streamCount)
        let highWater = try readable(slots.highWater)
        let last = max(0, try readable(slots.lastPosition), highWater)
        let deleted = min(max(0, try readable(slots.deletedEvents)), last)
        return StoreTotals(streams: max(0, streams), events: last - deleted, lastPosition: last)
    }

    private func readable(_ slot: StatementSlot) throws -> Int64 {
        do {
            return try slot.use(on: connection) { try $0.step() ? $0.integer(at: 0) ?? 0 : 0 }
        } catch let error as StoreError where error.reason == .corrupt {
            isIncomplete = true
            return 0
        }
    }

    func keyedHead(of id: PersistenceID) throws -> KeyedHead? {
        if let key = try key(of: id) {
            let found = try slots.headByKey.use(on: connection) { statement in
                try statement.bind(key, at: 1)
                return try statement.step() ? try keyedHead(statement) : nil
            }
            if found == nil, try hasMoved(id, from: key) { return try keyedHead(of: id) }
            return found
        }
        return nil
    }

    /// Streams by key above one, at most `limit`, for whoever walks all of them.
    func heads(above key: Int64, limit: Int) throws -> [KeyedHead] {
        try slots.headsByKey.use(on: connection) { statement in
            try statement.bind(key, at: 1)
            try statement.bind(Int64(limit), at: 2)
            var heads: [KeyedHead] = []
            while try statement.step() { heads.append(try keyedHead(statement)) }
            return heads
        }
    }

    /// A number of a head as a store may have it, with room for one above it: a damaged file may say anything. What the
    /// events say instead is a finding.
    private static func plausible(_ number: Int64?) -> Int64 { min(max(0, number ?? 0), .max - 1) }

    private func keyedHead(_ row: borrowing Statement) throws -> KeyedHead {
        let key = row.integer(at: 0) ?? 0
        let name = Self.streamName(key, in: row, firstColumn: 1)
        return KeyedHead(
            key: key,
            head: StreamHead(
                persistenceID: name.id,
                sequenceNumber: Self.plausible(row.integer(at: 3)), deletedTo: Self.plausible(row.integer(at: 4)),
                eventCount: Self.plausible(row.integer(at: 5)),
                firstTime: Timestamp(microseconds: row.integer(at: 6) ?? 0),
                lastTime: Timestamp(microseconds: row.integer(at: 7) ?? 0),
                lastWriter: try row.integer(at: 8).flatMap { try writer($0) }, epoch: row.integer(at: 9) ?? 0),
            isNamed: name.isIntact)
    }

    func streams(_ query: StreamQuery) throws -> [StreamHead] {
        guard query.limit > 0, let prefix = NamePrefix(query) else { return [] }
        do {
            switch query.order {
            case .name: return try streamsByName(prefix, after: query.after?.persistenceID, limit: query.limit)
            case .newest: return try newestStreams(prefix, after: query.after, limit: query.limit)
            }
        } catch let error as StoreError where error.reason == .corrupt {
            let left = try salvagedStreams(prefix, query)
            if left.isEmpty, query.after == nil, query.prefix.isEmpty { throw error }
            return left
        }
    }

    /// The streams that can be read at all where an index or a page of heads is damaged.
    private func salvagedStreams(_ prefix: NamePrefix, _ query: StreamQuery) throws -> [StreamHead] {
        func isBefore(_ left: StreamHead, _ right: StreamHead) -> Bool {
            query.order == .newest && left.lastTime != right.lastTime
                ? left.lastTime > right.lastTime : left.persistenceID < right.persistenceID
        }
        var heads: [StreamHead] = []
        try salvage { keyed in
            let isWanted = query.after.map { isBefore($0, keyed.head) } ?? true
            if isWanted, prefix.covers(keyed.head.persistenceID) { heads.append(keyed.head) }
            if heads.count >= 2 * query.limit + 1_000 {
                heads.sort(by: isBefore)
                heads.removeSubrange(query.limit...)
            }
            return .next
        }
        return Array(heads.sorted(by: isBefore).prefix(query.limit))
    }

    /// The key of a stream where the index of names can't be read.
    func salvagedKey(of id: PersistenceID) throws -> Int64? {
        var key: Int64?
        try salvage { keyed in
            if keyed.head.persistenceID == id { key = keyed.key }
            return key == nil ? .next : .stop
        }
        return key
    }

    /// Visits each stream that can be read once, from both ends of the table to where it is damaged.
    private func salvage(_ visit: (KeyedHead) -> Visit) throws {
        isIncomplete = true
        var (last, isOver) = (Int64.min, false)
        for (slot, start) in [(slots.headsByKey, Int64.min), (slots.headsByKeyReversed, .max)] where !isOver {
            do {
                try slot.use(on: connection) { statement in
                    try statement.bind(start, at: 1)
                    try statement.bind(Int64(-1), at: 2)
                    while try statement.step() {
                        let keyed = try keyedHead(statement)
                        if start == .max, keyed.key <= last { return }
                        if start == .min { last = keyed.key }
                        if case .stop = visit(keyed) {
                            isOver = true
                            return
                        }
                    }
                    isOver = true
                }
            } catch let error as StoreError where error.reason == .corrupt {
                continue
            }
        }
    }

    // MARK: - By name

    private func streamsByName(_ prefix: NamePrefix, after: PersistenceID?, limit: Int) throws -> [StreamHead] {
        var heads: [StreamHead] = []
        try visitByName(prefix, after: after) { head in
            heads.append(head)
            return heads.count < limit ? .next : .stop
        }
        return heads
    }

    private func visitByName(_ prefix: NamePrefix, after: PersistenceID?, visit: (StreamHead) -> Visit) throws {
        try slots.byName.use(on: connection) { statement in
            // No stream has an empty id, so the prefix itself stands right before the first name that begins with it.
            if let after, !prefix.isAfter(after) {
                try statement.bind(after.entityType, at: 1)
                try statement.bind(after.entityID, at: 2)
                try step(through: statement, while: { prefix.covers($0.persistenceID) }, visit)
                return
            }
            try statement.bind(prefix.typePart, at: 1)
            // The prefix is itself a name that may be there: what is wanted stands at or above it.
            if let idPart = prefix.idPart {
                if let exact = try? PersistenceID(prefix.typePart, idPart), let head = try keyedHead(of: exact)?.head {
                    if case .stop = visit(head) { return }
                }
                try statement.bind(idPart, at: 2)
            } else {
                try statement.bind("", at: 2)
            }
            try step(through: statement, while: { prefix.covers($0.persistenceID) }, visit)
        }
    }

    private func step(
        through statement: borrowing Statement, while isWanted: (StreamHead) -> Bool, _ visit: (StreamHead) -> Visit
    ) throws {
        while try statement.step() {
            let head = try keyedHead(statement).head
            guard isWanted(head) else { return }
            if case .stop = visit(head) { return }
        }
    }

    // MARK: - Newest first

    /// How many of the newest streams are looked through for a prefix, before its own range is read instead.
    private static let lookedThrough = 20_000

    private func newestStreams(_ prefix: NamePrefix, after: StreamHead?, limit: Int) throws -> [StreamHead] {
        var heads: [StreamHead] = []
        var seen = 0
        func collect(_ head: StreamHead) -> Visit {
            seen += 1
            if prefix.covers(head.persistenceID) { heads.append(head) }
            return heads.count == limit || seen == Self.lookedThrough && !prefix.isEmpty ? .stop : .next
        }
        if let after {
            try slots.newestOfSameTime.use(on: connection) { statement in
                try statement.bind(after.lastTime.microseconds, at: 1)
                try statement.bind(after.persistenceID.entityType, at: 2)
                try statement.bind(after.persistenceID.entityID, at: 3)
                try step(through: statement, while: { _ in true }, collect)
            }
            if heads.count < limit, prefix.isEmpty || seen < Self.lookedThrough {
                try slots.newestBefore.use(on: connection) { statement in
                    try statement.bind(after.lastTime.microseconds, at: 1)
                    try step(through: statement, while: { _ in true }, collect)
                }
            }
        } else {
            try slots.newest.use(on: connection) { try step(through: $0, while: { _ in true }, collect) }
        }
        if heads.count == limit || prefix.isEmpty || seen < Self.lookedThrough { return heads }
        return try newestInRange(prefix, after: after, limit: limit)
    }

    /// Few of many streams have the prefix: all of them are read by name, and the newest kept.
    private func newestInRange(_ prefix: NamePrefix, after: StreamHead?, limit: Int) throws -> [StreamHead] {
        var heads: [StreamHead] = []
        func isNewer(_ left: StreamHead, _ right: StreamHead) -> Bool {
            left.lastTime == right.lastTime
                ? left.persistenceID < right.persistenceID : left.lastTime > right.lastTime
        }
        try visitByName(prefix, after: nil) { head in
            if let after, !isNewer(after, head) { return .next }
            heads.append(head)
            if heads.count >= 2 * limit + 1_000 {
                heads.sort(by: isNewer)
                heads.removeSubrange(limit...)
            }
            return .next
        }
        heads.sort(by: isNewer)
        return Array(heads.prefix(limit))
    }

    func writers() throws -> [WriterRecord] {
        try slots.writers.use(on: connection) { statement in
            var records: [WriterRecord] = []
            while try statement.step() {
                guard let id = statement.ulid(at: 0) else { continue }
                records.append(
                    WriterRecord(
                        id: WriterID(id), host: statement.text(at: 1) ?? "", process: statement.integer(at: 2) ?? 0,
                        started: Timestamp(microseconds: statement.integer(at: 3) ?? 0),
                        program: statement.text(at: 4) ?? "", version: statement.text(at: 5) ?? ""))
            }
            return records
        }
    }
}

/// What the names of wanted streams begin with, in the order in which the file keeps them: by type, then by id.
struct NamePrefix {
    let typePart: String
    /// What the id begins with; nil where the prefix ends within the type.
    let idPart: String?
    var isEmpty: Bool { typePart.isEmpty && idPart == nil }

    /// Joins a query's type and prefix; nil where no name can have both.
    init?(_ query: StreamQuery) {
        let prefix = query.prefix.utf8
        let pipe = prefix.firstIndex(of: UInt8(ascii: "|"))
        let type = String(query.prefix[..<(pipe ?? prefix.endIndex)])
        guard let wanted = query.entityType else {
            typePart = type
            idPart = pipe.map { String(query.prefix[prefix.index(after: $0)...]) }
            return
        }
        if let pipe {
            guard wanted.utf8.elementsEqual(type.utf8) else { return nil }
            idPart = String(query.prefix[prefix.index(after: pipe)...])
        } else {
            guard wanted.utf8.starts(with: type.utf8) else { return nil }
            idPart = ""
        }
        typePart = wanted
    }

    func covers(_ id: PersistenceID) -> Bool {
        guard let idPart else { return id.entityType.utf8.starts(with: typePart.utf8) }
        return id.entityType.utf8.elementsEqual(typePart.utf8) && id.entityID.utf8.starts(with: idPart.utf8)
    }

    /// Whether every name with the prefix stands behind this one.
    func isAfter(_ id: PersistenceID) -> Bool {
        if !id.entityType.utf8.elementsEqual(typePart.utf8) {
            return id.entityType.utf8.lexicographicallyPrecedes(typePart.utf8)
        }
        guard let idPart else { return false }
        return id.entityID.utf8.lexicographicallyPrecedes(idPart.utf8)
    }
}

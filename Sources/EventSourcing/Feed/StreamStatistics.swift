/// What a stream comes to: its ends, how many events it has, and of which types.
public struct StreamStatistics: Hashable, Sendable {
    /// How many events there are of one type.
    public struct TypeCount: Hashable, Sendable {
        /// The type's logical name.
        public var type: String
        /// How many, from 1.
        public var count: Int64

        /// Describes a count.
        public init(_ type: String, _ count: Int64) {
            self.type = type
            self.count = count
        }
    }

    /// The stream.
    public var persistenceID: PersistenceID
    /// Its last event.
    public var last: RecordedEvent
    /// Its first event that is there; nil where it was not asked for.
    public var first: RecordedEvent?
    /// How many events there are; nil where it was not asked for.
    public var count: Int64?
    /// How many of each type, by the bytes of the types' names; nil where it was not asked for.
    public var types: [TypeCount]?

    /// Describes a stream.
    public init(
        of id: PersistenceID, last: RecordedEvent, first: RecordedEvent? = nil, count: Int64? = nil,
        types: [TypeCount]? = nil
    ) {
        persistenceID = id
        self.last = last
        self.first = first
        self.count = count
        self.types = types
    }
}

/// What is asked of streams, and which of their events count.
public struct StatisticsQuery: Sendable {
    /// The parts that are asked for beside the last event.
    public struct Parts: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// The first event.
        public static let first = Parts(rawValue: 1)
        /// How many events there are.
        public static let count = Parts(rawValue: 2)
        /// How many of each type.
        public static let types = Parts(rawValue: 4)

        /// Everything.
        public static let all: Parts = [.first, .count, .types]
    }

    /// What is asked for.
    public var parts: Parts
    /// Types whose events do not count, byte by byte.
    public var excludedTypes: [String]
    /// Only events below this global position count; nil for all.
    public var belowPosition: Int64?

    /// Says what.
    public init(_ parts: Parts = .all, excluding excludedTypes: [String] = [], belowPosition: Int64? = nil) {
        self.parts = parts
        self.excludedTypes = excludedTypes
        self.belowPosition = belowPosition
    }

    /// Whether the head of a stream knows enough of it.
    fileprivate var isAnsweredByHead: Bool { excludedTypes.isEmpty && belowPosition == nil && !parts.contains(.types) }
}

extension EventStore {
    /// What streams come to, each once, in the order in which they are asked for; one without an event that counts is left
    /// out.
    ///
    /// The ends and the number of all events are read without the events between them. Counting by type, or some events
    /// only, reads the stream without payloads, and again where it is pruned meanwhile. Beside a writer the parts may be of moments that lie close together.
    /// Throws `StoreError`.
    public func statistics(
        of ids: [PersistenceID], _ query: StatisticsQuery = StatisticsQuery()
    ) async throws -> [StreamStatistics] {
        var asked: Set<PersistenceID> = []
        var found: [StreamStatistics] = []
        for id in ids where asked.insert(id).inserted {
            if let statistics = try await statistics(of: id, query) { found.append(statistics) }
        }
        return found
    }

    private func statistics(of id: PersistenceID, _ query: StatisticsQuery) async throws -> StreamStatistics? {
        var asked: StreamExtent?
        // What was deleted since is looked for again; what its head says and is not there is not waited for.
        while let extent = try await extent(of: id, query), extent != asked {
            asked = extent
            guard let last = try await firstEvent(of: id, from: extent.last, through: extent.last) else { continue }
            var statistics = StreamStatistics(of: id, last: last)
            if query.parts.contains(.first) {
                guard let first = try await firstEvent(of: id, from: extent.first, through: extent.last),
                    query.isAnsweredByHead || first.sequenceNumber == extent.first
                else { continue }
                statistics.first = first
            }
            if query.parts.contains(.count) { statistics.count = extent.count }
            if query.parts.contains(.types) { statistics.types = extent.typeCounts }
            return statistics
        }
        return nil
    }

    private func extent(of id: PersistenceID, _ query: StatisticsQuery) async throws -> StreamExtent? {
        if query.isAnsweredByHead {
            guard let head = try await head(of: id), head.eventCount > 0 else { return nil }
            return StreamExtent(first: head.deletedTo + 1, last: head.sequenceNumber, count: head.eventCount)
        }
        return try await load(id, from: 1, through: .max, fields: [], into: StreamExtent?.none) { extent, event in
            if let bound = query.belowPosition, event.position >= bound { return .stop }
            let type = event.type
            guard !query.excludedTypes.contains(where: { $0.hasSameBytes(as: type) }) else { return .next }
            var seen = extent ?? StreamExtent(first: event.sequenceNumber, last: 0, count: 0)
            // Not kept twice, so that it grows in its place.
            extent = nil
            seen.last = event.sequenceNumber
            seen.count += 1
            if query.parts.contains(.types) { seen.types[Array(type.utf8), default: 0] += 1 }
            extent = seen
            return .next
        }
    }

    private func firstEvent(of id: PersistenceID, from: Int64, through: Int64) async throws -> RecordedEvent? {
        try await load(id, from: from, through: through, fields: .all, into: RecordedEvent?.none) { found, event in
            found = RecordedEvent(event)
            return .stop
        }
    }
}

/// From where to where the events of a stream go that count.
private struct StreamExtent: Hashable, Sendable {
    /// The number from which on the first is looked for: its own, where every event was read.
    var first: Int64
    var last: Int64
    var count: Int64
    /// By the bytes of the types' names.
    var types: [[UInt8]: Int64] = [:]

    var typeCounts: [StreamStatistics.TypeCount] {
        types.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { StreamStatistics.TypeCount(String(decoding: $0.key, as: UTF8.self), $0.value) }
    }
}

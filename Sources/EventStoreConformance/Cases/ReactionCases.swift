import Actors
import EventSourcing

// What reactions ask of the log beside their subscriptions, with the numbers of their acceptance cases.
extension EventStoreConformance {
    static let reactionCases: [ConformanceCase] =
        reactionLogCases + reactionReaderCases
        + [
            sourceWindowCase, keepsSubscriptionsCase, correlationLeaseCase, withoutLeaseCase, blockedStatisticsCase,
            sourcesEndCase,
        ]

    private static let reactionLogCases: [ConformanceCase] = [
        .events("reactions 3: an event says its stream and its correlation") { probe in
            let id = try order(1)
            var event = NewEvent.fixture("a")
            event.metadata = Metadata(correlationID: .number(5))
            _ = try await probe.store.append([event], to: id, expecting: .any, by: .first, epoch: nil, with: .none)
            let seen = try await probe.log()
            try expect(seen.map(\.persistenceID), is: [id], "the stream")
            try expect(seen.map(\.correlationID), is: [.number(5)], "the correlation")
        },
        .events("reactions 5, P2: an append that expects another number is refused, and the stream is as it was") {
            probe in
            let id = try order(1)
            try await probe.append("a", "b", to: id)
            for expected in [1, 3] as [Int64] {
                try await expectRefusal(
                    ConcurrentModificationError(persistenceID: id, expected: .number(expected), actual: 2),
                    "expecting \(expected)"
                ) { try await probe.append("c", to: id, expecting: .number(expected)) }
            }
            try expect(try await probe.numbers(id), is: [1, 2], "two events")
        },
        .events("reactions 10, 12, 138: the log behind a position is all that came later, in its order") { probe in
            for number in 1...4 { try await probe.append("\(number)", to: try order(number % 2)) }
            let positions = try await probe.log(after: 0).map(\.position)
            try expect(positions.count, is: 4, "behind nothing is all")
            try expect(positions, is: positions.sorted(), "rising")
            try expect(
                try await probe.log(after: positions[0]).map(\.position), is: Array(positions.dropFirst()), "three")
        },
        .events("reactions 108, 110: truncating behind a snapshot leaves the snapshot, and no other stream has one") {
            probe in
            let id = try order(1)
            try await probe.append("a", to: id)
            try await probe.store.save(.fixture(id, 1, "7"))
            try expect(try await probe.store.deleteEvents(of: id, upTo: 1), is: true, "there was one")
            try expect(try await probe.numbers(id), is: [], "no event is left")
            try expect(
                try await probe.store.latest(of: id, atOrBelow: .max), is: .fixture(id, 1, "7"), "the snapshot is")
            try expect(try await probe.store.deleteEvents(of: try order(2), upTo: 1), is: false, "nothing to delete")
        },
        .events("reactions 127, 131: streams are listed by a prefix, page after page") { probe in
            for name in ["orders-1", "orders-2", "orders-3", "other"] {
                try await probe.append("a", to: try order(name))
            }
            func names(_ prefix: String, after: PersistenceID?, _ limit: Int) async throws -> [String] {
                try await probe.store.streams(after: after, prefix: prefix, limit: limit)
                    .map(\.persistenceID.entityID)
            }
            let prefix = "Order|order-orders-"
            try expect(try await names(prefix, after: nil, 2), is: ["order-orders-1", "order-orders-2"], "first page")
            try expect(
                try await names(prefix, after: try order("orders-2"), 2), is: ["order-orders-3"], "the second page")
            try expect(try await names("Order|order-o", after: nil, 9).count, is: 4, "a shorter prefix")
        },
    ]

    private static let reactionReaderCases = [
        ConformanceCase.events("reactions 9: a stream is read backwards from its end, as far as is asked") { probe in
            let id = try order(1)
            try await probe.append("a", "b", "c", to: id)
            let reader = try probe.reader()
            let forwards = try await probe.events(id)
            try expect(try reader.events(id, reversed: true), is: forwards.reversed(), "the other way round")
            try expect(try reader.events(id, from: 3, reversed: true), is: Array(forwards.suffix(1)), "only the last")
        }
    ].needing(.reader)

    private static let sourceWindowCase = ConformanceCase(
        "reactions 59, 60: a claim says its source, which is read from the watermark on and apart from its siblings",
        needs: [.events, .subscriptions]
    ) { (probe: PortProbe<any EventStore & SubscriptionStore>) in
        let (target, source, sibling) = (try audit("a"), try order("fx"), try order("fx2"))
        for _ in 0..<2 {
            let position = try await probe.append(to: source)
            _ = try await probe.append(to: sibling)
            let new = NewSubscription(target, source: .exact(source.description), workMark: position)
            try await probe.store.correlated([new], through: position + 1, of: "bank", at: .second(0))
            let claim = try await probe.claimOne()
            try expect(claim.subscription.source, is: .exact(source.description), "the source")
            try expect(
                try await probe.positions(of: source, behind: claim), is: [position],
                "its one event behind the watermark")
            try await probe.store.ack([Acknowledgement(claim, watermark: position)], at: .second(0))
        }
    }

    private static let keepsSubscriptionsCase = ConformanceCase(
        "reactions 114: truncating a stream leaves its subscription", needs: [.events, .subscriptions]
    ) { (probe: PortProbe<any EventStore & SubscriptionStore>) in
        let id = try audit("a")
        _ = try await probe.append(to: id)
        try await probe.store.subscribe([NewSubscription(id, workMark: 1)], of: "bank")
        let before = try await probe.store.list(.all, of: "bank", after: nil, limit: 2)
        try await probe.store.deleteEvents(of: id, upTo: 1)
        try expect(try await probe.store.list(.all, of: "bank", after: nil, limit: 2), is: before, "it is as it was")
    }

    private static let sourcesEndCase = ConformanceCase(
        "reactions 137: after an append the log has an end, and the stream that was subscribed is the one listed",
        needs: [.events, .subscriptions, .reader]
    ) { (probe: PortProbe<any EventStore & SubscriptionStore>) in
        let id = try audit("a")
        let reader = try probe.reader()
        try expect(try reader.totals().lastPosition, is: 0, "the log is empty")
        let position = try await probe.append(to: id)
        try await probe.store.subscribe([NewSubscription(id, workMark: position)], of: "bank")
        try expect(try reader.totals().lastPosition, is: position, "where its last event is")
        let rows = try await probe.store.list(.all, of: "bank", after: nil, limit: 9)
        try expect(rows.map(\.target), is: [id], "the one that was subscribed")
        try expect(rows.map(\.workMark), is: [position], "with that event before it")
    }

    private static let withoutLeaseCase = ConformanceCase(
        "reactions 140: registering asks for no lease and takes none", needs: [.subscriptions, .leases]
    ) { (probe: PortProbe<any SubscriptionStore & LeaseStore>) in
        // The lease is a port of its own here, so that who registers without one is told nothing of it.
        let (store, name) = (probe.store, "correlation of bank")
        let new = NewSubscription(try audit("a"), workMark: 1)
        let done = try await store.correlated([new], through: 1, of: "bank", at: .second(0))
        try expect(done, is: Correlation(subscribed: 1, checkpoint: 1), "it is done")
        try expect(try await store.get(name, at: .second(0)), is: nil, "nobody has the lease")
        let held = try await store.acquire(name, for: .seconds(9), as: .number(1), by: .second, at: .second(0))
        try expect(
            try await store.correlated([], through: 2, of: "bank", at: .second(0)),
            is: Correlation(subscribed: 0, checkpoint: 2), "whoever has it")
        if case .acquired(let lease) = held {
            try expect(try await store.get(name, at: .second(0)), is: lease, "and has it still")
        } else {
            try expect(false, "the lease was free")
        }
    }

    private static let correlationLeaseCase = ConformanceCase.leases(
        "reactions 139, 141, 142, 143, 144: one worker at a time correlates for an application"
    ) { probe in
        // The case's own kind of lease is a lease by the name of the application here.
        let first = try await probe.acquire("correlation of bank", as: 1, at: 0)
        try expect(try await probe.attempt("correlation of bank", as: 2, at: 9), is: .held(first), "not a second one")
        try expect(try await probe.attempt("correlation of bank", as: 1, at: 9), is: .acquired(first), "itself again")
        try expect(try await probe.acquire("correlation of shop", as: 2, at: 9).fencingNumber, is: 1, "another's")
        try expect(try await probe.acquire("correlation of bank", as: 2, at: 10).fencingNumber, is: 2, "run out")
    }
}

extension PortProbe where Port == any EventStore & SubscriptionStore {
    /// Appends an event, and answers its position.
    fileprivate func append(to id: PersistenceID) async throws -> Int64 {
        let receipt = try await store.append(
            [.fixture("a")], to: id, expecting: .any, by: .first, epoch: nil, with: .none)
        return receipt.positions.lowerBound
    }

    /// Claims a subscription that must be there.
    fileprivate func claimOne() async throws -> SubscriptionClaim {
        let claims = try await store.claim(
            ClaimPlaces(lagging: 1, leading: 0), in: nil, of: "bank", for: .seconds(10), by: .first, at: .second(0))
        return try require(claims.first, "it can be claimed")
    }

    /// The positions of a stream's events that a claim is behind of.
    fileprivate func positions(of id: PersistenceID, behind claim: SubscriptionClaim) async throws -> [Int64] {
        let watermark = claim.subscription.watermark
        return try await store.load(id, from: 1, through: .max, fields: [], into: []) { seen, event in
            if event.position > watermark { seen.append(event.position) }
            return .next
        }
    }
}

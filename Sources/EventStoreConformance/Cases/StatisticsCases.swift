import EventSourcing

extension EventStoreConformance {
    /// The cases for what streams come to.
    package static let statisticsCases: [ConformanceCase] = [
        .events("reactions 121: each stream that is asked for has its last event, once, and unknown ones are left out")
        {
            probe in
            let (a, b, c) = (try order("a"), try order("b"), try order("c"))
            try await probe.add(to: a, "Incremented 1", "Incremented 2")
            try await probe.add(to: b, "Incremented 1", "Decremented 5")
            try await probe.add(to: c, "Incremented 9")
            let found = try await probe.store.statistics(of: [b, a, b])
            try expect(found.map(\.persistenceID), is: [b, a], "those that were asked for, in that order")
            try expect(found.map(\.last.text), is: ["Decremented 5", "Incremented 2"], "their last events")
            let last = try await probe.events(a).last
            try expect(found.last?.last, is: last, "with everything, position and all")
            try expect(try await probe.store.statistics(of: []), is: [], "none are asked for")
            try expect(try await probe.store.statistics(of: [try order("unknown")]), is: [], "nobody knows it")
        },
        .events("reactions 123: the first and the last event of a stream are its ends, also of what was pruned") {
            probe in
            let id = try order(1)
            try await probe.add(to: id, "Incremented 1", "Incremented 2", "Incremented 3")
            func ends() async throws -> [String] {
                let found = try await probe.store.statistics(of: [id], StatisticsQuery(.first))
                return found.flatMap { [$0.first?.text ?? "", $0.last.text] }
            }
            try expect(try await ends(), is: ["Incremented 1", "Incremented 3"], "both ends")
            _ = try await probe.store.deleteEvents(of: id, upTo: 1)
            try expect(try await ends(), is: ["Incremented 2", "Incremented 3"], "the first that is there")
            let counted = try await probe.store.statistics(of: [id], StatisticsQuery(.count))
            try expect(counted.map(\.count), is: [2], "those that are there")
            _ = try await probe.store.deleteEvents(of: id, upTo: 3)
            try expect(try await probe.store.statistics(of: [id]), is: [], "without an event it is left out")
            _ = try await probe.store.takeOver(try order(2), by: .first)
            try expect(try await probe.store.statistics(of: [try order(2)]), is: [], "and so is one that never had any")
        },
        .events("the ends of a stream with gaps are its events") { probe in
            let id = try order(1)
            try await probe.store.importHistory([.fixture(id, 3), .fixture(id, 7), .fixture(id, 9)])
            let found = try require(try await probe.store.statistics(of: [id]).first, "it is there")
            try expect(
                [found.first?.sequenceNumber, found.last.sequenceNumber, found.count], is: [3, 9, 3], "its events")
        },
        .events(
            "reactions 125: events of a type that is excluded do not count, and where none is left the stream is out"
        ) {
            probe in
            let id = try order(1)
            try await probe.add(to: id, "Incremented 1", "Decremented 2", "Incremented 3", "Closed 0")
            func last(excluding types: String...) async throws -> [String] {
                try await probe.store.statistics(of: [id], StatisticsQuery(excluding: types)).map(\.last.text)
            }
            try expect(try await last(excluding: "Incremented", "Closed"), is: ["Decremented 2"], "what is left")
            try expect(try await last(excluding: "Incremented", "Decremented", "Closed"), is: [], "nothing")
            try expect(try await last(excluding: "Closed"), is: ["Incremented 3"], "without what closed it")
            try expect(try await last(excluding: "closed"), is: ["Closed 0"], "another name")
            let found = try await probe.store.statistics(of: [id], StatisticsQuery(excluding: ["Incremented"])).first
            try expect(found?.first?.text, is: "Decremented 2", "the first that counts")
            try expect(found?.count, is: 2, "those that count")
            try expect(found?.types, is: [.init("Closed", 1), .init("Decremented", 1)], "and their types")
        },
        .events("reactions 126: only events below a position count, and where there is none the stream is out") {
            probe in
            let id = try order(1)
            for text in ["Incremented 1", "Incremented 2"] { try await probe.add(to: id, text) }
            let events = try await probe.events(id)
            func statistics(before position: Int64) async throws -> [StreamStatistics] {
                try await probe.store.statistics(of: [id], StatisticsQuery(belowPosition: position))
            }
            let found = try await statistics(before: events[1].position)
            try expect(found.map(\.count), is: [1], "one")
            try expect(found.map(\.last), is: [events[0]], "it is the last")
            try expect(found.map(\.first), is: [events[0]], "and the first")
            try expect(try await statistics(before: 0), is: [], "nothing stands below the first position")
            try expect(try await statistics(before: .max).map(\.count), is: [2], "everything")
        },
        .events("reactions 129: of all streams that are listed there are statistics") { probe in
            for name in ["a", "b"] { try await probe.add(to: try order(name), "Incremented 1") }
            let all = try await probe.store.streams(after: nil, prefix: "", limit: 9).map(\.persistenceID)
            let found = try await probe.store.statistics(of: all).map(\.persistenceID)
            try expect(found, is: [try order("a"), try order("b")], "both")
        },
        .events("reactions 130: only what is asked for is answered") { probe in
            let id = try order(1)
            try await probe.add(to: id, "Incremented 1", "Decremented 2", "Incremented 3")
            func ask(_ parts: StatisticsQuery.Parts) async throws -> StreamStatistics {
                try require(try await probe.store.statistics(of: [id], StatisticsQuery(parts)).first, "it is there")
            }
            let events = try await probe.events(id)
            try expect(
                try await ask(.count), is: StreamStatistics(of: id, last: events[2], count: 3), "how many there are")
            try expect(
                try await ask(.types),
                is: StreamStatistics(
                    of: id, last: events[2], types: [.init("Decremented", 1), .init("Incremented", 2)]),
                "of which types")
            try expect(
                try await ask(.first), is: StreamStatistics(of: id, last: events[2], first: events[0]),
                "the first event")
            try expect(try await ask([]), is: StreamStatistics(of: id, last: events[2]), "nothing more")
        },
    ]

    /// The case that finds streams by their subscriptions.
    static let blockedStatisticsCase = ConformanceCase(
        "reactions 128: what is blocked is found, and what its stream comes to", needs: [.events, .subscriptions]
    ) { (probe: PortProbe<any EventStore & SubscriptionStore>) in
        let store = probe.store
        let targets = try [audit("a"), audit("b")]
        for target in targets {
            _ = try await store.append(
                [.fixture("x")], to: target, expecting: .any, by: .first, epoch: nil, with: .none)
            try await store.subscribe([NewSubscription(target, workMark: 1)], of: "bank")
        }
        let claims = try await store.claim(
            ClaimPlaces(lagging: 1, leading: 0), in: nil, of: "bank", for: .seconds(9), by: .first, at: .second(0))
        try await store.block(claims.map { Acknowledgement($0, watermark: 0, failure: .boom) }, at: .second(0))
        let blocked = try await store.list(SubscriptionFilter(isBlocked: true), of: "bank", after: nil, limit: 9)
        try expect(blocked.map(\.target), is: [targets[0]], "the one that is blocked")
        let found = try await store.statistics(of: blocked.map(\.target))
        try expect(found.map(\.persistenceID), is: [targets[0]], "its stream, and no other")
        try expect(found.map(\.count), is: [1], "with its event")
    }
}

extension PortProbe where Port == any EventStore & SnapshotStore {
    /// Appends events whose type is the first word of their payload.
    fileprivate func add(to id: PersistenceID, _ texts: String...) async throws {
        let events = texts.map { text in
            NewEvent(
                type: String(text.prefix { $0 != " " }), payload: Array(text.utf8), timestamp: .second(0))
        }
        _ = try await store.append(events, to: id, expecting: .any, by: .first, epoch: nil, with: .none)
    }
}

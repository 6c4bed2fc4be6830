import EventSourcing

extension EventStoreConformance {
    package static let logCases: [ConformanceCase] = [
        .events("the log has all events in the order of their commits, with rising positions from 1 on") {
            probe in
            let ids = try (1...3).map { try order($0) }
            for round in 1...4 {
                for id in ids { try await probe.append("\(id.entityID) \(round)", to: id) }
            }
            let log = try await probe.log()
            try expect(
                log.map(\.text), is: (1...4).flatMap { round in ids.map { "\($0.entityID) \(round)" } },
                "the order of the commits")
            try expect(log[0].position >= 1, "positions begin at 1")
            try expect(zip(log, log.dropFirst()).allSatisfy { $0.position < $1.position }, "positions rise")
            let stream = try await probe.events(ids[1])
            try expect(stream, is: log.filter { $0.persistenceID == ids[1] }, "a stream has the same events")
        },
        .events("the log is read in pages: behind a position, and at most so many") { probe in
            let id = try order(1)
            try await probe.fill(id, 10)
            let whole = try await probe.log()
            var (paged, after) = ([RecordedEvent](), Int64(0))
            while true {
                let page = try await probe.log(after: after, limit: 3)
                try expect(page.count <= 3, "a page has at most as many as were asked for")
                guard let last = page.last else { break }
                paged += page
                after = last.position
            }
            try expect(paged, is: whole, "the pages are the whole")
            try expect(try await probe.log(after: whole[9].position), is: [], "nothing is behind the last")
            try expect(try await probe.log(after: .max), is: [], "nor behind the last position there is")
            try expect(try await probe.log(after: .min), is: whole, "before the first there is everything")
            try expect(try await probe.log(limit: 0), is: [], "none when none are asked for")
            try expect(try await probe.log(limit: -1), is: [], "nor with a limit below that")
        },
        .events("limits count events, not positions: gaps after a deletion do not shorten a page") { probe in
            let (id, other) = (try order(1), try order(2))
            for round in 1...6 {
                try await probe.append("a\(round)", to: id)
                try await probe.append("b\(round)", to: other)
            }
            _ = try await probe.store.deleteEvents(of: id, upTo: 5)
            let log = try await probe.log(limit: 4)
            try expect(log.map(\.text), is: ["b1", "b2", "b3", "b4"], "four events over the gaps")
            let rest = try await probe.log(after: log[3].position, limit: 4)
            try expect(rest.map(\.text), is: ["b5", "a6", "b6"], "and the rest")
        },
        .events("a visitor of the log that has enough is asked no more") { probe in
            try await probe.fill(try order(1), 5)
            let seen = try await probe.store.readAll(after: 0, limit: 4, fields: [], into: 0) { seen, _ in
                seen += 1
                return seen == 2 ? .stop : .next
            }
            try expect(seen, is: 2, "the visit ends with the event that was enough")
        },
        .events("an empty store has an empty log") { probe in
            try expect(try await probe.log(), is: [], "nothing is there, and nothing is thrown")
        },
    ]
}

import EventSourcing

extension EventStoreConformance {
    package static let streamCases: [ConformanceCase] = [
        .events("streams are listed by type, then by id, in the order of their bytes, in pages") { probe in
            let names = [
                ("Order", "b"), ("Account", "z"), ("Order", "a"), ("AccountX", "a"), ("order", "a"), ("Order", "a|b"),
                ("Order", "B"), ("Order", "é"), ("Order", "a "),
            ]
            let ids = try names.map { try PersistenceID($0, $1) }
            for id in ids { try await probe.append("a", to: id) }
            let sorted = ids.sorted()
            let all = try await probe.store.streams(after: nil, prefix: "", limit: 100)
            try expect(all.map(\.persistenceID), is: sorted, "every stream, once, in order")
            var (paged, after) = ([PersistenceID](), PersistenceID?.none)
            while true {
                let page = try await probe.store.streams(after: after, prefix: "", limit: 2)
                guard let last = page.last else { break }
                paged += page.map(\.persistenceID)
                after = last.persistenceID
            }
            try expect(paged, is: sorted, "the pages are the whole")
            for head in all {
                try expect(head, is: try await probe.head(head.persistenceID), "the list has the heads themselves")
            }
        },
        .events("streams are found by a prefix of `Type|id`, byte for byte") { probe in
            let names = [
                "Order|a1", "Order|a2", "Order|b1", "Orders|a1", "Account|Order", "Order|%", "Order|_a", "Order|*",
            ]
            let ids = try names.map { try PersistenceID(parsing: $0) }
            for id in ids { try await probe.append("a", to: id) }
            let prefixes = [
                "", "O", "Order", "Order|", "Order|a", "Order|a1", "Order|a1x", "order", "%", "Order|%", "Order|_",
                "Order|*", "Acc", "Zzz", "|", "Orders|",
            ]
            for prefix in prefixes {
                let found = try await probe.store.streams(after: nil, prefix: prefix, limit: 100)
                try expect(
                    found.map(\.persistenceID),
                    is: ids.filter { $0.description.utf8.starts(with: prefix.utf8) }.sorted(),
                    "what begins with “\(prefix)”, with no letter meaning anything else")
            }
        },
        .events("a list goes on behind a name that is not there, and ends where nothing is left") { probe in
            for name in ["a", "c", "e"] { try await probe.append("x", to: try order(name)) }
            let found = try await probe.store.streams(after: try order("b"), prefix: "Order|", limit: 1)
            try expect(found.map(\.persistenceID), is: [try order("c")], "the first one behind it")
            let last = try await probe.store.streams(after: try order("e"), prefix: "Order|", limit: 9)
            try expect(last, is: [], "nothing is behind the last")
            let before = try await probe.store.streams(
                after: try PersistenceID("Account", "x"), prefix: "Order|order-c", limit: 9)
            try expect(before.map(\.persistenceID), is: [try order("c")], "a name before the prefix shuts nothing out")
            try expect(
                try await probe.store.streams(after: nil, prefix: "", limit: 0), is: [], "none, when none are asked")
            try expect(try await probe.store.streams(after: nil, prefix: "", limit: -1), is: [], "nor below that")
        },
        .events("a stream that was pruned or only taken over is listed") { probe in
            try await probe.fill(try order("pruned"), 2)
            _ = try await probe.store.deleteEvents(of: try order("pruned"), upTo: 2)
            _ = try await probe.store.takeOver(try order("taken"), by: .first)
            let found = try await probe.store.streams(after: nil, prefix: "", limit: 9)
            try expect(
                found.map(\.persistenceID), is: [try order("pruned"), try order("taken")], "the store has heard of both"
            )
        },
    ]
}

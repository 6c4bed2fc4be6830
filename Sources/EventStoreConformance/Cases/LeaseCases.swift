import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for a store of leases.
    static let leaseCases: [ConformanceCase] =
        acquisitionCases + renewalCases + releaseCases + fenceCases + leaseBoundCases

    private static let acquisitionCases: [ConformanceCase] = [
        .leases("machines 125, 129, 130: a lease that nobody holds is taken at once, with the fencing number 1") {
            probe in
            try expect(try await probe.get(at: 0), is: nil, "nobody holds it at first")
            let lease = try await probe.acquire(as: 7, by: .second, at: 0)
            let expected = Lease(
                name: "Cart|1", fencingNumber: 1, acquisition: .number(7), holder: .second, acquired: .second(0),
                expires: .second(10))
            try expect(lease, is: expected, "the lease says all of it")
            try expect(try await probe.get(at: 0), is: expected, "it is read as it was taken")
            try expect(try await probe.get("Cart|2", at: 0), is: nil, "no other lease was taken")
        },
        .leases("machines 126: a lease that is held is not taken, also by the same writer, and nothing changes") {
            probe in
            let lease = try await probe.acquire(as: 1, at: 0)
            for holder in [WriterID.first, .second] {
                try expect(
                    try await probe.attempt(as: 2, by: holder, at: 9), is: .held(lease), "the answer says who holds it")
            }
            try expect(try await probe.get(at: 9), is: lease, "it is as it was")
        },
        .leases("machines 127: an acquisition that holds the lease already gets it as it is") { probe in
            let lease = try await probe.acquire(as: 1, at: 0)
            try expect(try await probe.acquire(as: 1, at: 5), is: lease, "neither number nor term has changed")
        },
        .leases("machines 121, 128: a lease is free from when it runs out, and the fencing number rises") { probe in
            let first = try await probe.acquire(as: 1, at: 0)
            try expect(try await probe.get(at: 10), is: nil, "nobody holds it")
            let second = try await probe.acquire(as: 2, by: .second, at: 10)
            try expect(second.fencingNumber, is: 2, "the number is one more")
            try expect(try await probe.get(at: 10), is: second, "the second has it")
            try expect(
                try await probe.attempt(as: 1, at: 11), is: .held(second), "the first acquisition has no claim to it")
            try expect(first.fencingNumber, is: 1, "what was answered stays")
        },
        .leases("an acquisition whose lease has run out gets another number") { probe in
            try await probe.acquire(as: 1, at: 0)
            try expect(try await probe.acquire(as: 1, at: 10).fencingNumber, is: 2, "the number is one more")
        },
        .leases("machines 120, 136: of many acquisitions at the same time exactly one gets the lease, round by round") {
            probe in
            for round in 0..<10 as Range<Int64> {
                let winners = try await withThrowingTaskGroup(of: Lease?.self) { group in
                    for number in 1...8 as ClosedRange<UInt64> {
                        group.addTask {
                            let acquisition = UInt64(round) * 100 + number
                            let answer = try await probe.attempt(
                                as: acquisition, by: .number(number), at: round * 10)
                            if case .acquired(let lease) = answer { return lease }
                            return nil
                        }
                    }
                    var found: [Lease] = []
                    for try await lease in group { if let lease { found.append(lease) } }
                    return found
                }
                try expect(winners.map(\.fencingNumber), is: [round + 1], "one winner in round \(round)")
                try expect(try await probe.get(at: round * 10), is: winners.first, "who has it")
            }
        },
        .leases("leases of different names, and different spellings of a name, are apart") { probe in
            for (index, name) in ["é", "e\u{301}", "Cart|1", "cart|1", "Cart|1 ", "a\u{0}b", "a"].enumerated() {
                let lease = try await probe.acquire(name, as: UInt64(index), at: 0)
                try expect(lease.fencingNumber, is: 1, "the first of its name")
                try expect(try await probe.get(name, at: 0), is: lease, "read by its name")
            }
        },
    ]

    private static let renewalCases: [ConformanceCase] = [
        .leases("machines 133: a renewed lease goes on under the same number, and never ends earlier for it") { probe in
            var lease = try await probe.acquire(as: 1, at: 0)
            for second in [4, 9, 15] as [Int64] {
                let renewed = try await probe.renew(lease, at: second)
                lease.expires = .second(second + 10)
                try expect(renewed, is: lease, "only its end has moved")
                try expect(try await probe.get(at: second), is: lease, "the store says the same")
            }
            try expect(try await probe.renew(lease, at: 3), is: lease, "a clock that went back takes nothing away")
            try expect(try await probe.attempt(as: 2, at: 24), is: .held(lease), "nobody else gets it")
        },
        .leases("a lease can be renewed by the answer of its acquisition, however often it was renewed") { probe in
            let lease = try await probe.acquire(as: 1, at: 0)
            _ = try await probe.renew(lease, at: 5)
            try expect(try await probe.renew(lease, at: 6).expires, is: .second(16), "it is the same acquisition's")
        },
        .leases("a lease that has run out can't be renewed, also where nobody took it") { probe in
            let lease = try await probe.acquire(as: 1, at: 0)
            try await probe.expectLost(lease, at: 10, "its end is not in it")
            try expect(try await probe.get(at: 10), is: nil, "it stays free")
        },
        .leases("a lease that another acquisition took can't be renewed, and the error says who has it") { probe in
            let lease = try await probe.acquire(as: 1, at: 0)
            let other = try await probe.acquire(as: 2, by: .second, at: 10)
            try await probe.expectLost(lease, at: 11, to: other, "it was lost")
            try expect(try await probe.get(at: 11), is: other, "the other's is untouched")
            // The same acquisition, once more: its first lease is another one.
            let again = try await probe.acquire(as: 1, at: 20)
            try await probe.expectLost(lease, at: 21, to: again, "the number is another one")
        },
        .leases("a lease that was never taken, or was given back, can't be renewed") { probe in
            let unknown = Lease(
                name: "Cart|9", fencingNumber: 1, acquisition: .number(1), holder: .first, acquired: .second(0),
                expires: .second(10))
            try await probe.expectLost(unknown, at: 1, "nobody has it")
            let lease = try await probe.acquire(as: 1, at: 0)
            try await probe.store.release(lease)
            try await probe.expectLost(lease, at: 1, "it was given back")
        },
    ]

    private static let releaseCases: [ConformanceCase] = [
        .leases("machines 123: a lease that was given back is free at once, and the fencing number still rises") {
            probe in
            let lease = try await probe.acquire(as: 1, at: 0)
            try expect(try await probe.store.release(lease), "it was there to be given back")
            try expect(try await probe.get(at: 0), is: nil, "nobody has it")
            try expect(try await probe.acquire(as: 2, at: 0).fencingNumber, is: 2, "the number is one more")
            let own = try await probe.acquire("Cart|2", as: 3, at: 0)
            try await probe.store.release(own)
            try expect(
                try await probe.acquire("Cart|2", as: 3, at: 0).fencingNumber, is: 2,
                "also for the acquisition that gave it back")
        },
        .leases("machines 132: only its acquisition gives a lease back, and only once") { probe in
            let lease = try await probe.acquire(as: 1, at: 0)
            let other = try await probe.acquire(as: 2, at: 10)
            try expect(try await probe.store.release(lease), is: false, "it is another's now")
            try expect(try await probe.get(at: 10), is: other, "the other's is untouched")
            try expect(try await probe.store.release(other), "its own")
            try expect(try await probe.store.release(other), is: false, "it was given back before")
        },
    ]

    private static let fenceCases: [ConformanceCase] = [
        .nodes("machines 139: an append under a lease that another acquisition has followed is refused, with all of it")
        {
            store in
            let id = try PersistenceID("Order", "1")
            func take(as acquisition: UInt64, at second: Int64) async throws -> Lease {
                let answer = try await store.acquire(
                    "Order|1", for: .seconds(10), as: .number(acquisition), by: .first, at: .second(second))
                guard case .acquired(let lease) = answer else {
                    return try require(nil, "the lease can be taken, and the answer was \(answer)")
                }
                return lease
            }
            func append(_ number: Int64, under lease: Lease) async throws {
                let companions = Companions(
                    timers: [.arm(NewTimer("pay", deadline: .second(99)))], under: lease)
                _ = try await store.append(
                    [.fixture("a")], to: id, expecting: .number(number - 1), by: .first, epoch: nil, with: companions)
            }
            let first = try await take(as: 1, at: 0)
            try await append(1, under: first)
            let second = try await take(as: 2, at: 10)
            try await expectRefusal(LeaseLostError(lease: first, current: second), "another one has followed") {
                try await append(2, under: first)
            }
            let head = try await store.head(of: id)
            try expect(head?.sequenceNumber, is: 1, "no event was written")
            let timers = try await store.timers(of: id)
            try expect(timers.map(\.generation), is: [1], "and no timer")
            try await append(2, under: second)
            try expect(try await store.release(second), "it was there to be given back")
            try await expectRefusal(LeaseLostError(lease: second), "it was given back") {
                try await append(3, under: second)
            }
        }
    ]

    private static let leaseBoundCases: [ConformanceCase] = [
        .leases("a name or a term outside the bounds is refused, and nothing is written") { probe in
            func expectInvalid<Answer>(_ sentence: String, _ work: () async throws -> Answer) async throws {
                let error = try await expectError(StoreError.self, sentence, work)
                try expect(error.reason, is: .invalid, sentence)
            }
            let longest = String(repeating: "x", count: Lease.longestName)
            try await probe.acquire(longest, as: 1, at: 0)
            for name in ["", longest + "x"] {
                try await expectInvalid("a name of \(name.utf8.count) bytes") {
                    try await probe.attempt(name, as: 1, at: 0)
                }
                try await expectInvalid("asking for it") { try await probe.get(name, at: 0) }
            }
            let lease = try await probe.acquire(as: 1, at: 0)
            for term in [Duration.zero, .seconds(-1)] {
                try await expectInvalid("a term of \(term)") {
                    try await probe.store.acquire(
                        "Cart|3", for: term, as: .number(1), by: .first, at: .second(0))
                }
                try await expectInvalid("renewing for \(term)") {
                    try await probe.store.renew(lease, for: term, at: .second(1))
                }
            }
            try expect(try await probe.get("Cart|3", at: 0), is: nil, "nothing was taken")
            try expect(try await probe.get(at: 1), is: lease, "nothing was changed")
        },
        .leases("a term that goes beyond the end of time ends there") { probe in
            let answer = try await probe.store.acquire(
                "Cart|1", for: .seconds(Int64.max), as: .number(1), by: .first, at: Timestamp(microseconds: .max - 1))
            guard case .acquired(let lease) = answer else { return try expect(false, "it is taken") }
            try expect(lease.expires, is: Timestamp(microseconds: .max), "the last moment there is")
            try expect(try await probe.get(at: 0), is: lease, "it is held")
        },
    ]

    /// The cases for a store of leases that can be closed and opened again.
    static let leaseReopeningCases = [
        ConformanceCase.leases(
            "leases, and the numbers of those that nobody holds, are there when the store is opened again"
        ) {
            probe in
            let lease = try await probe.acquire(as: 1, by: .second, at: 0)
            try await probe.store.release(try await probe.acquire("Cart|2", as: 2, at: 0))
            let again = try await probe.reopened()
            try expect(try await again.get(at: 1), is: lease, "it is held as before")
            try expect(try await again.attempt(as: 3, at: 1), is: .held(lease), "nobody else gets it")
            try expect(try await again.renew(lease, at: 5).expires, is: .second(15), "its acquisition can renew it")
            try expect(try await again.get("Cart|2", at: 1), is: nil, "what was given back stays so")
            try expect(try await again.acquire("Cart|2", as: 4, at: 1).fencingNumber, is: 2, "the numbers go on")
        }
    ].needing(.reopening)
}

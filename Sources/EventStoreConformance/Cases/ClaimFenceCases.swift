import Actors
import EventSourcing

/// A store whose writes can be under a claim, with everything that may go wrong before or behind that.
typealias ClaimedWriteStore = EventStore & CommandStore & TimerStore & LeaseStore & SubscriptionStore

/// A store of durable states whose writes can be under a claim.
typealias ClaimedStateStore = DurableStateStore & TimerStore & SubscriptionStore

extension EventStoreConformance {
    /// The cases for what the handler of a reaction writes under the claim of its subscription.
    static let claimFenceCases: [ConformanceCase] = heldFenceCases + lostFenceCases + [fenceOrderCase, stateFenceCase]

    private static let heldFenceCases: [ConformanceCase] = [
        .claimedWrites("what is written under a claim is there as long as nobody has followed, also once it ran out") {
            store in
            let claim = try await store.subscribed(claimedAt: 0)
            try await store.write(1, under: claim)
            _ = try await store.renew([claim], for: .seconds(10), at: .second(5))
            try await store.write(2, under: claim)
            try await store.prioritize(.all, of: "bank", to: 7)
            try await store.defer(.all, of: "bank", until: .second(500))
            try await store.write(3, under: claim, at: 400)
            try expect(try await store.written(), is: ["#3", "timer 1", "timer 2", "timer 3"], "all of it")
            let rows = try await store.list(.all, of: "bank", after: nil, limit: 9)
            try expect(rows.map(\.holding?.until), is: [.second(15)], "its claim is as it was")
            try expect(rows.map(\.watermark), is: [0], "and is not ended by it")
        },
        .claimedWrites("an append without events is written under a claim that is held, and says no time for it alone")
        {
            store in
            let claim = try await store.subscribed(claimedAt: 0)
            let command = CommandRecord(id: .number(1))
            try await store.append(nothing: Companions(command: command, claim: claim))
            try expect(try await store.command(command.id), is: nil, "what persists nothing leaves no id")
            try await store.append(nothing: .under(claim, arming: "pay", at: .second(4)))
            try expect(try await store.written(), is: ["pay"], "its timer is armed")
            let error = try await expectError(StoreError.self, "a timer without a time") {
                try await store.append(nothing: .under(claim, arming: "other"))
            }
            try expect(error.reason, is: .invalid, "is refused")
        },
    ]

    private static let lostFenceCases: [ConformanceCase] = [
        .claimedWrites("what is written under a claim that another one has followed is refused, with all of it") {
            store in
            let first = try await store.subscribed(claimedAt: 0)
            try await store.write(1, under: first)
            let second = try await store.claimOne(by: .second, at: 10)
            try await store.expectLost(first, to: second.subscription, "another system's has followed")
            try await store.write(2, under: second)
            let third = try await store.claimOne(by: .first, at: 20)
            try await store.expectLost(first, to: third.subscription, "a later one of the same system has")
            try await store.expectLost(second, to: third.subscription, "and of the other one")
            try expect(try await store.written(), is: ["#2", "timer 1", "timer 2"], "nothing was written of it")
        },
        .claimedWrites("what is written under a claim that was acknowledged, blocked or reset is refused") { store in
            let ends: [(String, @Sendable (SubscriptionClaim) async throws -> Void)] = [
                ("acknowledged", { try await store.ack([Acknowledgement($0, watermark: 1)], at: .second(1)) }),
                ("blocked", { try await store.block([Acknowledgement($0, watermark: 1)], at: .second(1)) }),
                ("reset", { _ in try await store.reset(.all, of: "bank") }),
            ]
            var claim = try await store.subscribed(claimedAt: 0)
            for (name, end) in ends {
                try await end(claim)
                let rows = try await store.list(.all, of: "bank", after: nil, limit: 9)
                try await store.expectLost(claim, to: try require(rows.first, "it is subscribed"), name)
                try await store.unblock(.all, of: "bank")
                claim = try await store.claimOne(by: .first, at: 1)
            }
            try await store.write(1, under: claim)
            try expect(try await store.written(), is: ["#1", "timer 1"], "only what was written under the last one")
        },
        .claimedWrites("what is written under a claim that there never was is refused") { store in
            let claim = try await store.subscribed(claimedAt: 0)
            let row = claim.subscription
            func expectRefused(
                _ sentence: String, in known: Subscription?, _ change: (inout Subscription) throws -> Void
            ) async throws {
                var other = claim
                try change(&other.subscription)
                try await store.expectLost(other, to: known, sentence)
            }
            try await expectRefused("another holder", in: row) { $0.holding?.holder = .third }
            try await expectRefused("no holder", in: row) { $0.holding = nil }
            try await expectRefused("a later number", in: row) { $0.fencingNumber += 1 }
            try await expectRefused("an earlier number", in: row) { $0.fencingNumber -= 1 }
            try await expectRefused("another target", in: nil) { $0.target = try audit("other") }
            try await expectRefused("another application", in: nil) { $0.application = "Bank" }
            try await store.subscribe([NewSubscription(try audit("other"))], of: "bank")
            let unclaimed = try require(
                try await store.list(.these(try audit("other")), of: "bank", after: nil, limit: 1).first, "it is there")
            try await store.expectLost(SubscriptionClaim(unclaimed, isLagging: true), to: unclaimed, "nobody has it")
            try expect(try await store.written(), is: [], "nothing was written of it")
        },
    ]

    private static let fenceOrderCase = ConformanceCase.claimedWrites(
        "a lost claim is said behind a known command, a conflict and a lost lock, and before what can't be written"
    ) { store in
        let lost = try await store.subscribed(claimedAt: 0)
        let current = try await store.claimOne(by: .second, at: 10)
        let command = CommandRecord(id: .number(1))
        let lock = Lease(
            name: "Order", fencingNumber: 1, acquisition: .number(1), holder: .first, acquired: .second(0),
            expires: .second(10))
        let stale = StoredTimer(
            persistenceID: try order(1), name: "stale", generation: 1, deadline: .second(0), payload: nil,
            attempts: 1, lastError: nil)
        _ = try await store.append(
            [.fixture("event")], to: try order(1), expecting: .any, by: .first, epoch: nil,
            with: Companions(command: command))
        try await store.takeOver(try order(1), by: .second)
        func append(
            _ companions: Companions, expecting: ExpectedNumber = .any, epoch: Int64? = nil
        ) async throws {
            _ = try await store.append(
                [.fixture("event")], to: try order(1), expecting: expecting, by: .first, epoch: epoch, with: companions)
        }
        let all = Companions(timers: [.fire(stale), .cancel("")], under: lock, claim: lost)
        var repeated = all
        repeated.command = command
        try await expectRefusal(CommandAlreadyHandledError(command: command), "the command first") {
            try await append(repeated, expecting: .number(7), epoch: 1)
        }
        try await expectRefusal(
            WriterFencedError(persistenceID: try order(1), writer: .second, epoch: 1, currentEpoch: 2),
            "then the writer"
        ) { try await append(all, expecting: .number(7), epoch: 1) }
        try await expectRefusal(
            ConcurrentModificationError(persistenceID: try order(1), expected: .number(7), actual: 1), "then the number"
        ) { try await append(all, expecting: .number(7)) }
        try await expectRefusal(LeaseLostError(lease: lock), "then the lock") { try await append(all) }
        let loss = ClaimLostError(lost, in: current.subscription)
        for timers in [[TimerChange.fire(stale)], [.cancel("")]] {
            try await expectRefusal(loss, "then the claim") {
                try await append(Companions(timers: timers, claim: lost))
            }
        }
        try await expectRefusal(loss, "also without events") {
            try await store.append(nothing: Companions(timers: [.cancel("")], claim: lost))
        }
        try await expectRefusal(
            StaleTimerError(persistenceID: try order(1), name: "stale", generation: 1, armed: nil), "then the timer"
        ) { try await append(Companions(timers: [.fire(stale)], claim: current)) }
        try expect(try await store.written(), is: ["#1"], "nothing was written of it")
    }

    private static let stateFenceCase = ConformanceCase.claimedStates(
        "a durable state is written and deleted under a claim, and neither under one that is lost"
    ) { store in
        let state = NewDurableState(stateType: "Wallet", timestamp: .second(1), state: [1])
        let id = try order(1)
        let first = try await store.subscribed(claimedAt: 0)
        try await store.put(
            state, of: id, expecting: 0, by: .first, with: .under(first, arming: "pay"))
        let second = try await store.claimOne(by: .second, at: 10)
        let loss = ClaimLostError(first, in: second.subscription)
        let late = Companions.under(first, arming: "late")
        try await expectRefusal(loss, "a write") {
            try await store.put(state, of: id, expecting: 1, by: .first, with: late)
        }
        try await expectRefusal(loss, "a deletion") {
            try await store.delete(id, expecting: 1, at: .second(1), with: late)
        }
        try await expectRefusal(
            ConcurrentModificationError(persistenceID: id, expected: .number(7), actual: 1), "a conflict comes first"
        ) { try await store.put(state, of: id, expecting: 7, by: .first, with: late) }
        try expect(try await store.get(id)?.description.revision, is: 1, "the state stands")
        try expect(try await store.timers(of: id).map(\.name), is: ["pay"], "with what was written of the first")
        try expect(
            try await store.delete(id, expecting: 1, at: .second(1), with: .under(second, arming: "late")), is: true,
            "its successor deletes it")
        try expect(try await store.timers(of: id).map(\.name), is: ["late", "pay"], "with its companions")
    }
}

extension ConformanceCase {
    /// A case for what is written under the claim of a subscription.
    fileprivate static func claimedWrites(
        _ name: String, _ body: @escaping @Sendable (any ClaimedWriteStore) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, [.events, .commands, .timers, .leases, .subscriptions], onPort: body)
    }

    /// A case for durable states that are written under the claim of a subscription.
    fileprivate static func claimedStates(
        _ name: String, _ body: @escaping @Sendable (any ClaimedStateStore) async throws -> Void
    ) -> ConformanceCase {
        ConformanceCase(name, [.durableStates, .timers, .subscriptions], onPort: body)
    }
}

extension SubscriptionStore {
    /// Subscribes one target, and claims it for ten seconds.
    fileprivate func subscribed(claimedAt second: Int64) async throws -> SubscriptionClaim {
        try await subscribe([NewSubscription(try audit("a"), workMark: 9)], of: "bank")
        return try await claimOne(by: .first, at: second)
    }

    /// Claims it for ten seconds.
    fileprivate func claimOne(by holder: WriterID, at second: Int64) async throws -> SubscriptionClaim {
        let claims = try await claim(
            ClaimPlaces(lagging: 1, leading: 0), in: nil, of: "bank", for: .seconds(10), by: holder, at: .second(second)
        )
        return try require(claims.first, "it can be claimed")
    }
}

extension EventStore where Self: TimerStore {
    /// Appends the event with a number, and a timer named after it.
    fileprivate func write(_ number: Int64, under claim: SubscriptionClaim, at second: Int64 = 1) async throws {
        _ = try await append(
            [.fixture("event", at: .second(second))], to: try order(1), expecting: .number(number - 1), by: .first,
            epoch: nil,
            with: .under(claim, arming: "timer \(number)"))
    }

    /// Appends nothing but companions.
    fileprivate func append(nothing companions: Companions) async throws {
        _ = try await append([], to: try order(1), expecting: .any, by: .first, epoch: nil, with: companions)
    }

    /// The number of the last event, and the names of the timers.
    fileprivate func written() async throws -> [String] {
        let id = try order(1)
        let number = try await head(of: id).map { ["#\($0.sequenceNumber)"] } ?? []
        return try await number + timers(of: id).map(\.name)
    }

    /// Fails unless an append under a claim, with events and without, says that it was lost and to whom.
    fileprivate func expectLost(
        _ claim: SubscriptionClaim, to current: Subscription?, _ sentence: String
    ) async throws {
        let loss = ClaimLostError(claim, in: current)
        try await expectRefusal(loss, sentence) {
            try await append(
                [.fixture("late")], to: try order(1), expecting: .any, by: .first, epoch: nil,
                with: .under(claim, arming: "late"))
        }
        try await expectRefusal(loss, "\(sentence), without events") {
            try await append(nothing: .under(claim, arming: "late", at: .second(1)))
        }
        try await expectRefusal(loss, "\(sentence), with nothing to write") {
            try await append(nothing: Companions(claim: claim))
        }
    }
}

extension Companions {
    /// A timer under a claim.
    fileprivate static func under(
        _ claim: SubscriptionClaim, arming name: String, at time: Timestamp? = nil
    ) -> Companions {
        Companions(timers: [.arm(NewTimer(name, deadline: .second(99)))], claim: claim, at: time)
    }
}

extension ClaimLostError {
    /// A loss to the claim that a subscription has now, where there is one.
    fileprivate init(_ claim: SubscriptionClaim, in current: Subscription?) {
        self.init(
            application: claim.subscription.application, target: claim.target,
            fencingNumber: claim.subscription.fencingNumber, currentFencingNumber: current?.fencingNumber,
            currentHolder: current?.holding?.holder)
    }
}

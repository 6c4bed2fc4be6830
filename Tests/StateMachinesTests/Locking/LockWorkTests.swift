import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("Work under the lock of an instance")
struct LockWorkTests {
    private struct Failure: Error {}

    @Test(
        "machines 129: a lock that is free is taken at once, and is free again however its work ends",
        arguments: StoreKind.allCases)
    func givesBack(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let (locks, id, system) = (stage.locks(), stage.id, stage.system)
        let done = stage.begin {
            try await locks.withLock(of: id, in: system, whenLost: .failFast) { $0.fencingNumber }
        }
        #expect(try done.result?.get() == 1)
        #expect(try stage.heldLease() == nil)
        let failed = stage.begin {
            try await locks.withLock(of: id, in: system, whenLost: .failFast) { _ in throw Failure() }
        }
        #expect(failed.error is Failure)
        #expect(try stage.heldLease() == nil)
        let cancelled = stage.begin {
            try await locks.withLock(of: id, in: system, whenLost: .failFast) { _ in
                await system.pause(for: .seconds(1))
                try Task.checkCancellation()
            }
        }
        #expect(try stage.heldLease()?.fencingNumber == 3)
        cancelled.task?.cancel()
        stage.scheduler.advance(by: .seconds(1))
        #expect(cancelled.error is CancellationError)
        #expect(try stage.heldLease() == nil)
        #expect(stage.timed.log.warnings.isEmpty && stage.scheduler.pendingTimers == 0)
    }

    @Test(
        "machines 135: of a lock that stays held the error says who has it, and nothing is run",
        arguments: StoreKind.allCases)
    func busy(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let lease = try stage.takeLease()
        let (id, system) = (stage.id, stage.system)
        for limit in [Duration.zero, .milliseconds(50)] {
            let locks = stage.locks(try LockSettings(term: .seconds(1), waitingAtMost: limit))
            let work = stage.begin {
                try await locks.withLock(of: id, in: system, whenLost: .failFast) { _ in Issue.record("it was run") }
            }
            stage.timed.advance(.milliseconds(49))
            if limit > .zero { #expect(work.result == nil) }
            stage.timed.advance(.milliseconds(1))
            let expected: LockError =
                if limit > .zero {
                    .timedOut(id, holder: lease.holder, fencingNumber: 1, waited: limit)
                } else {
                    .busy(id, holder: lease.holder, fencingNumber: 1)
                }
            #expect(work.error as? LockError == expected)
        }
        #expect(try stage.heldLease() == lease)
    }

    @Test(
        "machines 136: of many at the same time one gets the lock, and the others are told that it is busy",
        arguments: StoreKind.allCases, [(count: 10, limit: 100), (3, 0), (100, 0)])
    func many(_ kind: StoreKind, _ round: (count: Int, limit: Int)) throws {
        let stage = try LockStage(kind)
        let (id, system) = (stage.id, stage.system)
        let locks = stage.locks(try LockSettings(term: .seconds(1), waitingAtMost: .milliseconds(round.limit)))
        let works = (0..<round.count).map { _ in
            stage.begin {
                try await locks.withLock(of: id, in: system, whenLost: .failFast) { _ in
                    await system.pause(for: .milliseconds(200))
                }
            }
        }
        stage.timed.advance(.milliseconds(200))
        #expect(works.count { $0.result != nil && $0.error == nil } == 1)
        let refusals = works.compactMap { $0.error as? LockError }
        #expect(refusals.count == round.count - 1)
        for refusal in refusals {
            switch refusal {
            case .busy: #expect(round.limit == 0)
            case .timedOut: #expect(round.limit > 0)
            case .lost: Issue.record("\(refusal)")
            }
        }
    }

    @Test(
        "machines 137: who is interrupted while it waits leaves without the lock, and its holder keeps it",
        arguments: StoreKind.allCases)
    func interrupted(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let lease = try stage.takeLease()
        let (locks, id, system) = (stage.locks(), stage.id, stage.system)
        let work = stage.begin {
            try await locks.withLock(of: id, in: system, whenLost: .failFast) { _ in Issue.record("it was run") }
        }
        stage.timed.advance(.milliseconds(50))
        #expect(work.result == nil)
        work.task?.cancel()
        stage.timed.advance(.milliseconds(50))
        #expect(work.error is CancellationError)
        #expect(try stage.heldLease() == lease)
    }

    @Test(
        "machines 139: work whose lock can't be renewed any more is cancelled when its term is over",
        arguments: StoreKind.allCases)
    func failsFast(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let (id, system, steps) = (stage.id, stage.system, Notes())
        let locks = stage.locks(try LockSettings(term: .milliseconds(1_000), waitingAtMost: .zero))
        let work = stage.begin {
            try await locks.withLock(of: id, in: system, whenLost: .failFast) { _ in
                for _ in 0..<100 {
                    try Task.checkCancellation()
                    steps.add("step")
                    await system.pause(for: .milliseconds(100))
                }
            }
        }
        stage.timed.advance(.milliseconds(300))
        stage.failRenewals(.closed)
        stage.timed.advance(.milliseconds(600))
        #expect(work.result == nil, "the store may be back before the term is over")
        stage.timed.advance(.milliseconds(200))
        #expect(work.error as? LockError == .lost(id, fencingNumber: 1))
        #expect(steps.words.count < 13)
    }

    @Test(
        "machines 139: work whose lock another one has taken is cancelled by the next renewal",
        arguments: StoreKind.allCases)
    func failsFastWhenTaken(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let (id, system, store) = (stage.id, stage.system, stage.timed.store)
        let work = stage.begin { [locks = stage.locks()] in
            try await locks.withLock(of: id, in: system, whenLost: .failFast) { _ in
                while !Task.isCancelled { await system.pause(for: .milliseconds(100)) }
            }
        }
        let lease = try #require(try stage.heldLease())
        #expect(try stage.scheduler.run { try await store.release(lease) })
        try stage.takeLease()
        stage.timed.advance(.seconds(9))
        #expect(work.result == nil)
        stage.timed.advance(.milliseconds(1_100))
        #expect(work.error as? LockError == .lost(id, fencingNumber: 1, holder: LockStage.other))
        #expect(try stage.heldLease()?.fencingNumber == 2, "and the other one's stays")
    }

    @Test(
        "machines 140: work that is to go on without its lock is told of the loss once, and ends as it ends",
        arguments: StoreKind.allCases)
    func goesOn(_ kind: StoreKind) throws {
        let stage = try LockStage(kind)
        let (id, system, losses) = (stage.id, stage.system, Notes())
        let locks = stage.locks(try LockSettings(term: .seconds(1), waitingAtMost: .zero))
        stage.failRenewals(.closed)
        let work = stage.begin {
            try await locks.withLock(of: id, in: system, whenLost: .continue { losses.add("\($0)") }) { _ in
                await system.pause(for: .seconds(10))
                return Task.isCancelled
            }
        }
        stage.timed.advance(.seconds(2))
        #expect(losses.words == ["\(LockError.lost(id, fencingNumber: 1))"] && work.result == nil)
        stage.timed.advance(.seconds(8))
        #expect(try work.result?.get() == false)
        #expect(losses.words.count == 1)
    }

    @Test("a loss that nobody was told of before the work has ended counts all the same")
    func endsWithItsTerm() throws {
        let losses = Notes()
        for isCancelled in [true, false] {
            let stage = try LockStage(.memory)
            let (id, system) = (stage.id, stage.system)
            let locks = stage.locks(try LockSettings(term: .seconds(1), waitingAtMost: .zero))
            stage.failRenewals(.closed)
            let policy = isCancelled ? LockLossPolicy.failFast : .continue { losses.add("\($0)") }
            let work = stage.begin {
                try await locks.withLock(of: id, in: system, whenLost: policy) { _ in
                    await system.pause(for: .seconds(1))
                    return 7
                }
            }
            stage.timed.advance(.seconds(1))
            let loss = LockError.lost(id, fencingNumber: 1)
            if isCancelled {
                #expect(work.error as? LockError == loss && losses.words.isEmpty)
            } else {
                #expect(try work.result?.get() == 7)
                #expect(losses.words == ["\(loss)"])
            }
        }
    }

    @Test(
        "a lock that the task holds already is the same one, and stays until its own end",
        arguments: StoreKind.allCases, [(true, true), (true, false), (false, true), (false, false)])
    func nested(_ kind: StoreKind, _ isWatched: (outer: Bool, inner: Bool)) throws {
        let stage = try LockStage(kind)
        let (locks, id, system, store) = (stage.locks(), stage.id, stage.system, stage.timed.store)
        @Sendable func locked<Result: Sendable>(
            _ isWatched: Bool, _ body: @escaping @Sendable (HeldLock) async throws -> Result
        ) async throws -> Result {
            if isWatched { return try await locks.withLock(of: id, in: system, whenLost: .failFast, body) }
            return try await locks.withLock(of: id, in: system, body)
        }
        let work = stage.begin {
            try await locked(isWatched.outer) { outer in
                let inner = try await locked(isWatched.inner) { $0.fencingNumber }
                let held = try await store.get(id.description, at: system.now)?.fencingNumber
                return [outer.fencingNumber, inner, held]
            }
        }
        #expect(try work.result?.get() == [1, 1, 1])
        #expect(try stage.heldLease() == nil)
    }

    @Test("a task that outlives the lock that it was begun under takes its own")
    func outlives() throws {
        let stage = try LockStage(.memory)
        let (locks, id, system, scheduler) = (stage.locks(), stage.id, stage.system, stage.scheduler)
        let work = stage.begin {
            let later = try await locks.withLock(of: id, in: system, whenLost: .failFast) { _ in
                Task(executorPreference: scheduler) {
                    await system.pause(for: .seconds(1))
                    return try await locks.withLock(of: id, in: system, whenLost: .failFast) { $0.fencingNumber }
                }
            }
            return try await later.value
        }
        stage.timed.advance(.seconds(1))
        #expect(try work.result?.get() == 2)
    }

    @Test("the usual locks last and are waited for as they say, and any that can't work are refused")
    func settings() throws {
        let known: [(LockSettings, Int, Int)] = [(.standard, 30, 10), (.fast, 10, 5), (.long, 300, 30)]
        for (settings, term, limit) in known {
            #expect(settings.term == .seconds(term) && settings.limit == .seconds(limit))
        }
        #expect(throws: LeaseLockProviderError.term(.zero)) { try LockSettings(term: .zero, waitingAtMost: .zero) }
        let error = #expect(throws: LeaseLockProviderError.self) {
            try LockSettings(term: .seconds(1), waitingAtMost: .seconds(-1))
        }
        #expect(error?.description == "a lock is waited for for no time or longer, not -1.0 seconds")
        #expect(throws: LeaseLockProviderError.pause(.zero)) {
            try LockSettings(term: .seconds(1), waitingAtMost: .zero, askingEvery: .zero)
        }
    }
}

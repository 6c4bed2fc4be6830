import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("What a failed write of a durable state leaves")
struct DurableCommitTests {
    private let stage: AccountStage
    private let log = Recorder<String>()

    init() throws { stage = try AccountStage() }

    /// Adds an amount with a hook that is logged, and answers the balance.
    private func add(_ account: ActorRef<AccountCommand>, _ amount: Double) -> Result<Double, AskError>? {
        let log = log
        return stage.ask(account) { replyTo in
            AccountCommand("add \(amount)") { context, account in
                log.add("decided at \(context.sequenceNumber)")
                return .persist(Account(account.balance + amount)).thenRun { _ in log.add("hook \(Int(amount))") }
                    .thenReply(to: replyTo) { $0.balance }
            }
        }
    }

    @Test("replies are computed before the write, and hooks and replies follow it in their order")
    func order() throws {
        let log = log
        let target = ActorRef<Double>.capturing(in: stage.system) { _ in log.add("sent") }
        stage.store.beforeStateWrite { _ in log.add("write") }
        stage.tell(
            stage.spawn(),
            .doing(
                .persist(Account(1)).thenRun { _ in log.add("run") }.thenReply(to: target) { account in
                    log.add("computed from \(account.balance)")
                    return account.balance
                }))
        #expect(log.values == ["computed from 1.0", "write", "run", "sent"])
    }

    @Test("a handler that throws writes nothing, and the asker is told at once")
    func handlerThrows() throws {
        let account = stage.spawn()
        let reply: Result<Int, AskError>? = stage.ask(account) { _ in
            AccountCommand("boom") { _, _ in throw Failure("handler boom") }
        }
        #expect(rejection(reply) as? Failure == Failure("handler boom"))
        #expect(account.isStopped)
        #expect(stage.store.stateWriteCount == 0)
    }

    @Test("a state that can't be encoded is not written, and the asker is told its type and why")
    func encoding() throws {
        let account = stage.spawn(stage.account().supervised(by: .resume))
        _ = add(account, 1)
        let error = rejection(add(account, .infinity)) as? DurableStateCodingError
        #expect(error?.description.contains("Account") == true)
        #expect(stage.store.stateWriteCount == 1)
        #expect(try stage.balance(account) == 1)
    }

    @Test(
        "a write that is refused leaves state and store, runs no hook, tells the asker, and stops the entity",
        arguments: [StoreError.Reason.full, .busy, .readOnly, .closed])
    func refused(reason: StoreError.Reason) throws {
        stage.store.failStateWrite(2, with: .refused(reason))
        let account = stage.spawn(stage.account().supervised(by: .restart))
        _ = add(account, 1)
        #expect((rejection(add(account, 2)) as? StoreError)?.reason == reason)
        #expect(log.values == ["decided at 0", "hook 1", "decided at 1"])
        #expect(account.isStopped)
        #expect(try stage.revision() == 1)
        #expect(try add(stage.spawn(), 4)?.get() == 5)
    }

    @Test("a deletion that is refused leaves the state, and tells the asker")
    func refusedDeletion() throws {
        stage.store.failStateWrite(2, with: .refused(.busy))
        let account = stage.spawn()
        _ = add(account, 1)
        let reply: Result<Double, AskError>? = stage.ask(account) { replyTo in
            .doing(.delete.thenReply(to: replyTo) { $0.balance })
        }
        #expect((rejection(reply) as? StoreError)?.reason == .busy)
        #expect(try stage.stored() == #"1 Account {"balance":1.0}"#)
    }

    @Test(
        "a write without an answer is an unknown outcome, and recovery finds out", arguments: [false, true],
        [true, false])
    func unknown(wasWritten: Bool, isStoreError: Bool) throws {
        let lost: any Error = isStoreError ? StoreError(.outcomeUnknown, stream: stage.id) : Failure("socket closed")
        stage.store.failStateWrite(
            with: isStoreError
                ? (wasWritten ? .lostAfterCommit : .lostBeforeCommit)
                : (wasWritten ? .errorAfterCommit(lost) : .error(lost)))
        let account = stage.spawn()
        let error = try #require(unknownOutcome(add(account, 1)))
        #expect("\(error)" == "\(lost); read the state before asking again")
        #expect(account.isStopped)
        #expect(log.values == ["decided at 0"])
        #expect(try stage.balance(stage.spawn()) == (wasWritten ? 1 : 0))
    }

    // MARK: - Conflicts

    /// Has somebody write behind the entity's back, just before the write with this number.
    private func interfere(beforeWrite number: Int, balance: Int) {
        let id = stage.id
        stage.store.beforeStateWrite(number) { store in
            let state = NewDurableState(
                stateType: "Account", timestamp: .epoch, state: Array(#"{"balance":\#(balance)}"#.utf8))
            try await store.put(state, of: id, expecting: store.revision(of: id), by: .named("B"))
        }
    }

    @Test("a conflict tells the asker the expected and the actual revision, and the entity has read what is new")
    func conflict() throws {
        interfere(beforeWrite: 1, balance: 50)
        let account = stage.spawn()
        let error = rejection(add(account, 1)) as? ConcurrentModificationError
        #expect(error == ConcurrentModificationError(persistenceID: stage.id, expected: .number(0), actual: 1))
        #expect(!account.isStopped)
        #expect(log.values == ["decided at 0"])
        #expect(try add(account, 2)?.get() == 52)
        #expect(try stage.revision() == 2)
    }

    @Test("with retries a conflicting command is decided again on the fresh state")
    func retries() throws {
        interfere(beforeWrite: 1, balance: 50)
        interfere(beforeWrite: 2, balance: 60)
        let account = stage.spawn(stage.account().withRetries(2))
        #expect(try add(account, 1)?.get() == 61)
        #expect(log.values == ["decided at 0", "decided at 1", "decided at 2", "hook 1"])
        #expect(try stage.stored() == #"3 Account {"balance":61.0}"#)
    }

    @Test("after so many retries the asker gets the last conflict")
    func retriesEnd() throws {
        for number in 1...3 { interfere(beforeWrite: number, balance: number) }
        let account = stage.spawn(stage.account().withRetries(2))
        let error = rejection(add(account, 1)) as? ConcurrentModificationError
        #expect(error?.expected == .number(2) && error?.actual == 3)
        #expect(try stage.balance(account) == 3)
    }

    @Test("a deletion of a state that others have written meanwhile is a conflict")
    func conflictingDeletion() throws {
        interfere(beforeWrite: 2, balance: 50)
        let account = stage.spawn()
        _ = add(account, 1)
        let reply: Result<Double, AskError>? = stage.ask(account) { replyTo in
            .doing(.delete.thenReply(to: replyTo) { $0.balance })
        }
        #expect(
            rejection(reply) as? ConcurrentModificationError
                == ConcurrentModificationError(persistenceID: stage.id, expected: .number(1), actual: 2))
        #expect(try stage.balance(account) == 50)
    }

    @Test("a conflict whose reload finds a state that can't be read tells the asker that")
    func reloadFails() throws {
        let (store, id) = (stage.store, stage.id)
        store.beforeStateWrite { base in
            let state = NewDurableState(stateType: "Other", timestamp: .epoch, state: [])
            try await base.put(state, of: id, expecting: 0, by: .named("B"))
        }
        let error = rejection(add(stage.spawn(), 1)) as? RecoveryError
        #expect(error?.phase == .decode)
        #expect(error?.sequenceNumber == 1)
    }

    @Test("a conflict whose reload can't read the store leaves the state as it was, and the next conflict reads it")
    func reloadRefused() throws {
        interfere(beforeWrite: 1, balance: 50)
        let account = stage.spawn(stage.account().supervised(by: .resume).withRetries(1))
        #expect(try stage.balance(account) == 0)
        stage.store.failRecovery()
        #expect((rejection(add(account, 1)) as? StoreError)?.reason == .busy)
        #expect(try stage.balance(account) == 0)
        #expect(try add(account, 2)?.get() == 52)
    }

    // MARK: - Hooks

    @Test("a hook that throws keeps no later one from running, and supervision is told")
    func hookThrows() throws {
        let log = log
        let account = stage.spawn()
        let reply: Result<Double, AskError>? = stage.ask(account) { replyTo in
            .doing(
                .persist(Account(1)).thenRun { _ in throw Failure("hook boom") }.thenRun { _ in log.add("later") }
                    .thenReply(to: replyTo) { $0.balance })
        }
        #expect(log.values == ["later"])
        #expect(try reply?.get() == 1)
        #expect(account.isStopped)
        #expect(try stage.revision() == 1)
    }

    @Test("an entity that resumes after a failed hook goes on with the right revision")
    func resume() throws {
        let account = stage.spawn(stage.account().supervised(by: .resume))
        stage.tell(account, .doing(.persist(Account(1)).thenRun { _ in throw Failure("hook boom") }))
        #expect(try add(account, 2)?.get() == 3)
        #expect(try stage.revision() == 2)
    }
}

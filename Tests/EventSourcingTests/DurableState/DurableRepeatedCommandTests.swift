import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

@Suite("A command for a durable state that comes twice")
struct DurableRepeatedCommandTests {
    private let stage: AccountStage
    private let seven = Metadata(commandID: ULID(high: 1, low: 7))
    private let eight = Metadata(commandID: ULID(high: 1, low: 8))

    init() throws { stage = try AccountStage() }

    /// Adds an amount under an id, from a task of its own, and answers the balance.
    private func add(
        _ amount: Double, to account: ActorRef<AccountCommand>, as metadata: Metadata
    ) throws -> Result<Double, AskError> {
        try ask(account, as: metadata) { replyTo in
            AccountCommand("add") { _, account in
                .persist(Account(account.balance + amount)).thenReply(to: replyTo) { $0.balance }
            }
        }
    }

    private func ask(
        _ account: ActorRef<AccountCommand>, as metadata: Metadata,
        _ make: @escaping @Sendable (ActorRef<Double>) -> AccountCommand
    ) throws -> Result<Double, AskError> {
        try stage.scheduler.run {
            do throws(AskError) {
                return .success(try await account.ask(timeout: .seconds(5), as: metadata, make))
            } catch {
                return .failure(error)
            }
        }
    }

    @Test("engine 162: it has the first one's effect and reply, and writes once, also after a restart")
    func sameIDTwice() throws {
        let first = stage.spawn()
        #expect(try add(10, to: first, as: seven).get() == 10)
        #expect(try add(5, to: first, as: eight).get() == 15)
        #expect(try add(10, to: first, as: seven).get() == 10)
        let other = try AccountStage(on: stage.store)
        let account = other.spawn()
        let again = try other.scheduler.run { [seven] in
            try await account.ask(timeout: .seconds(5), as: seven) { (replyTo: ActorRef<Double>) in
                AccountCommand("add") { _, _ in .persist(Account(99)).thenReply(to: replyTo) { $0.balance } }
            }
        }
        #expect(again == 10)
        #expect(try stage.stored() == #"2 Account {"balance":15.0}"#)
        #expect(stage.store.stateWriteCount == 2)
    }

    @Test("where two handle it at the same time, the store decides, and the second one gets the first one's reply")
    func sameTime() throws {
        stage.store.hideCommands()
        let (first, second) = (stage.spawn(), stage.spawn())
        #expect(try stage.balance(second) == 0)
        #expect(try add(10, to: first, as: seven).get() == 10)
        // This one has not read the first one's write, and its own is refused for the id, not for the revision.
        #expect(try add(20, to: second, as: seven).get() == 10)
        #expect(try stage.stored() == #"1 Account {"balance":10.0}"#)
    }

    @Test("a deletion that comes twice deletes once, and a state written in between stays")
    func deletion() throws {
        let account = stage.spawn()
        let delete: @Sendable (ActorRef<Double>) -> AccountCommand = { replyTo in
            .doing(.delete.thenReply(to: replyTo) { $0.balance })
        }
        _ = stage.add(account, 10)
        #expect(try ask(account, as: seven, delete).get() == 0)
        #expect(try stage.add(account, 3)?.get() == 3)
        #expect(try ask(account, as: seven, delete).get() == 0)
        #expect(try stage.balance(account) == 3)
    }

    @Test("an unknown outcome is settled by asking again with the same id", arguments: [false, true])
    func unknown(wasWritten: Bool) throws {
        stage.store.failStateWrite(with: wasWritten ? .lostAfterCommit : .lostBeforeCommit)
        guard case .failure(.outcomeUnknown) = try add(10, to: stage.spawn(), as: seven) else {
            Issue.record("the outcome is not unknown")
            return
        }
        #expect(try add(10, to: stage.spawn(), as: seven).get() == 10)
        #expect(try stage.stored() == #"1 Account {"balance":10.0}"#)
    }

    @Test("a repetition whose reply was not kept is told so, and a told one does nothing")
    func replyNotKept() throws {
        let account = stage.spawn()
        for _ in 0..<2 { account.tell(.add(10), as: seven) }
        stage.scheduler.drain()
        #expect(try stage.balance(account) == 10)
        let error = rejection(try add(10, to: account, as: seven)) as? RepeatedCommandError
        #expect(error?.commandID == seven.commandID)
    }

    @Test("a command that persists nothing stores no id, and forgotten ids are new again")
    func nothingPersisted() throws {
        let account = stage.spawn()
        account.tell(.doing(.none), as: seven)
        stage.scheduler.drain()
        #expect(try add(10, to: account, as: seven).get() == 10)
        let store = stage.store
        #expect(
            try stage.scheduler.run { try await store.forgetCommands(before: Timestamp(microseconds: 1_000_001)) } == 1)
        #expect(try add(10, to: account, as: seven).get() == 20)
    }
}

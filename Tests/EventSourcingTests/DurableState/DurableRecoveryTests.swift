import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("Recovery of a durable state")
struct DurableRecoveryTests {
    private let stage: AccountStage

    init() throws { stage = try AccountStage() }

    /// The error that keeps the account from being recovered.
    private func recoveryError() -> RecoveryError? {
        let result: Result<Double, AskError>? = stage.ask(stage.spawn()) { replyTo in
            AccountCommand("balance") { _, account in .reply(to: replyTo, account.balance) }
        }
        return rejection(result) as? RecoveryError
    }

    @Test(
        "RecoveryCompleted comes once, before any command, also where nothing is stored", arguments: [0, 3] as [Int64])
    func completed(revision: Int64) throws {
        try stage.given(#"{"balance":1}"#, revision: revision)
        let seen = Recorder<String>()
        let behavior = stage.account().behavior.onSignal { _, signal in
            if let completed = signal as? RecoveryCompleted {
                seen.add("completed \(completed.persistenceID) \(completed.sequenceNumber)")
            }
            return .same
        }
        let account = stage.system.spawn(behavior, name: "account")
        let command = AccountCommand("command") { _, _ in
            seen.add("command")
            return .none
        }
        stage.tell(account, command, command)
        #expect(seen.values == ["completed Account|account-1 \(revision)", "command", "command"])
        #expect(stage.store.recoveryCount == 1)
    }

    @Test("hooks do not run when the state is recovered")
    func noHooks() throws {
        let log = Recorder<String>()
        stage.tell(stage.spawn(), .doing(.persist(Account(1)).thenRun { _ in log.add("once") }))
        let again = try AccountStage(on: stage.store)
        #expect(try again.balance(again.spawn()) == 1)
        #expect(log.values == ["once"])
    }

    @Test("a state that does not fit its checksum is not recovered, and never becomes an empty one")
    func damaged() throws {
        try stage.given(#"{"balance":500}"#, revision: 5)
        stage.store.spoilStates()
        let error = try #require(recoveryError())
        #expect(error.persistenceID == stage.id)
        #expect(error.sequenceNumber == 5)
        #expect(error.phase == .decode)
        #expect(
            error.description
                == "Account|account-1 could not be recovered at #5 (decode): the stored state does not fit its checksum"
        )
    }

    @Test("a state of another type or that can't be decoded is not recovered", arguments: ["Wallet", "Account"])
    func undecodable(type: String) throws {
        try stage.given(#"{"other":"secret"}"#, stateType: type)
        let error = try #require(recoveryError())
        #expect(error.phase == .decode)
        #expect(error.sequenceNumber == 1)
        #expect(!error.description.contains("secret"))
        if type == "Wallet" {
            #expect(error.description.contains("Wallet version 1, and Account version 1 is expected"))
        }
    }

    @Test("a store that is away for a moment is asked again as supervision says, and commands wait in their order")
    func away() throws {
        try stage.given(#"{"balance":500}"#)
        stage.store.failRecovery(2)
        let account = stage.spawn(
            stage.account().supervised(by: .restart))
        stage.tell(account, .add(1), .add(2))
        #expect(try stage.balance(account) == 503)
        #expect(stage.store.recoveryCount == 3)
    }

    @Test("an entity that restarts reads its state again")
    func restart() throws {
        let account = stage.spawn(stage.account().supervised(by: .restart))
        stage.tell(account, .set(7), AccountCommand("boom") { _, _ in throw Failure("boom") }, .add(1))
        #expect(try stage.balance(account) == 8)
        #expect(try stage.revision() == 2)
    }

    @Test("a state that others write and delete while it is read makes the next write a conflict, and loses nothing")
    func readBetween() throws {
        try stage.given(#"{"balance":1}"#)
        let id = stage.id
        stage.store.duringRecovery { store in
            let state = NewDurableState(stateType: "Account", timestamp: .epoch, state: [])
            try await store.put(state, of: id, expecting: 1, by: .named("B"))
            try await store.delete(id, expecting: 2)
        }
        let account = stage.spawn(stage.account().withRetries(1))
        #expect(try stage.add(account, 5)?.get() == 5)
        #expect(stage.store.stateWriteCount == 2)
        #expect(try stage.stored() == #"3 Account {"balance":5.0}"#)
    }
}

@Suite("Describing an entity with a durable state")
struct DurableStateBehaviorTests {
    @Test("engine 112: without a store the error names the modifier to call", arguments: AccountStyle.allCases)
    func missingStore(style: AccountStyle) throws {
        let stage = try AccountStage(style)
        let account = stage.spawn(style.account(stage.id))
        let error = rejection(stage.add(account, 1)) as? DurableStateBehaviorError
        #expect(error == .missingDurableStateStore(stage.id))
        #expect(
            error?.description
                == "Account|account-1 has no durable state store; give it one with withDurableStateStore(_:)")
    }

    @Test("engine 112: every modifier leaves the original as it was", arguments: AccountStyle.allCases)
    func copies(style: AccountStyle) throws {
        let stage = try AccountStage(style)
        let original = style.account(stage.id)
        let changed = original.withDurableStateStore(stage.store).withWriter(.named("W")).withRetries(3)
            .withStashCapacity(5).supervised(by: .restart)
        #expect(original.store == nil && original.writer == nil && original.retries == 0)
        #expect(original.stashCapacity == nil && original.supervision == nil)
        #expect(changed.store != nil && changed.writer == .named("W") && changed.retries == 3)
        #expect(changed.stashCapacity == 5 && changed.supervision != nil)
        #expect(changed.withRetries(-1).retries == 0 && changed.withStashCapacity(-1).stashCapacity == 0)
    }

    @Test("a state is written by the writer that was set, and by the system's own where none was")
    func writer() throws {
        let stage = try AccountStage()
        func lastWriter() throws -> WriterID? {
            let (store, id) = (stage.store.base, stage.id)
            return try stage.scheduler.run { try await store.get(id)?.description.writer }
        }
        stage.tell(stage.spawn(), .set(1), .doing(.stop))
        #expect(try lastWriter() == stage.system.writerID)
        stage.tell(stage.spawn(stage.account().withWriter(.named("W"))), .set(2))
        #expect(try lastWriter() == .named("W"))
    }
}

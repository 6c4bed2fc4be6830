import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

@Suite("The test kit for durable states")
struct DurableStateTestTests {
    private typealias WalletTest = DurableStateTest<Wallet.Command, Wallet.State>

    private func wallet() throws -> WalletTest {
        WalletTest(Wallet(persistenceID: try PersistenceID("Wallet", "wallet-1")))
    }

    @Test("what does not come true is told in a sentence with what was expected and what was found")
    func sentences() throws {
        let outcome = try wallet().given(Wallet.State(balance: 10)).when { .pay(4, replyTo: $0) }
        #expect(
            try sentence { try outcome.thenState(Wallet.State(balance: 7)) }
                == "Wallet|wallet-1: expected the state State(balance: 7), and found State(balance: 6)")
        #expect(
            try sentence { try outcome.thenState("an empty wallet") { $0.balance == 0 } }
                == "Wallet|wallet-1: expected an empty wallet, and the state is State(balance: 6)")
        #expect(
            try sentence { try outcome.thenRevision(1) } == "Wallet|wallet-1: expected revision 1, and found 2")
        #expect(
            try sentence { try outcome.thenNothingWritten() }
                == "Wallet|wallet-1: expected nothing to be written, and revision 2 was written: State(balance: 6)")
        #expect(
            try sentence { try outcome.thenDeleted() }
                == "Wallet|wallet-1: expected no stored state, and found revision 2: State(balance: 6)")
        #expect(
            try sentence { try outcome.thenReply(7) } == "Wallet|wallet-1: expected the reply 7, and found 6")
        #expect(
            try sentence { try outcome.thenDecided(.delete) }
                == "Wallet|wallet-1: expected the handler to decide delete, and it decided persist")
        #expect(
            try sentence { try outcome.thenStopped() } == "Wallet|wallet-1: expected the entity to stop, and it runs")
        #expect(
            try sentence { try outcome.thenRejected(with: Wallet.Overdrawn.self) }
                == "Wallet|wallet-1: expected a rejection with Overdrawn, and the reply was 6")
        #expect(
            try sentence { try outcome.thenOutcomeUnknown() }
                == "Wallet|wallet-1: expected an unknown outcome, and the reply was 6")
        #expect(
            try sentence { try outcome.thenNoReply() } == "Wallet|wallet-1: expected no reply, and the reply was 6")
    }

    @Test("what is missing is told as well: an answer, a decision, a state")
    func missing() throws {
        let test = try wallet().given(Wallet.State(balance: 1))
        let stashed = try test.when { (_: ActorRef<Int>) in .later }.thenNoReply().thenDecided(.stash)
        #expect(
            try sentence { try stashed.thenReply(1) }
                == "Wallet|wallet-1: expected the reply 1, and nothing has answered")
        let rejected = try test.when { .pay(4, replyTo: $0) }
        #expect(
            try sentence { try rejected.thenReply(1) }
                == "Wallet|wallet-1: expected the reply 1, and there was none: "
                + "The message was rejected: Overdrawn(by: 3)")
        #expect(
            try sentence { try rejected.thenRejected(with: StoreError.self) }
                == "Wallet|wallet-1: expected a rejection with StoreError, and it was rejected with: Overdrawn(by: 3)")
        #expect(
            try sentence { try rejected.thenDecided(.persist) }
                == "Wallet|wallet-1: expected the handler to decide persist, and it did not decide anything")
        let closed = try test.when(.close)
        #expect(
            try sentence { try closed.thenNothingWritten() }
                == "Wallet|wallet-1: expected nothing to be written, and the state was deleted")
    }

    @Test("a state is given before the first command, with rising revisions")
    func given() throws {
        let test = try wallet()
        try test.given(Wallet.State(balance: 1), revision: 2)
        #expect(
            try sentence { try test.given(Wallet.State(), revision: 2) }
                == "Wallet|wallet-1: a state is given as revision 2, behind 2")
        #expect(
            try sentence { try test.given(Wallet.State(), revision: -1) }
                == "Wallet|wallet-1: a state is given as revision -1, behind 2")
        try test.given(Wallet.State(balance: 7), revision: 5).when { .pay(1, replyTo: $0) }.thenReply(6).thenRevision(6)
        #expect(
            try sentence { try test.given(Wallet.State(), revision: 9) }
                == "Wallet|wallet-1: given(_:) comes before the first command, and the entity runs already")
    }

    // MARK: - Round trip

    /// Forgets its note when it is stored.
    private struct Forgetful: Codable, Hashable, Sendable {
        var name: String
        var note = "none"

        private enum CodingKeys: CodingKey { case name }
    }

    private func forgetful(checking: Bool) throws -> DurableStateTest<String, Forgetful> {
        DurableStateTest(
            DurableStateBehavior(
                id: try PersistenceID("Notes", "1"), emptyState: Forgetful(name: ""),
                commandHandler: { _, command, _ in .persist(Forgetful(name: "a", note: command)) }),
            checksRoundTrip: checking)
    }

    @Test("a state that loses something in the store fails the first test, given and from a command")
    func lostInStore() throws {
        let lost =
            #"Notes|1: the state Forgetful(name: "a", note: "x") comes back from the store as "#
            + #"Forgetful(name: "a", note: "none")"#
        #expect(try sentence { try forgetful(checking: true).given(Forgetful(name: "a", note: "x")) } == lost)
        #expect(try sentence { try forgetful(checking: true).when("x") } == lost)
        try forgetful(checking: true).when("none").thenRevision(1)
        try forgetful(checking: false).when("x").thenState(Forgetful(name: "a"))
    }

    @Test("a state that can't be encoded is refused by the engine, as it will be later")
    func unencodable() throws {
        let test = DurableStateTest<ActorRef<Int>, Double>(
            DurableStateBehavior(
                id: try PersistenceID("Number", "1"), emptyState: 0,
                commandHandler: { _, _, _ in .persist(.infinity) }))
        let outcome = try test.when { (replyTo: ActorRef<Int>) in replyTo }.thenNothingWritten()
        try outcome.thenRejected(with: DurableStateCodingError.self)
    }

    // MARK: - Stores that fail

    @Test("a conflict leaves the state, and another writer's state before a write makes a true one")
    func conflict() throws {
        let test = try wallet().given(Wallet.State(balance: 10))
        test.store.failStateWrite(with: .conflict)
        let conflict = try test.when { .pay(4, replyTo: $0) }.thenNothingWritten()
            .thenRejected(with: ConcurrentModificationError.self)
        #expect(conflict.expected == .number(1) && conflict.actual == 1)
        let writer = test.system.writerID
        test.store.beforeStateWrite { store in
            try await store.put(
                NewDurableState(stateType: "State", timestamp: .epoch, state: Array(#"{"balance":99}"#.utf8)),
                of: PersistenceID("Wallet", "wallet-1"), expecting: 1, by: writer)
        }
        let overtaken = try test.when { .pay(4, replyTo: $0) }.thenState(Wallet.State(balance: 99)).thenRevision(2)
        #expect(try overtaken.thenRejected(with: ConcurrentModificationError.self).actual == 2)
    }

    @Test("a write whose answer is lost before the commit leaves nothing, and nobody knows")
    func lostBeforeCommit() throws {
        let test = try wallet().given(Wallet.State(balance: 10))
        test.store.failStateWrite(with: .lostBeforeCommit)
        try test.when { .pay(4, replyTo: $0) }.thenOutcomeUnknown().thenNothingWritten().thenStopped()
        #expect(test.store.stateWriteCount == 1)
    }

    @Test("a store that is away for a moment keeps the command waiting until the time is moved on")
    func away() throws {
        let test = try wallet().given(Wallet.State(balance: 10))
        test.store.failRecovery()
        try test.when { .pay(4, replyTo: $0) }.thenNoReply().thenNothingWritten()
        test.scheduler.advance(by: .seconds(1))
        try test.when { .pay(1, replyTo: $0) }.thenReply(5).thenRevision(3)
        #expect(test.store.recoveryCount == 2)
    }

    @Test("a store that can't be read at all rejects the asker, and the next command finds the state")
    func unreadable() throws {
        let test = try wallet().given(Wallet.State(balance: 10))
        test.store.failRecovery(with: .corrupt)
        let refused = try test.when { .pay(4, replyTo: $0) }.thenNothingWritten()
        #expect(try refused.thenRejected(with: StoreError.self).reason == .corrupt)
        try test.when { .pay(4, replyTo: $0) }.thenReply(6)
    }

    @Test("a state that does not fit its checksum rejects the asker with where and why")
    func damaged() throws {
        let test = try wallet().given(Wallet.State(balance: 10))
        test.store.spoilStates()
        let error = try test.when { .pay(4, replyTo: $0) }.thenRejected(with: RecoveryError.self)
        #expect(
            error.description
                == "Wallet|wallet-1 could not be recovered at #1 (decode): the stored state does not fit its checksum")
        test.store.spoilStates(areDamaged: false)
        try test.when { .pay(4, replyTo: $0) }.thenReply(6)
    }

    @Test("a slow store keeps the command waiting in virtual time, and a disconnected one refuses it")
    func slowAndDisconnected() throws {
        let test = try wallet()
        let start = test.scheduler.now
        test.store.slowDown(by: .seconds(2), in: test.system)
        try test.when(.receive(1)).thenRevision(1)
        // The revision at the recovery, and the write; a revision of 0 needs no state.
        #expect(test.scheduler.now == start.adding(.seconds(4)))
        test.store.disconnect()
        let refused = try test.when { .pay(1, replyTo: $0) }.thenNothingWritten()
        #expect(try refused.thenRejected(with: StoreError.self).reason == .closed)
        test.store.reconnect()
        try test.when { .pay(1, replyTo: $0) }.thenReply(0)
    }

    // MARK: - Determinism

    @Test("the same seed gives the same identifiers and the same time")
    func deterministic() throws {
        func seen(seed: UInt64) throws -> [String] {
            let test = WalletTest(Wallet(persistenceID: try PersistenceID("Wallet", "w")), seed: seed)
            try test.when(.receive(1))
            let (store, id) = (test.store.base, try PersistenceID("Wallet", "w"))
            let stored = try test.scheduler.run { try await store.get(id) }
            return ["\(test.nextID())", "\(stored?.description.writer.description ?? "")", "\(test.scheduler.now)"]
        }
        #expect(try seen(seed: 1) == seen(seed: 1))
        #expect(try Set(seen(seed: 1)).intersection(seen(seed: 2)).count == 1)
    }
}

/// The sentence that a failed expectation gives, without the place before it.
func sentence(file: String = #fileID, _ body: () throws -> Void) throws -> String {
    let error = try #require(#expect(throws: ExpectationError.self) { try body() })
    #expect(error.description.hasPrefix(file + ":"))
    return try String(#require(error.description.split(separator: ": ", maxSplits: 1).last))
}

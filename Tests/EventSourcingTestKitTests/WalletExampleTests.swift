import Actors
import EventSourcing
import EventSourcingTestKit
import Testing

/// A wallet, as an application would describe it.
struct Wallet: DurableStateActor {
    enum Command: Sendable {
        case pay(Int, replyTo: ActorRef<Int>)
        case receive(Int)
        case close
        case later
    }

    struct State: Codable, Hashable, Sendable { var balance = 0 }

    struct Overdrawn: Error, Equatable { var by: Int }

    let persistenceID: PersistenceID
    let emptyState = State()

    func handle(
        _ context: CommandContext<Command>, _ command: Command, _ wallet: State
    ) throws -> DurableEffect<State> {
        switch command {
        case .pay(let amount, let replyTo):
            if amount > wallet.balance { throw Overdrawn(by: amount - wallet.balance) }
            return .persist(State(balance: wallet.balance - amount)).thenReply(to: replyTo) { $0.balance }
        case .receive(let amount): return .persist(State(balance: wallet.balance + amount))
        case .close: return .delete.thenStop()
        case .later: return .stash
        }
    }
}

@Suite("A wallet, tested with the test kit")
struct WalletExampleTests {
    private let test: DurableStateTest<Wallet.Command, Wallet.State>

    init() throws { test = DurableStateTest(Wallet(persistenceID: try PersistenceID("Wallet", "wallet-1"))) }

    @Test("given ten, when four are paid, then six are left, in the next revision")
    func pay() throws {
        try test.given(Wallet.State(balance: 10), revision: 3)
        try test.when { .pay(4, replyTo: $0) }.thenState(Wallet.State(balance: 6)).thenRevision(4).thenReply(6)
    }

    @Test("a wallet never pays more than it has, and the asker is told so at once")
    func overdrawn() throws {
        let outcome = try test.when { .pay(4, replyTo: $0) }.thenNothingWritten().thenStopped()
        #expect(try outcome.thenRejected(with: Wallet.Overdrawn.self).by == 4)
    }

    @Test("a closed wallet is gone and has stopped, and the next one goes on with its revision")
    func close() throws {
        try test.given(Wallet.State(balance: 10))
        try test.when(.close).thenDeleted().thenRevision(1).thenStopped().thenDecided(.delete)
        try test.when(.receive(5)).thenState(Wallet.State(balance: 5)).thenRevision(2)
    }

    @Test("when the disk is full nothing is paid, and the next command finds the wallet as it was")
    func diskFull() throws {
        try test.given(Wallet.State(balance: 10))
        test.store.failStateWrite(with: .refused(.full))
        let refused = try test.when { .pay(4, replyTo: $0) }.thenNothingWritten()
        #expect(try refused.thenRejected(with: StoreError.self).reason == .full)
        try test.when { .pay(1, replyTo: $0) }.thenReply(9)
    }

    @Test("when the connection is lost after the commit, the asker can't know, and four are paid")
    func lostAnswer() throws {
        try test.given(Wallet.State(balance: 10))
        test.store.failStateWrite(with: .lostAfterCommit)
        try test.when { .pay(4, replyTo: $0) }.thenOutcomeUnknown().thenState(Wallet.State(balance: 6))
        try test.when { .pay(1, replyTo: $0) }.thenReply(5)
    }

    @Test("a restart changes nothing")
    func restart() throws {
        try test.when(.receive(10)).thenRevision(1)
        try test.restart()
        try test.when { .pay(4, replyTo: $0) }.thenReply(6).thenRevision(2)
    }
}

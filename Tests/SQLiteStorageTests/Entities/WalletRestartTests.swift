import Actors
import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

/// A wallet on a store, which is kept as a whole.
private struct WalletActor: DurableStateActor {
    struct Wallet: Codable, Hashable, Sendable { var balance = 0 }

    /// Adds an amount, and answers the balance when it is durable; nil empties the wallet.
    struct Add: Sendable {
        var amount: Int?
        var replyTo: ActorRef<Int>
    }

    let persistenceID: PersistenceID
    let emptyState = Wallet()

    func handle(_ context: CommandContext<Add>, _ command: Add, _ wallet: Wallet) throws -> DurableEffect<Wallet> {
        let effect: DurableEffect<Wallet> =
            if let amount = command.amount { .persist(Wallet(balance: wallet.balance + amount)) } else { .delete }
        return effect.thenReply(to: command.replyTo) { $0.balance }
    }
}

@Suite("Entities with a durable state across systems, on a file")
struct WalletRestartTests {
    /// Opens the file, has a wallet of a new system add the amounts, and closes all of it.
    private func add(_ amounts: Int?..., in path: String) async throws -> [Int] {
        let store = try SQLiteStore.open(path)
        let system = ActorSystem(name: "wallets")
        let wallet = WalletActor(persistenceID: try .named("Wallet|wallet-1"))
        let ref = system.spawn(wallet.durableState.withDurableStateStore(store).behavior, name: "wallet")
        var balances: [Int] = []
        for amount in amounts {
            balances.append(
                try await ref.ask(timeout: .seconds(600)) { WalletActor.Add(amount: amount, replyTo: $0) })
        }
        await system.shutdown()
        store.close()
        return balances
    }

    @Test("engine 123, 125: what one system wrote the next one has, and goes on with the next revision")
    func restart() async throws {
        let folder = try TemporaryFolder()
        let id = try PersistenceID.named("Wallet|wallet-1")
        try SQLiteStore.create(folder.file()).close()
        #expect(try await add(10, 20, 30, in: folder.file()) == [10, 30, 60])
        #expect(try await SQLiteStore.open(folder.file()).get(id)?.description.revision == 3)
        #expect(try await add(5, nil, in: folder.file()) == [65, 0])
        #expect(try await SQLiteStore.open(folder.file()).get(id) == nil)
        #expect(try await add(7, in: folder.file()) == [7])
        let stored = try await SQLiteStore.open(folder.file()).get(id)
        #expect(stored?.description.revision == 5)
        #expect(stored?.description.stateType == "Wallet")
        #expect(stored.map { String(decoding: $0.state, as: UTF8.self) } == #"{"balance":7}"#)
    }
}

import EventSourcing

// snippet
struct Wallet: DurableStateActor {
    enum Command: Sendable {
        case pay(Int, replyTo: ActorRef<Int>)
        case receive(Int)
        case close
    }

    struct State: Codable, Hashable, Sendable { var balance = 0 }

    struct Overdrawn: Error, Equatable { var by: Int }

    let persistenceID: PersistenceID
    let emptyState = State()

    /// The name that stands in the store; renaming the Swift type changes nothing there.
    var codec: SnapshotCodec<State> { .json("Wallet") }

    func handle(
        _ context: CommandContext<Command>, _ command: Command, _ wallet: State
    ) throws -> DurableEffect<State> {
        switch command {
        case .pay(let amount, let replyTo):
            if amount > wallet.balance { throw Overdrawn(by: amount - wallet.balance) }
            return .persist(State(balance: wallet.balance - amount)).thenReply(to: replyTo) { $0.balance }
        case .receive(let amount): return .persist(State(balance: wallet.balance + amount))
        case .close: return .delete.thenStop()
        }
    }
}
// end

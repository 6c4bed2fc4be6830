import Actors
import Testing

// snippet
enum CounterMessage: Sendable {
    case increment
    case read(replyTo: ActorRef<Int>)
}

func counting(_ count: Int) -> Behavior<CounterMessage> {
    .receive { _, message in
        switch message {
        case .increment: return counting(count + 1)
        case .read(let replyTo):
            replyTo.tell(count)
            return .same
        }
    }
}
// end

@Suite("Snippets about actors")
struct ActorSnippets {
    @Test("a counter counts")
    func counter() async throws {
        // snippet
        let system = ActorSystem(name: "example")
        let counter = system.spawn(counting(0), name: "counter")
        counter.tell(.increment)
        let count = try await counter.ask(timeout: .seconds(1)) { .read(replyTo: $0) }
        await system.shutdown()
        // end
        #expect(count == 1)
    }
}

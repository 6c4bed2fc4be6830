import Actors

/// Plain messages to one actor: an increment told again and again, and the sum asked for at the end.
struct MessageBench {
    let options: BenchOptions

    private var count: Int { options.isQuick ? 500_000 : 2_000_000 }

    func run() async throws -> [Measurement] {
        var rates: [Double] = []
        for _ in 0..<options.slices { rates.append(try await rate()) }
        return [
            Measurement(
                work: "plain messages, one actor", value: rates.sorted()[rates.count / 2], unit: "messages/s",
                must: .atLeast(2_000_000))
        ]
    }

    private func rate() async throws -> Double {
        let system = ActorSystem(name: "bench")
        let actor = system.spawn(Self.tally)
        let clock = ContinuousClock()
        let begin = clock.now
        for number in 1...count { actor.tell(.add(number)) }
        let sum = try await actor.ask(timeout: .seconds(60)) { .sum(replyTo: $0) }
        let duration = clock.now - begin
        await system.shutdown()
        guard sum == count * (count + 1) / 2 else { throw BenchError(reason: "messages were lost: \(sum)") }
        return Double(count) / (duration / .seconds(1))
    }

    enum Message: Sendable {
        case add(Int)
        case sum(replyTo: ActorRef<Int>)
    }

    static var tally: Behavior<Message> {
        .setup { _ in
            let tally = Tally()
            return .receive { _, message in
                switch message {
                case .add(let number): tally.sum &+= number
                case .sum(let replyTo): replyTo.tell(tally.sum)
                }
                return .same
            }
        }
    }
}

/// The actor's state.
// Safe to send: only its actor's handler touches it, which handles one message at a time.
private final class Tally: @unchecked Sendable {
    var sum = 0
}

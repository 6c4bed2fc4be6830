import Actors
import EventSourcing

extension RandomPort {
    typealias Timers = any TimerStore

    static let timers = RandomPort(ability: .timers, weight: 4, draw: drawTimers) { _ in
        [
            RandomOperation(Timers.self, "the next deadline") { try await $0.nextDeadline() },
            RandomOperation(Timers.self, "all dead letters") { try await $0.deadLetters(after: nil, limit: .max) },
        ]
            + RandomWorld.ids.map { id in
                RandomOperation(Timers.self, "the timers of \(id)") { try await $0.timers(of: id) }
            }
    }

    private static func drawTimers(_ world: inout RandomWorld) -> RandomOperation {
        let id = world.id()
        let name = world.once(in: 30) ? "" : world.pick(RandomWorld.names)
        switch world.number(1...20) {
        case 1...6:
            let timer = world.timer()
            return RandomOperation(Timers.self, "arm \(timer) of \(id)") { try await $0.arm(timer, of: id) }
        case 7:
            return RandomOperation(Timers.self, "cancel \(name) of \(id)") { try await $0.cancel(name, of: id) }
        case 8...11:
            let (limit, term, claimer, now) = (world.number(-1...5), world.term(), world.claimer(), world.now())
            return RandomOperation(Timers.self, "claim \(limit) timers for \(term) as \(claimer) at \(now)") {
                try await $0.claimDue(limit: limit, for: term, as: claimer, at: now)
            } remember: { claimed, world in
                world.claimedTimers = (world.claimedTimers + claimed).suffix(12)
            }
        case 12:
            let generation = Int64(world.number(-1...12))
            return RandomOperation(Timers.self, "complete \(name) of \(id), generation \(generation)") {
                try await $0.complete(name, of: id, generation: generation)
            }
        case 13...18 where !world.claimedTimers.isEmpty: return endTimer(&world)
        default: return drawLetters(&world)
        }
    }

    private static func endTimer(_ world: inout RandomWorld) -> RandomOperation {
        let (timer, text, now) = (world.pick(world.claimedTimers), world.pick(RandomWorld.names), world.now())
        switch world.number(1...5) {
        case 1, 2:
            return RandomOperation(Timers.self, "complete \(timer)") {
                try await $0.complete(timer.name, of: timer.persistenceID, generation: timer.generation)
            }
        case 3: return RandomOperation(Timers.self, "release \(timer)") { try await $0.release(timer) }
        case 4:
            let retry = now.adding(.seconds(world.number(-2...9)))
            return RandomOperation(Timers.self, "fail \(timer), again at \(retry)") {
                try await $0.fail(timer, error: text, retryAt: retry)
            }
        default:
            return RandomOperation(Timers.self, "give \(timer) up at \(now)") {
                try await $0.deadLetter(timer, reason: text, at: now)
            }
        }
    }

    // MARK: Dead letters

    /// What is done about dead letters, whatever they were before.
    static func drawLetters(_ world: inout RandomWorld) -> RandomOperation {
        typealias Letters = any DeadLetterStore
        let letter = world.letters.isEmpty ? nil : world.pick(world.letters)
        let now = world.now()
        switch (world.number(1...4), letter) {
        case (1, let letter?):
            return RandomOperation(Letters.self, "replay \(letter) at \(now)") { try await $0.replay(letter, at: now) }
        case (2, let letter?):
            return RandomOperation(Letters.self, "dismiss \(letter)") { try await $0.dismiss(letter, at: now) }
        default:
            let (after, limit) = (world.once(in: 2) ? nil : letter, world.number(-1...9))
            return RandomOperation(Letters.self, "\(limit) dead letters behind #\(after?.number ?? 0)") {
                try await $0.deadLetters(after: after, limit: limit)
            } remember: { letters, world in
                world.letters = (world.letters + letters).suffix(12)
            }
        }
    }
}

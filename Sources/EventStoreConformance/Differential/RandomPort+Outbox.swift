import Actors
import EventSourcing

extension RandomPort {
    typealias Outbox = any OutboxStore

    // What fills it goes with the appends.
    static let outbox = RandomPort(ability: .outbox, weight: 4, draw: drawOutbox) { _ in
        [
            RandomOperation(Outbox.self, "all rows of the outbox") { try await $0.entries(after: 0, limit: .max) },
            RandomOperation(Outbox.self, "when the outbox is due") { try await $0.nextDue() },
            RandomOperation(Outbox.self, "all dead letters") { try await $0.deadLetters(after: nil, limit: .max) },
        ]
            + RandomWorld.ids.map { id in
                RandomOperation(Outbox.self, "what waits of \(id)") { try await $0.waiting(of: id, limit: .max) }
            }
    }

    private static func drawOutbox(_ world: inout RandomWorld) -> RandomOperation {
        switch world.number(1...20) {
        case 1...7:
            let (limit, term, claimer, now) = (world.number(-1...5), world.term(), world.claimer(), world.now())
            return RandomOperation(Outbox.self, "claim \(limit) rows for \(term) as \(claimer) at \(now)") {
                try await $0.claim(limit: limit, for: term, as: claimer, at: now)
            } remember: { claimed, world in
                world.claimedEntries = (world.claimedEntries + claimed).suffix(12)
            }
        case 8...15 where !world.claimedEntries.isEmpty: return endEntry(&world)
        case 16:
            let key = world.pick(RandomWorld.names)
            return RandomOperation(Outbox.self, "the row \(key)") { try await $0.entry(withKey: key) }
        case 17:
            let (number, limit) = (Int64(world.number(-1...30)), world.number(-1...9))
            return RandomOperation(Outbox.self, "\(limit) rows behind #\(number)") {
                try await $0.entries(after: number, limit: limit)
            }
        case 18:
            let moment = world.now().adding(.seconds(-world.number(0...60)))
            return RandomOperation(Outbox.self, "forget the rows done before \(moment)") {
                try await $0.forgetCompleted(before: moment)
            }
        default: return drawLetters(&world)
        }
    }

    private static func endEntry(_ world: inout RandomWorld) -> RandomOperation {
        let (entry, text, now) = (world.pick(world.claimedEntries), world.pick(RandomWorld.names), world.now())
        switch world.number(1...5) {
        case 1, 2:
            return RandomOperation(Outbox.self, "complete \(entry) at \(now)") {
                try await $0.complete(entry, at: now)
            }
        case 3: return RandomOperation(Outbox.self, "release \(entry)") { try await $0.release(entry) }
        case 4:
            let retry = now.adding(.seconds(world.number(-2...9)))
            return RandomOperation(Outbox.self, "fail \(entry), again at \(retry)") {
                try await $0.fail(entry, error: text, retryAt: retry)
            }
        default:
            return RandomOperation(Outbox.self, "give \(entry) up at \(now)") {
                try await $0.deadLetter(entry, reason: text, at: now)
            }
        }
    }
}

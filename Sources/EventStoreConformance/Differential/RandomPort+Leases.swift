import Actors
import EventSourcing

extension RandomPort {
    typealias Leases = any LeaseStore

    static let leases = RandomPort(ability: .leases, weight: 3, draw: drawLeases) { world in
        var world = world
        let now = world.now()
        return RandomWorld.names.map { name in
            RandomOperation(Leases.self, "who has \(name) at \(now)") { try await $0.get(name, at: now) }
        }
    }

    private static func drawLeases(_ world: inout RandomWorld) -> RandomOperation {
        let now = world.now()
        let term = Duration.seconds(world.number(0...20))
        switch world.number(1...8) {
        case 1...4:
            let (name, holder) = (world.pick(RandomWorld.names), world.writer())
            let acquisition = ULID.number(UInt64(world.number(0...3)))
            return RandomOperation(Leases.self, "acquire \(name) as \(acquisition) for \(term) at \(now)") {
                try await $0.acquire(name, for: term, as: acquisition, by: holder, at: now)
            } remember: { answer, world in
                if case .acquired(let lease) = answer { world.leases = world.leases.suffix(7) + [lease] }
            }
        case 5, 6:
            guard !world.leases.isEmpty else { break }
            let lease = world.pick(world.leases)
            return RandomOperation(Leases.self, "renew \(lease) for \(term) at \(now)") {
                try await $0.renew(lease, for: term, at: now)
            }
        case 7:
            guard !world.leases.isEmpty else { break }
            let lease = world.pick(world.leases)
            return RandomOperation(Leases.self, "release \(lease)") { try await $0.release(lease) }
        default: break
        }
        let name = world.once(in: 9) ? "" : world.pick(RandomWorld.names)
        return RandomOperation(Leases.self, "who has \(name) at \(now)") { try await $0.get(name, at: now) }
    }

    // MARK: Quarantine

    typealias Quarantine = any QuarantineStore

    static let quarantine = RandomPort(ability: .quarantine, weight: 2, draw: drawQuarantine) { _ in
        [RandomOperation(Quarantine.self, "what is apart") { try await $0.quarantined(after: nil, limit: .max) }]
    }

    private static func drawQuarantine(_ world: inout RandomWorld) -> RandomOperation {
        let (id, number) = (world.id(), Int64(world.number(0...12)))
        switch world.number(1...5) {
        case 1, 2:
            let event = QuarantinedEvent(
                persistenceID: id, sequenceNumber: number, reason: world.pick(RandomWorld.names),
                timestamp: world.now(), writer: world.writer())
            return RandomOperation(Quarantine.self, "set \(id) #\(number) apart") { try await $0.quarantine(event) }
        case 3:
            let now = world.now()
            return RandomOperation(Quarantine.self, "release \(id) #\(number)") {
                try await $0.release(id, sequenceNumber: number, at: now)
            }
        case 4:
            let limit = world.number(-1...5)
            return RandomOperation(Quarantine.self, "\(limit) of \(id) that are apart after \(number)") {
                try await $0.quarantined(of: id, after: number, limit: limit)
            }
        default:
            let event = QuarantinedEvent(
                persistenceID: id, sequenceNumber: number, reason: "", timestamp: .second(0), writer: .first)
            let limit = world.number(-1...5)
            return RandomOperation(Quarantine.self, "\(limit) that are apart after \(id) #\(number)") {
                try await $0.quarantined(after: event, limit: limit)
            }
        }
    }
}

import Actors
import EventSourcing

extension RandomPort {
    typealias Subscriptions = any SubscriptionStore

    private static let applications = ["bank", "Bank"]
    private static let lanes = ["default", "slow", "Slow"]
    private static let targets = RandomWorld.ids + (0..<14).compactMap { try? PersistenceID("Audit", "\($0)") }

    static let subscriptions = RandomPort(ability: .subscriptions, weight: 8, draw: drawSubscriptions) { _ in
        applications.flatMap { application in
            [
                RandomOperation(Subscriptions.self, "the subscriptions of \(application)") {
                    try await $0.list(.all, of: application, after: nil, limit: .max)
                },
                RandomOperation(Subscriptions.self, "the checkpoint of \(application)") {
                    try await $0.checkpoint(of: application)
                },
                RandomOperation(Subscriptions.self, "the lanes of \(application)") {
                    try await $0.lanes(of: application)
                },
                RandomOperation(Subscriptions.self, "what \(application) waits for") {
                    try await $0.nextDue(of: application)
                },
            ]
        }
    }

    private static func drawSubscriptions(_ world: inout RandomWorld) -> RandomOperation {
        let application = world.pick(applications)
        switch world.number(1...20) {
        case 1...5: return correlate(application, &world)
        case 6...10: return claim(application, &world)
        case 11: return world.claims.isEmpty ? claim(application, &world) : renew(&world)
        case 12...15: return world.claims.isEmpty ? claim(application, &world) : end(&world)
        default: return operate(application, &world)
        }
    }

    private static func correlate(_ application: String, _ world: inout RandomWorld) -> RandomOperation {
        let new = (0..<world.number(0...5)).map { _ in
            NewSubscription(
                world.pick(targets), source: world.pick([nil, nil, .exact("Order|a"), .contains("é\u{0}")]),
                lane: world.pick(lanes), priority: Int64(world.number(-2...2)), workMark: Int64(world.number(-1...60)))
        }
        let (position, now) = (Int64(world.number(-1...500)), world.now())
        if world.once(in: 2) {
            return RandomOperation(Subscriptions.self, "subscribe \(new) of \(application)") {
                try await $0.subscribe(new, of: application)
            }
        }
        return RandomOperation(Subscriptions.self, "correlated \(new) through \(position) of \(application)") {
            try await $0.correlated(new, through: position, of: application, at: now)
        }
    }

    private static func claim(_ application: String, _ world: inout RandomWorld) -> RandomOperation {
        let places = ClaimPlaces(lagging: world.number(-1...6), leading: world.number(-1...4))
        let lane = world.once(in: 2) ? nil : world.pick(lanes)
        let (term, holder, now) = (Duration.seconds(world.number(0...30)), world.writer(), world.now())
        return RandomOperation(
            Subscriptions.self, "claim \(places) in \(lane ?? "all") of \(application) for \(term) at \(now)"
        ) {
            try await $0.claim(places, in: lane, of: application, for: term, by: holder, at: now)
        } remember: { claims, world in
            world.claims = Array((world.claims + claims).suffix(20))
        }
    }

    private static func renew(_ world: inout RandomWorld) -> RandomOperation {
        let claims = (0..<world.number(0...4)).map { _ in world.pick(world.claims) }
        let (term, now) = (Duration.seconds(world.number(0...30)), world.now())
        return RandomOperation(Subscriptions.self, "renew \(claims) for \(term) at \(now)") {
            try await $0.renew(claims, for: term, at: now)
        }
    }

    private static func end(_ world: inout RandomWorld) -> RandomOperation {
        let done = (0..<world.number(1...4)).map { _ in
            let claim = world.pick(world.claims)
            let hasFailed = world.once(in: 4)
            return Acknowledgement(
                claim, watermark: claim.subscription.watermark + Int64(world.number(-2...20)),
                handled: hasFailed ? [world.pick(RandomWorld.names)] : [], retries: Int64(world.number(-1...3)),
                failure: hasFailed
                    ? SubscriptionFailure(
                        reaction: world.pick(RandomWorld.names), position: Int64(world.number(0...60)),
                        attempts: [.init(time: world.now(), message: world.pick(RandomWorld.names))])
                    : nil,
                due: hasFailed ? world.now().adding(.seconds(world.number(-2...9))) : nil)
        }
        let now = world.now()
        if world.once(in: 4) {
            return RandomOperation(Subscriptions.self, "block \(done) at \(now)") {
                try await $0.block(done, at: now)
            }
        }
        return RandomOperation(Subscriptions.self, "ack \(done) at \(now)") { try await $0.ack(done, at: now) }
    }

    private static func operate(_ application: String, _ world: inout RandomWorld) -> RandomOperation {
        let filter = filter(&world)
        switch world.number(1...7) {
        case 1, 2:
            let (after, limit) = (world.once(in: 2) ? nil : world.pick(targets), world.number(-1...9))
            return RandomOperation(
                Subscriptions.self, "\(limit) of \(application) after \(after.map(\.description) ?? "none"), \(filter)"
            ) { try await $0.list(filter, of: application, after: after, limit: limit) }
        case 3:
            let until = world.now().adding(.seconds(world.number(-5...9)))
            return RandomOperation(Subscriptions.self, "defer \(filter) of \(application) until \(until)") {
                try await $0.defer(filter, of: application, until: until)
            }
        case 4:
            return RandomOperation(Subscriptions.self, "reset \(filter) of \(application)") {
                try await $0.reset(filter, of: application)
            }
        case 5, 6:
            return RandomOperation(Subscriptions.self, "unblock \(filter) of \(application)") {
                try await $0.unblock(filter, of: application)
            }
        default:
            let priority = Int64(world.number(-3...3))
            return RandomOperation(Subscriptions.self, "prioritize \(filter) of \(application) to \(priority)") {
                try await $0.prioritize(filter, of: application, to: priority)
            }
        }
    }

    private static func filter(_ world: inout RandomWorld) -> SubscriptionFilter {
        let text = world.pick(["", "a", "Order|", "Audit|1", "é", "Order|a", "|"])
        let pattern: StreamPattern = world.pick([.exact(text), .prefix(text), .suffix(text), .contains(text)])
        let named = (0..<world.number(0...4)).map { _ in world.pick(targets) }
        return SubscriptionFilter(
            world.pick([nil, .these(named), .these(named), .matching(pattern)]),
            lane: world.once(in: 4) ? world.pick(lanes) : nil,
            isBlocked: world.pick([nil, nil, nil, true, false]),
            source: world.once(in: 6) ? pattern : nil,
            fedBy: world.once(in: 6) ? (0..<world.number(0...2)).map { _ in world.id() } : nil)
    }
}

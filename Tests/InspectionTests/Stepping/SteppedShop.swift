import Actors
import EventSourcing
import Reactions
import SampleDomain
import Testing

@testable import Inspection

/// What was told, from whichever thread.
final class Told<Element: Sendable>: Sendable {
    private let stored = Locked<[Element]>([])

    func add(_ element: Element) { stored.withLock { $0.append(element) } }

    var all: [Element] { stored.withLock { $0 } }

    func take() -> [Element] {
        stored.withLock { stored in
            defer { stored = [] }
            return stored
        }
    }
}

/// Sales that are carried out by reactions, in a time that is moved by hand, with somebody who goes through the drains.
final class SteppedShop {
    let scheduler = StepScheduler(startingAt: Timestamp(microseconds: 1_740_906_000_000_000), seed: 7)
    let store = InMemoryStore()
    let system: ActorSystem
    let steps = Steps()
    let live: LiveEntities
    private let told = Told<DrainNews>()

    /// A shop that has eight of each article, with the usual domains unless it is said.
    init(_ domains: [Domain]? = nil) throws {
        system = ActorSystem(name: "shop", scheduler: scheduler)
        live = LiveEntities(
            try domains ?? Fulfilment.domains(),
            on: EntityHost(system: system, events: store, snapshots: store, writer: system.writerID),
            steps: steps)
        // The application begins with the first entity that belongs to it.
        _ = try live.entity(Fulfilment.Sale.id("any"))
        for item in ["anvil", "cup"] { try receive(8, of: item) }
        work()
    }

    private var application: Application { get throws { try #require(live.host.applications.all.first) } }

    /// Takes some of an article in.
    func receive(_ quantity: Int, of item: String) throws {
        let application = try application
        _ = try scheduler.run {
            try await application.do(Fulfilment.Stock.Receive(quantity: quantity), on: Fulfilment.Stock.id(item))
        }
    }

    /// Places a sale.
    func place(_ sale: String, _ item: String = "cup", quantity: Int = 1, amount: Int = 900) throws {
        let application = try application
        _ = try scheduler.run {
            try await application.do(
                Fulfilment.Sale.Place(item: item, quantity: quantity, amount: amount), on: Fulfilment.Sale.id(sale))
        }
    }

    /// Has drains waited for from now on.
    func look() {
        let told = told
        steps.lookAtDrains { told.add($0) }
    }

    /// Has reactions called until nothing moves, without looking.
    func settle() throws {
        let live = live
        try scheduler.run { for application in live.host.applications.all { try await application.settle() } }
    }

    /// Does all that can be done now.
    func work() { while scheduler.step() {} }

    /// What was told since this was asked last, in one line each.
    func news() -> [String] {
        work()
        return told.take().map(Self.line)
    }

    /// Goes on from stage to stage until the drain has settled or somebody says so, and answers all that was told.
    func walk(_ wish: (String) -> StepWish? = { _ in .goOn }) -> [String] {
        var lines: [String] = []
        for _ in 0..<500 {
            let news = news()
            lines += news
            guard let last = news.last, !last.hasPrefix("settled"), let wish = wish(last) else { return lines }
            steps.perform(wish)
        }
        Issue.record("the drain comes to no end")
        return lines
    }

    /// The types of a stream's events.
    func types(_ type: String, _ name: String) throws -> [String] {
        let (store, id) = (store, try PersistenceID(type, name))
        return try scheduler.run {
            try await store.load(id, from: 1, through: .max, fields: [], into: [String]()) { types, event in
                types.append(event.type)
                return .next
            }
        }
    }

    func subscription(_ type: String, _ name: String) throws -> Subscription {
        let (store, filter) = (store, SubscriptionFilter.these(try PersistenceID(type, name)))
        let found = try scheduler.run { try await store.list(filter, of: Fulfilment.name, after: nil, limit: 1) }
        return try #require(found.first)
    }

    // MARK: - In a line

    private static func line(of news: DrainNews) -> String {
        switch news {
        case .settled(let totals, _): "settled \(totals.handled) handled, \(totals.failed) failed"
        case .stage(let stage, _): line(of: stage)
        }
    }

    private static func line(of stage: DrainStage) -> String {
        switch stage {
        case .correlate(let correlated):
            let targets = correlated.targets.map { target in
                " \(target.stream) \(target.markBefore.map { "\($0)" } ?? "new")>\(target.mark)"
            }
            return "correlate \(correlated.positions)\(targets.joined())"
                + " checkpoint \(correlated.checkpointBefore)>\(correlated.checkpoint)"
        case .claim(let claimed):
            let claims = claimed.claims.map { claim in
                let row = claim.subscription
                return "\(claim.isLagging ? "lagging" : "leading") \(claim.target) \(row.watermark)/\(row.workMark)"
                    + " #\(row.fencingNumber)"
            }
            return "claim \(claims.joined(separator: ", "))"
        case .fetch(let fetched):
            return "fetch \(fetched.target) \(fetched.events.map(line).joined(separator: ", "))"
        case .handle(let call): return "handle \(call.reaction) \(line(of: call.event))"
        case .handled(let call, let written, let failure):
            return "\(failure == nil ? "handled" : "failed") \(call.reaction)"
                + " \(failure ?? written.map(line).joined(separator: ", "))"
        case .ack(let ended):
            let acked = ended.acked.map { "\($0.target) \($0.watermark)/\($0.workMark)" }
            let others = ended.blocked.map { "\($0.target) blocked" } + ended.lost.map { "\($0) lost" }
            return "ack \((acked + others).joined(separator: ", "))"
        }
    }

    private static func line(of event: DrainStage.Event) -> String { "\(event.type)@\(event.position)" }
}

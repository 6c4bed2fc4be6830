import Actors
import EventSourcing
import Reactions
import SQLiteStorage
import TestSupport
import Testing

@testable import Inspection

@Suite("Looking at what reactions have to do")
struct ReactionsJobTests {
    private static let now = Timestamp(microseconds: 1_740_906_000_000_000)
    private let writer = WriterRecord(
        id: WriterID(ULID(high: 1 << 16, low: 1)), host: "shop", process: 1, started: .epoch, program: "web-1",
        version: "1.0")

    private func id(_ name: String) throws -> PersistenceID { try PersistenceID("Audit", name) }

    /// Subscriptions in each standing: those that are blocked and leased have lanes of their own.
    private func fill(_ store: any SubscriptionStore & EventStore & LeaseStore, of application: String = "bank")
        async throws
    {
        try await store.register(writer)
        _ = try await store.subscribe(
            [
                NewSubscription(id("blocked"), lane: "blocked", workMark: 5),
                NewSubscription(id("leased"), lane: "leased", workMark: 6), NewSubscription(id("over"), workMark: 7),
                NewSubscription(id("waiting"), workMark: 8), NewSubscription(id("idle")),
            ], of: application)
        func claim(_ lane: String) async throws -> [SubscriptionClaim] {
            try await store.claim(
                ClaimPlaces(lagging: 1, leading: 0), in: lane, of: application, for: .seconds(10), by: writer.id,
                at: Self.now)
        }
        let failure = SubscriptionFailure(
            reaction: "audit", position: 3, attempts: [.init(time: Self.now, message: "no")])
        for claim in try await claim("blocked") {
            _ = try await store.block([Acknowledgement(claim, watermark: 2, failure: failure)], at: Self.now)
        }
        _ = try await claim("leased")
        _ = try await store.defer(.these(id("waiting")), of: application, until: Self.now.adding(.seconds(30)))
        _ = try await store.acquire(
            Application.correlationLease(of: application), for: .seconds(10), as: ULID(high: 9, low: 9),
            by: writer.id, at: Self.now)
        _ = try await store.correlated([], through: 9, of: application, at: Self.now)
    }

    private func view(
        _ reader: any StoreReader, _ query: ReactionsQuery = ReactionsQuery(), after seconds: Int = 1,
        budget: Int = 2
    ) throws -> ReactionsView {
        let job = Inspector(reader).reactions(query, now: Self.now.adding(.seconds(seconds)))
        var steps = 0
        while true {
            steps += 1
            // In as many slices as it takes.
            if let view = try job.step(budget: budget) {
                #expect(job.progress == 1)
                return view
            }
            #expect(job.progress < 1 && steps < 1_000)
        }
    }

    private func names(_ view: ReactionsView) -> [String] { view.subscriptions.map(\.subscription.target.entityID) }

    @Test("tells how each stands, those first that need somebody, with lag, holder and why")
    func standings() async throws {
        let store = InMemoryStore()
        try await fill(store)
        let view = try view(store.reader())
        #expect(names(view) == ["blocked", "leased", "waiting", "over", "idle"])
        #expect(view.subscriptions.map(\.standing) == SubscriptionView.Standing.allCases)
        #expect(view.subscriptions.map(\.lag) == [3, 6, 8, 7, 0])
        #expect(view.subscriptions[0].subscription.failure?.reaction == "audit")
        #expect(
            view.subscriptions[1].holder
                == LeaseHolder(name: "web-1", until: Self.now.adding(.seconds(10)), hasRunOut: false))
        #expect(
            view.applications == [
                ApplicationProgress(
                    name: "bank", checkpoint: 9,
                    correlator: LeaseHolder(name: "web-1", until: Self.now.adding(.seconds(10)), hasRunOut: false))
            ])
        #expect(!view.isCut)
    }

    @Test("a lease that has run out and a due time that has come leave what anybody may claim")
    func runOut() async throws {
        let store = InMemoryStore()
        try await fill(store)
        let later = try view(store.reader(), after: 60)
        #expect(names(later) == ["blocked", "leased", "over", "waiting", "idle"])
        #expect(later.count(.eligible) == 3 && later.subscriptions[1].holder?.hasRunOut == true)
        #expect(later.applications.first?.correlator?.hasRunOut == true)
        // From its last moment on it is nobody's.
        #expect(try view(store.reader(), after: 10).count(.leased) == 0)
        #expect(try view(store.reader(), after: 30).count(.waiting) == 0)
    }

    @Test("what no number can hold is a lag too, of a hostile store")
    func extremes() {
        var subscription = Subscription(
            NewSubscription(PersistenceID.sample, workMark: .max), of: "bank")
        subscription.watermark = .min
        #expect(SubscriptionView(subscription, at: Self.now).lag == .max)
        subscription.workMark = .min
        subscription.watermark = .max
        #expect(SubscriptionView(subscription, at: Self.now).lag == 0)
        #expect(SubscriptionView(subscription, at: Self.now).standing == .idle)
    }

    @Test("never reads more than is shown, the blocked ones first", arguments: [1, 7, 256, 10_000])
    func bounded(budget: Int) async throws {
        let store = InMemoryStore()
        try await fill(store)
        _ = try await store.subscribe(
            (0..<50).map { NewSubscription(try id("a\($0)"), workMark: 1) }, of: "bank")
        let cut = try view(store.reader(), ReactionsQuery(limit: 10), budget: budget)
        #expect(cut.isCut && cut.subscriptions.count == 10 && cut.subscriptions[0].standing == .blocked)
        let all = try view(store.reader(), ReactionsQuery(limit: 55), budget: budget)
        #expect(!all.isCut && all.subscriptions.count == 55)
    }

    @Test("looks for names that begin with a text, and where none does for those that contain it")
    func text() async throws {
        let store = InMemoryStore()
        try await fill(store)
        #expect(names(try view(store.reader(), ReactionsQuery(text: "Audit|l"))) == ["leased"])
        #expect(names(try view(store.reader(), ReactionsQuery(text: "LE"))) == ["leased", "idle"])
        #expect(names(try view(store.reader(), ReactionsQuery(text: "Audit|none"))).isEmpty)
        #expect(names(try view(store.reader(), ReactionsQuery(text: "none"))).isEmpty)
    }

    @Test("tells those of one application, or those that are blocked")
    func some() async throws {
        let store = InMemoryStore()
        try await fill(store)
        try await fill(store, of: "shop")
        let both = try view(store.reader())
        #expect(both.applications.map(\.name) == ["bank", "shop"] && both.subscriptions.count == 10)
        #expect(both.subscriptions.prefix(2).map(\.subscription.application) == ["bank", "shop"])
        let blocked = try view(store.reader(), ReactionsQuery(application: "shop", isBlockedOnly: true))
        #expect(names(blocked) == ["blocked"] && blocked.subscriptions[0].subscription.application == "shop")
        #expect(try view(store.reader(), ReactionsQuery(application: "none")).subscriptions.isEmpty)
    }

    @Test("tells the same of a file as of a store in memory")
    func file() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        let (file, memory) = (try SQLiteStore.create(path), InMemoryStore())
        defer { file.close() }
        try await fill(file)
        try await fill(memory)
        let reader = try SQLiteReader(path)
        defer { reader.close() }
        #expect(try view(reader) == view(memory.reader()))
    }

    @Test("a store in which nothing reacts has nothing to tell")
    func nothing() throws {
        let view = try view(InMemoryStore().reader())
        #expect(view == ReactionsView(now: Self.now.adding(.seconds(1))))
    }
}

extension PersistenceID {
    fileprivate static var sample: PersistenceID {
        guard let id = try? PersistenceID("Audit", "extreme") else { preconditionFailure("Audit|extreme is a name") }
        return id
    }
}

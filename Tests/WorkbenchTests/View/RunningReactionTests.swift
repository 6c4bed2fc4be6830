import EventSourcing
import Inspection
import Terminal
import Testing

@testable import Workbench

@Suite("What runs at this moment")
struct RunningReactionTests {
    private static func running(_ target: PersistenceID, _ reaction: String, seconds: Int) -> RunningView {
        RunningView(
            application: ReactionFixture.application, reaction: reaction, target: target, position: 32,
            since: ReactionFixture.now.adding(.seconds(-seconds)), until: ReactionFixture.now.adding(.seconds(7)))
    }

    private static let ship = running(ReactionFixture.blocked, "ship", seconds: 73)

    private func driver(
        _ columns: Int = 120, _ rows: Int = 36, running: [RunningView] = [ship],
        presence: ApplicationProgress.Presence = .runs
    ) async throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(
            try await ReactionFixture().fixture,
            session: .fixture(StoreFixture.id("Sale", "sale-6"), mode: .sandbox, commands: .store),
            size: Size(columns: columns, rows: rows))
        driver.now = ReactionFixture.now
        driver.here = { view in
            view.running = running
            for index in view.applications.indices { view.applications[index].presence = presence }
        }
        driver.holds = { if case .operate = $0 { true } else { false } }
        driver.start()
        driver.press("gR")
        return driver
    }

    private func asked(_ driver: WorkbenchDriver) -> [ReactionOperation] {
        for case .operate(let operations) in driver.held.map(\.question) { return operations }
        return []
    }

    @Test(
        "stands first in the list and beside its subscription, with how long it has run",
        arguments: [(120, 36), (80, 24), (60, 16), (40, 10)])
    func screens(columns: Int, rows: Int) async throws {
        let driver = try await driver(columns, rows)
        try Golden.check(driver.screen(), "running-\(columns)x\(rows)")
    }

    @Test("of many some are listed, and how many more there are", arguments: [(120, 36), (80, 24)])
    func many(columns: Int, rows: Int) async throws {
        let others = (1...5).map { Self.running(StoreFixture.id("Sale", "sale-\($0)"), "complete", seconds: $0) }
        let driver = try await driver(columns, rows, running: [Self.ship] + others)
        let screen = driver.screen()
        #expect(screen.contains("6 running here"))
        #expect(screen.contains(columns == 120 ? "… and 4 more" : ", and 5 more"))
        // None of them hides a subscription that can be chosen.
        driver.press("G")
        let last = try #require(driver.model.reactions.view?.subscriptions.last?.subscription.target)
        #expect(driver.screen().contains("▶ \(last)"))
    }

    @Test("is told anew each second, as long as something runs or is about to")
    func ticking() async throws {
        func wait(_ driver: WorkbenchDriver) -> Int? {
            for case .wait(let milliseconds) in driver.held.map(\.question) { return milliseconds }
            return nil
        }
        let driver = try await driver()
        #expect(wait(driver) == 1_000)
        driver.now = driver.now.adding(.seconds(1))
        let index = try #require(driver.held.firstIndex { if case .wait = $0.question { true } else { false } })
        driver.release(index)
        #expect(driver.screen().contains("1 min 14 s"))
        #expect(wait(driver) == 1_000)
        #expect(wait(try await self.driver(running: [])) == nil)
    }

    @Test("x cancels what runs for the chosen one, after a question")
    func cancelling() async throws {
        let driver = try await driver()
        driver.press("x")
        #expect(driver.message.hasPrefix("y/n: would cancel ship for Shipment|sale-6"))
        #expect(asked(driver).isEmpty)
        driver.press("y")
        #expect(
            asked(driver) == [
                ReactionOperation(.cancel, [ReactionFixture.blocked], of: ReactionFixture.application)
            ])
    }

    @Test("without a choice x means the only one that runs, and of several none")
    func chosenByBeingAlone() async throws {
        let driver = try await driver()
        for keys in ["G", "x"] { driver.press(keys) }
        #expect(driver.message.hasPrefix("y/n: would cancel ship for Shipment|sale-6"))
        let two = try await self.driver(running: [
            Self.ship, Self.running(StoreFixture.id("Sale", "sale-1"), "complete", seconds: 1),
        ])
        for keys in ["G", "x"] { two.press(keys) }
        #expect(two.message == "nothing runs for this one: choose one that runs, or say :cancel TARGET")
        two.press(":")
        two.type("cancel Sale|sale-1")
        two.press("Enter")
        two.press("y")
        #expect(asked(two).map(\.targets) == [[StoreFixture.id("Sale", "sale-1")]])
        two.press(":")
        two.type("cancel Sale|sale-9")
        two.press("Enter")
        #expect(two.message == "nothing runs for Sale|sale-9 here")
    }

    @Test("where nothing runs, and elsewhere than in the list, it says so")
    func nothing() async throws {
        let driver = try await driver(running: [])
        driver.press("x")
        #expect(driver.message == "no reaction runs in this process now")
        for keys in ["Esc", ":"] { driver.press(keys) }
        driver.type("cancel Sale|sale-1")
        driver.press("Enter")
        #expect(driver.message == "gR lists what runs")
    }
}

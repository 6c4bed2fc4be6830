import Actors
import EventSourcing
import Inspection
import SampleDomain
import Terminal
import Testing

@testable import Workbench

@Suite("The Reactions tab")
struct ReactionsTabTests {
    private func driver(
        _ columns: Int = 120, _ rows: Int = 36, withOthers: Bool = true, withHostile: Bool = false
    ) async throws -> WorkbenchDriver {
        let fixture = try await ReactionFixture(withOthers: withOthers, withHostile: withHostile).fixture
        let driver = try WorkbenchDriver(
            fixture, session: .fixture(StoreFixture.id("Sale", "sale-6")),
            size: Size(columns: columns, rows: rows))
        driver.now = ReactionFixture.now
        driver.start()
        return driver
    }

    private func targets(_ driver: WorkbenchDriver) -> [PersistenceID] {
        driver.model.reactions.view?.subscriptions.map(\.subscription.target) ?? []
    }

    @Test(
        "lists the subscriptions, the blocked one first, with the chosen one beside them",
        arguments: [(120, 36), (80, 24), (60, 16), (40, 10)])
    func sizes(columns: Int, rows: Int) async throws {
        let driver = try await driver(columns, rows)
        driver.press("gR")
        try Golden.check(driver.screen(), "reactions-\(columns)x\(rows)")
    }

    @Test("shows one subscription on the whole screen", arguments: [(120, 36), (80, 24), (40, 10)])
    func zoomed(columns: Int, rows: Int) async throws {
        let driver = try await driver(columns, rows)
        for keys in ["gR", "Alt-2", "z"] { driver.press(keys) }
        try Golden.check(driver.screen(), "reaction-zoomed-\(columns)x\(rows)")
    }

    @Test("is drawn in ASCII too", arguments: [(120, 36), (80, 24)])
    func ascii(columns: Int, rows: Int) async throws {
        let driver = try await driver(columns, rows)
        driver.press("gR")
        let screen = driver.screen(glyphs: .ascii)
        #expect(screen.utf8.allSatisfy { $0 < 0x80 })
        try Golden.check(screen, "reactions-ascii-\(columns)x\(rows)")
    }

    @Test("comes in the order of who needs somebody: blocked, leased, waiting, eligible, idle")
    func order() async throws {
        let driver = try await driver()
        driver.press("gR")
        #expect(
            targets(driver).prefix(4) == [
                ReactionFixture.blocked, ReactionFixture.leased, ReactionFixture.waiting, ReactionFixture.eligible,
            ])
        let standings = driver.model.reactions.view?.subscriptions.map(\.standing) ?? []
        #expect(standings == standings.sorted() && standings.last == .idle)
    }

    @Test("a blocked one says which reaction, which event, and what each attempt said")
    func blocked() async throws {
        let driver = try await driver()
        driver.press("gR")
        let screen = driver.screen()
        #expect(screen.contains("blocked since 2025-03-02"))
        #expect(screen.contains("reaction      ship"))
        #expect(screen.contains("PaymentTaken, Charge|sale-6 #1"))
        for attempt in 1...4 { #expect(screen.contains("attempt \(attempt)")) }
        #expect(screen.contains("Carrier|rail is on"))
    }

    @Test("o and Enter go to the event at which it failed, and ^O comes back", arguments: ["o", "Enter"])
    func failedEvent(key: String) async throws {
        let driver = try await driver()
        for keys in ["gR", key] { driver.press(keys) }
        #expect(driver.model.stream?.id == StoreFixture.id("Charge", "sale-6"))
        #expect(driver.playhead == 1 && driver.model.place == .events)
        driver.press("^O")
        #expect(driver.model.stream?.id == StoreFixture.id("Sale", "sale-6"))
    }

    @Test("o goes there from the second pane, too")
    func failedEventInDetail() async throws {
        let driver = try await driver(40, 10)
        for keys in ["gR", "Alt-2", "o"] { driver.press(keys) }
        #expect(driver.model.stream?.id == StoreFixture.id("Charge", "sale-6") && driver.model.place == .events)
        for keys in ["gR", "G", "Alt-2", "o"] { driver.press(keys) }
        #expect(driver.message == "nothing failed here: Enter opens the stream that it writes to")
    }

    @Test("Enter opens the stream that one without a failure writes to, and o says why it goes nowhere")
    func target() async throws {
        let driver = try await driver()
        for keys in ["gR", "G", "o"] { driver.press(keys) }
        #expect(driver.message == "nothing failed here: Enter opens the stream that it writes to")
        let last = try #require(targets(driver).last)
        driver.press("Enter")
        #expect(driver.model.stream?.id == last)
    }

    @Test("an event that is not in the store any more is said to be missing, and no other one is shown for it")
    func missing() async throws {
        let fixture = try await ReactionFixture(withMissing: true).fixture
        let driver = try WorkbenchDriver(fixture, session: .fixture(StoreFixture.id("Sale", "sale-6")))
        driver.start()
        driver.press("gR")
        #expect(driver.model.reactions.chosen?.subscription.target == ReactionFixture.missing)
        #expect(driver.screen().contains("position 0, which is not there"))
        driver.press("o")
        #expect(driver.message == "there is no event at position 0 any more")
        #expect(driver.model.place == .reactions)
    }

    @Test("typing shows only targets that begin with a text, else those that contain it")
    func filter() async throws {
        let driver = try await driver()
        driver.press("gR")
        let all = targets(driver).count
        driver.press("/")
        driver.type("Shipment|")
        #expect(targets(driver).count > 1 && targets(driver).allSatisfy { $0.entityType == "Shipment" })
        #expect(driver.model.reactions.chosen?.subscription.target == ReactionFixture.blocked)
        driver.press("Enter")
        #expect(driver.screen().contains("with Shipment|"))
        driver.press("/")
        driver.type("SALE-6")
        #expect(!targets(driver).isEmpty && targets(driver).allSatisfy { $0.entityID == "sale-6" })
        driver.press("^U")
        driver.type("nothing")
        #expect(driver.screen().contains("no subscription has nothing in its name"))
        driver.press("Esc")
        #expect(targets(driver).count == all)
    }

    @Test("a store in which nothing reacts says what would make subscriptions appear")
    func empty() throws {
        let driver = try WorkbenchDriver(StoreFixture())
        driver.start()
        driver.press("gR")
        #expect(driver.screen().contains("nothing reacts to the events of this store"))
        #expect(driver.screen().contains("no subscription is chosen"))
        driver.press("o")
        #expect(driver.message == "there is no subscription here: gR lists them")
    }

    @Test("the tab is there while subscriptions are listed, and the one before comes back behind it")
    func tabs() async throws {
        let driver = try await driver()
        driver.press("ge")
        #expect(!driver.screen().contains("Reactions"))
        for keys in [":", "reactions", "Enter"] { driver.press(keys) }
        #expect(driver.screen().contains("State Event Diff Meta [Reactions]"))
        // The tabs go round with it.
        driver.press("Alt-2")
        for tab in [StatePane.Tab.state, .event, .diff, .meta, .reactions] {
            driver.press("Alt-2")
            #expect(driver.model.state.tab == tab)
        }
        driver.press("gR")
        driver.press("gR")
        driver.press("Esc")
        #expect(driver.model.place == .events && driver.model.state.tab == .event)
        #expect(!driver.screen().contains("Reactions"))
    }

    @Test("is read anew when the store changes, and the chosen one stays chosen")
    func change() async throws {
        let fixture = try await ReactionFixture(withOthers: true).fixture
        let driver = try WorkbenchDriver(fixture, session: .fixture(StoreFixture.id("Sale", "sale-6")))
        driver.now = ReactionFixture.now
        driver.start()
        for keys in ["gR", "3j"] { driver.press(keys) }
        #expect(driver.model.reactions.chosen?.subscription.target == ReactionFixture.eligible)
        try await fixture.store.unblock(.all, of: ReactionFixture.application)
        #expect(targets(driver).first == ReactionFixture.blocked)
        driver.tell(.storeChanged)
        #expect(targets(driver).first == ReactionFixture.leased)
        #expect(driver.model.reactions.chosen?.subscription.target == ReactionFixture.eligible)
        #expect(driver.model.reactions.chosen?.subscription.target == targets(driver)[2])
    }

    @Test("says once that there are more than are listed")
    func cut() async throws {
        let fixture = try await ReactionFixture().fixture
        let more = (0..<1_000).map { NewSubscription(StoreFixture.id("Many", "\($0)")) }
        try await fixture.store.subscribe(more, of: ReactionFixture.application)
        let driver = try WorkbenchDriver(fixture, session: .fixture(StoreFixture.id("Sale", "sale-6")))
        driver.start()
        driver.press("gR")
        #expect(driver.message == "only the first 1000 are listed: / shows those with a prefix")
        #expect(targets(driver).count == 1_000 && targets(driver).first == ReactionFixture.blocked)
        #expect(driver.screen().contains("≥ 1,000 subscriptions"))
        driver.press("j")
        driver.tell(.storeChanged)
        #expect(driver.message.isEmpty)
        driver.press("/")
        driver.type("Many|99")
        #expect(targets(driver).count == 11 && !driver.screen().contains("≥"))
    }

    @Test("a change while it is being read has it read once more")
    func changeMeanwhile() async throws {
        let driver = try await driver()
        driver.holds = { if case .reactions = $0 { true } else { false } }
        driver.press("gR")
        driver.tell(.storeChanged)
        driver.tell(.storeChanged)
        #expect(driver.held.count == 1)
        driver.release()
        #expect(driver.held.count == 1 && driver.model.reactions.view != nil)
        driver.release()
        #expect(driver.held.filter { if case .reactions = $0.question { true } else { false } }.isEmpty)
    }

    @Test("what is leased or waits is looked at again when its time has come, and nothing is waited for elsewhere")
    func time() async throws {
        let driver = try await driver()
        #expect(driver.held.isEmpty)
        driver.press("gR")
        #expect(driver.held.map(\.question) == [.wait(milliseconds: 6_001)])
        driver.now = ReactionFixture.now.adding(.seconds(6))
        driver.release()
        #expect(targets(driver)[1] == ReactionFixture.waiting)
        #expect(driver.held.map(\.question) == [.wait(milliseconds: 84_001)])
        driver.now = ReactionFixture.now.adding(.seconds(90))
        driver.release()
        #expect(driver.model.reactions.view?.count(.eligible) == 3 && driver.held.isEmpty)
        driver.now = ReactionFixture.now
        driver.tell(.storeChanged)
        #expect(driver.held.count == 1)
        driver.press("Esc")
        #expect(driver.held.isEmpty)
    }

    @Test("hostile names and messages are made harmless")
    func hostile() async throws {
        let driver = try await driver(withHostile: true)
        driver.press("gR")
        let screen = driver.screen()
        #expect(screen.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
        for scalar in ["\u{202E}", "\u{2066}", "\u{200B}"] as [Unicode.Scalar] {
            #expect(!screen.unicodeScalars.contains(scalar))
        }
        #expect(driver.model.reactions.chosen?.subscription.target == ReactionFixture.hostile)
        try Golden.check(screen, "reactions-hostile-120x36")
    }

    @Test("is drawn at every size, wherever the cursor is")
    func everySize() async throws {
        let driver = try await driver(withHostile: true)
        driver.press("gR")
        for columns in stride(from: 1, through: 200, by: 3) {
            for rows in 1...60 where (columns + rows) % 5 == 0 {
                driver.resize(columns, rows)
                driver.press(rows % 2 == 0 ? "^D" : "k")
                let frame = driver.workbench.view(size: Size(columns: columns, rows: rows))
                #expect(frame.cells.count == columns * rows)
            }
        }
        driver.resize(20, 1)
        #expect(driver.screen().contains("Esc: this needs 30"))
    }
}

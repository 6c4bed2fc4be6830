import Actors
import EventSourcing
import Inspection
import SampleDomain
import Terminal
import Testing

@testable import Workbench

@Suite("Cause and effect")
struct ChainTests {
    private static let charge = StoreFixture.id("Charge", "sale-1")

    private func driver(
        _ id: PersistenceID = ChainTests.charge, at number: Int64? = 1, _ columns: Int = 120, _ rows: Int = 36
    ) async throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(
            try await ReactionFixture().fixture, session: .fixture(id, at: number),
            size: Size(columns: columns, rows: rows))
        driver.start()
        return driver
    }

    @Test(
        "lists the whole chain across streams, each event further in than its cause",
        arguments: [(120, 36), (80, 24), (60, 16), (40, 10)])
    func sizes(columns: Int, rows: Int) async throws {
        let driver = try await driver(at: 1, columns, rows)
        driver.press("gc")
        try Golden.check(driver.screen(), "chain-\(columns)x\(rows)")
    }

    @Test("is drawn in ASCII too", arguments: [(120, 36), (80, 24)])
    func ascii(columns: Int, rows: Int) async throws {
        let driver = try await driver(at: 1, columns, rows)
        driver.press("gc")
        let screen = driver.screen(glyphs: .ascii)
        #expect(screen.utf8.allSatisfy { $0 < 0x80 })
        try Golden.check(screen, "chain-ascii-\(columns)x\(rows)")
    }

    @Test("begins on the event itself, and Enter goes to another one, from which ^O comes back")
    func enter() async throws {
        let driver = try await driver()
        driver.press("gc")
        #expect(driver.model.chain?.chosen?.persistenceID == Self.charge)
        for keys in ["gg", "Enter"] { driver.press(keys) }
        #expect(driver.model.stream?.id == StoreFixture.id("Sale", "sale-1") && driver.playhead == 1)
        driver.press("^O")
        #expect(driver.model.stream?.id == Self.charge)
    }

    @Test("goes on from the chosen event, and from one of the log")
    func from() async throws {
        let driver = try await driver()
        for keys in ["S", "gg", "gc"] { driver.press(keys) }
        #expect(driver.model.chain?.id == StoreFixture.id("Stock", "anvil") && driver.model.chain?.number == 1)
        for keys in ["Esc", "gc", "gg", "gc"] { driver.press(keys) }
        #expect(driver.model.chain?.id == StoreFixture.id("Sale", "sale-1"))
    }

    @Test("what was found so far is shown, the chosen event stays chosen, and Esc stops the search")
    func progress() async throws {
        let driver = try await driver()
        driver.holds = { if case .chain = $0 { true } else { false } }
        driver.press("gc")
        #expect(driver.screen().contains("reading"))
        let held = try #require(driver.held.first)
        var view = ChainView(correlationID: ULID(high: 1, low: 1))
        func event(_ id: PersistenceID, _ position: Int64) -> ChainEvent {
            ChainEvent(
                persistenceID: id, sequenceNumber: 1, position: position, type: "T\(position)",
                timestamp: StoreFixture.start)
        }
        view.events = [event(Self.charge, 5)]
        driver.tell(.progress(held.request, .chain(view, searched: 0.25)))
        view.events = [event(StoreFixture.id("A", "a"), 3), event(Self.charge, 5), event(StoreFixture.id("B", "b"), 6)]
        driver.tell(.progress(held.request, .chain(view, searched: 0.34)))
        #expect(driver.screen().contains("≥ 3 events in 3 streams") && driver.screen().contains("34 %, Esc stops"))
        #expect(driver.model.chain?.cursor.selected == 1)
        driver.press("j")
        view.events.insert(event(StoreFixture.id("C", "c"), 1), at: 0)
        driver.tell(.progress(held.request, .chain(view, searched: 0.5)))
        #expect(driver.model.chain?.chosen?.position == 6)
        driver.press("Esc")
        #expect(driver.held.isEmpty && driver.message == "stopped: there may be more")
        #expect(driver.model.chain?.view.events.count == 4)
        driver.press("Esc")
        #expect(driver.model.place == .events)
    }

    @Test("the search ends where it is left")
    func left() async throws {
        let driver = try await driver()
        driver.holds = { if case .chain = $0 { true } else { false } }
        for keys in ["gc", "s"] { driver.press(keys) }
        #expect(driver.held.isEmpty)
    }

    @Test("an event of no chain says so, and the empty state has none")
    func alone() throws {
        let fixture = try StoreFixture()
        try fixture.appendToOrder("NoteAdded", "{}")
        let driver = try WorkbenchDriver(fixture, session: .fixture(at: 21))
        driver.start()
        driver.press("gc")
        #expect(driver.screen().contains("it carries no correlation id: nothing says what belongs to it"))
        for keys in ["Esc", "k", "gc"] { driver.press(keys) }
        #expect(driver.screen().contains("nothing else belongs to it"))
        for keys in ["Esc", "gg", "gc"] { driver.press(keys) }
        #expect(driver.message == "#0 is no event: j goes to the next" && driver.model.place == .events)
    }

    @Test("hostile names are made harmless, and every size is drawn")
    func hostile() throws {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(StoreFixture.hostile, at: 1))
        driver.start()
        driver.press("gc")
        let screen = driver.screen()
        #expect(screen.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
        #expect(!screen.unicodeScalars.contains("\u{202E}"))
        #expect(screen.split(separator: "\n").contains { $0.hasPrefix("▶") && $0.contains("A␛]0;pwn␇B  Basket|b␛[2J") })
        for columns in stride(from: 1, through: 200, by: 3) {
            for rows in 1...60 where (columns + rows) % 5 == 0 {
                driver.resize(columns, rows)
                #expect(driver.workbench.view().cells.count == columns * rows)
            }
        }
    }
}

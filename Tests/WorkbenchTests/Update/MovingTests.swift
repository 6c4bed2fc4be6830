import EventSourcing
import Inspection
import Terminal
import Testing

@testable import Workbench

@Suite("Moving the playhead")
struct MovingTests {
    private func driver(at number: Int64? = 17) throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(at: number))
        driver.start()
        return driver
    }

    @Test("without a number a stream opens at its head")
    func head() throws {
        #expect(try driver(at: nil).playhead == 20)
    }

    @Test("without a stream the one with the newest event opens")
    func newest() throws {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(nil))
        driver.start()
        #expect(driver.model.stream != nil)
    }

    @Test(
        "keys move the playhead",
        arguments: [
            ("j", 18), ("k", 16), ("Down", 18), ("Up", 16), ("3j", 20), ("12k", 5), ("G", 20), ("gg", 0), ("4G", 4),
            ("0G", 0), ("99j", 20), ("99k", 0), ("^U", 0), ("^D", 20), ("]s", 17), ("[s", 10), ("2[w", 12),
        ])
    func keys(notation: String, number: Int64) throws {
        let driver = try driver()
        driver.press(notation)
        #expect(driver.playhead == number, "\(driver.message)")
    }

    @Test("a jump that finds nothing says how many there are")
    func noSnapshot() throws {
        let driver = try driver()
        driver.press("]s")
        #expect(driver.message == "no later snapshot (of 1)")
        driver.press("[s")
        #expect(driver.playhead == 10)
        driver.press("].")
        #expect(driver.message == "no earlier snapshot (of 1)")
    }

    @Test("^O goes back over jumps and ^Y forward again; single steps leave no trace")
    func trail() throws {
        let driver = try driver()
        driver.press("4G j 12G")
        #expect(driver.playhead == 12)
        driver.press("^O")
        #expect(driver.playhead == 5)
        driver.press("^O")
        #expect(driver.playhead == 17)
        driver.press("^Y")
        #expect(driver.playhead == 5)
        driver.press("^O ^O")
        #expect(driver.message == "nowhere was left by a jump before this")
    }

    @Test("a mark is come back to, also by ]m")
    func marks() throws {
        let driver = try driver()
        driver.press("mq 4G")
        driver.press("'q")
        #expect(driver.playhead == 17)
        driver.press("4G ]m")
        #expect(driver.playhead == 17)
        driver.press("'z")
        #expect(driver.message.contains("mz marks one"))
    }

    @Test(
        ":goto takes a number, a distance, a time, a time away, or an address",
        arguments: [
            (":goto 4", 4), (":4", 4), (":goto +2", 19), (":goto -2", 15), (":goto 2025-03-02", 0),
            (":goto 09:02", 8), (":goto 2025-03-02T09:00:03", 3), (":goto -1d", 16), (":goto Order|order-42@3", 3),
            (":goto orders.db#Order|order-42@5", 5), (":goto order-42@7", 7), (":go 6", 17),
        ])
    func goto(line: String, number: Int64) throws {
        let driver = try driver(at: line.contains("09:02") ? 2 : 17)
        driver.type(line)
        driver.press("Enter")
        #expect(driver.playhead == (line == ":go 6" ? 6 : number), "\(driver.message)")
    }

    @Test(":goto of no place says what would be one")
    func nowhere() throws {
        let driver = try driver()
        driver.type(":goto yesterday-ish")
        driver.press("Enter")
        #expect(driver.message.contains("+1h"))
        #expect(driver.playhead == 17)
    }

    @Test("an address of another stream opens it, and ^O comes back")
    func elsewhere() throws {
        let driver = try driver()
        driver.type(":goto Basket|basket-7@2")
        driver.press("Enter")
        #expect(driver.model.stream?.id == StoreFixture.basket)
        #expect(driver.playhead == 2)
        driver.press("^O")
        #expect(driver.model.stream?.id == StoreFixture.order)
        #expect(driver.playhead == 17)
    }

    @Test("the playhead stays in sight, and scrolling goes by a third")
    func scrolling() {
        #expect(Scrolling.top(from: 0, showing: 5, in: 0...99, rows: 9) == 0)
        #expect(Scrolling.top(from: 0, showing: 9, in: 0...99, rows: 9) == 3)
        #expect(Scrolling.top(from: 20, showing: 19, in: 0...99, rows: 9) == 17)
        #expect(Scrolling.top(from: 0, showing: 60, in: 0...99, rows: 9) == 56)
        #expect(Scrolling.top(from: 95, showing: 99, in: 0...99, rows: 9) == 91)
        #expect(Scrolling.top(from: 5, showing: 2, in: 0...3, rows: 9) == 0)
    }

    @Test("playing steps until the last event and stops there")
    func playing() throws {
        let driver = try driver(at: 18)
        driver.press("Space")
        #expect(driver.model.isPlaying)
        driver.release()
        #expect(driver.playhead == 19)
        driver.release()
        #expect(driver.playhead == 20)
        #expect(!driver.model.isPlaying)
        #expect(driver.held.isEmpty)
    }
}

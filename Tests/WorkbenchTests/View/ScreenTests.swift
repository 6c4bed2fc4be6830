import EventSourcing
import Inspection
import Terminal
import Testing

@testable import Workbench

@Suite("Screens")
struct ScreenTests {
    @Test(
        "an open stream at each step of degrading",
        arguments: [(120, 36), (80, 24), (60, 16), (40, 10), (20, 4), (160, 50), (110, 30), (30, 6)])
    func sizes(columns: Int, rows: Int) throws {
        let driver = try WorkbenchDriver(StoreFixture(), size: Size(columns: columns, rows: rows))
        driver.start()
        try Golden.check(driver.screen(), "stream-\(columns)x\(rows)")
    }

    @Test("an open stream in ASCII", arguments: [(120, 36), (80, 24)])
    func ascii(columns: Int, rows: Int) throws {
        let driver = try WorkbenchDriver(StoreFixture(), size: Size(columns: columns, rows: rows))
        driver.start()
        let screen = driver.screen(glyphs: .ascii)
        #expect(screen.utf8.allSatisfy { $0 < 0x80 })
        try Golden.check(screen, "ascii-\(columns)x\(rows)")
    }
}

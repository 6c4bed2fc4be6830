import Actors
import EventSourcing
import Terminal
import Testing

@testable import Workbench

@Suite("Warnings of the engine")
struct WarningTests {
    private func driver(_ size: Size = Size(columns: 120, rows: 36)) throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(at: 17), size: size)
        driver.start()
        return driver
    }

    private func warnings(_ sentences: [String], at number: Int64? = 10) -> Warnings {
        var warnings = Warnings()
        for (index, sentence) in sentences.enumerated() {
            warnings.add(
                Warning(
                    time: StoreFixture.start.adding(.seconds(index)), sentence: sentence,
                    id: number == nil ? nil : StoreFixture.order, sequenceNumber: number))
        }
        return warnings
    }

    private static let lost =
        "Order|order-42: the snapshot at #10 can't be used: it can't be read: orders.db Order|order-42 is damaged: "
        + "database disk image is malformed"

    @Test("the newest is said until the next key, and the way to all of them stands in the hints until it is gone")
    func message() throws {
        let driver = try driver()
        #expect(!driver.screen().contains("gw warnings"))
        driver.tell(.warned(warnings(["Order|order-42: the first", "Order|order-42: the second"])))
        #expect(driver.message == "2 warnings, the last: Order|order-42: the second")
        #expect(driver.model.message?.kind == .warning)
        #expect(driver.screen().contains("2 warnings, the last: Order|order-42: the second"))
        driver.press("j")
        #expect(driver.message.isEmpty)
        #expect(driver.screen().contains("gw warnings"))
        driver.tell(.warned(warnings(["Order|order-42: the third"])))
        #expect(driver.message == "warning: Order|order-42: the third")
        driver.press("gw")
        #expect(driver.model.place == .warnings)
        #expect(!driver.screen().contains("gw warnings"))
    }

    @Test("they are listed the newest first, and Enter goes to the event that the chosen one is about")
    func list() throws {
        let driver = try driver()
        driver.press("gw")
        #expect(driver.message == "the engine has warned of nothing")
        #expect(driver.model.place == .events)
        driver.tell(.warned(warnings(["Order|order-42: the first", "Order|order-42: the second"], at: 7)))
        driver.tell(.warned(warnings(["a lock was lost"], at: nil)))
        driver.press(":")
        driver.type("warnings")
        driver.press("Enter")
        let lines = driver.screen().split(separator: "\n").filter { $0.contains("09:00:0") }
        #expect(lines.count == 3)
        #expect(lines.first?.contains("a lock was lost") == true)
        #expect(lines.last?.contains("the first") == true)
        driver.press("Enter")
        #expect(driver.message == "this warning is about no stream: j goes on")
        driver.press("j")
        // What comes meanwhile changes nothing of what is chosen.
        driver.tell(.warned(warnings(["a fourth", "a fifth"])))
        #expect(driver.model.warnings.chosen?.sentence == "Order|order-42: the second")
        driver.press("Enter")
        #expect(driver.model.place == .events)
        #expect(driver.playhead == 7)
        driver.press("gw Esc")
        #expect(driver.model.place == .events)
    }

    @Test("the chosen one is read whole, also on a small screen")
    func screens() throws {
        for (columns, rows) in [(120, 36), (80, 24), (60, 16), (40, 10)] {
            let driver = try driver(Size(columns: columns, rows: rows))
            driver.tell(.warned(warnings(["Order|order-42: the oldest", Self.lost, "Order|order-42: the newest"])))
            try Golden.check(driver.screen(), "warned-\(columns)x\(rows)")
            driver.press("gw j")
            let screen = driver.screen()
            try Golden.check(screen, "warnings-\(columns)x\(rows)")
            let read = screen.split { $0 == "\n" || $0 == " " }.map(String.init)
            #expect(Self.lost.split(separator: " ").allSatisfy { read.contains(String($0)) })
        }
    }

    @Test("what a warning quotes is harmless")
    func hostile() throws {
        let driver = try driver()
        driver.tell(.warned(warnings(["A\u{1B}[2JB \u{202E}abc\r\n\t\u{9B}2J"])))
        for keys in ["", "gw"] {
            driver.press(keys)
            for scalar in driver.screen().unicodeScalars where scalar != "\n" {
                #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value != 0x202E)
            }
        }
    }

    @Test("the newest 200 are kept, all are counted, and the list scrolls")
    func many() throws {
        let driver = try driver()
        for batch in 0..<5 {
            driver.tell(.warned(warnings((1...130).map { "warning \(batch * 130 + $0)." })))
        }
        let list = driver.model.warnings
        #expect(list.all.count == 650)
        #expect(list.shown.count == 200)
        driver.press("gw")
        #expect(driver.screen().contains("1 of 650"))
        #expect(driver.model.warnings.chosen?.sentence == "warning 650.")
        driver.press("G")
        #expect(driver.model.warnings.chosen?.sentence == "warning 451.")
        #expect(driver.screen().contains("warning 451."))
        driver.tell(.warned(warnings(["one more"])))
        #expect(driver.model.warnings.chosen?.sentence == "warning 452.", "the oldest is gone")
        driver.press("gg")
        #expect(driver.model.warnings.chosen?.sentence == "one more")
    }

    @Test("an entry of the log is a warning with all it says, and what is no warning is none")
    func entries() {
        func entry(
            _ message: String, _ fields: KeyValuePairs<String, String> = [:], _ level: LogLevel = .warning
        ) -> Warning? {
            Warning(LogEntry(time: StoreFixture.start, level: level, actor: nil, message: message, fields: fields))
        }
        #expect(entry("It has started.", [:], .information) == nil)
        let snapshot = entry(
            "Order|order-42: the snapshot at #10 was not saved: the disk is full",
            ["persistenceID": "Order|order-42", "sequenceNumber": "10"])
        #expect(snapshot?.sentence == "Order|order-42: the snapshot at #10 was not saved: the disk is full")
        #expect(snapshot?.id == StoreFixture.order)
        #expect(snapshot?.sequenceNumber == 10)
        let lock = entry("A lock was not renewed.", ["persistenceID": "Order|order-42", "error": "it is away"])
        #expect(lock?.sentence == "Order|order-42: A lock was not renewed: it is away")
        let restarts = entry(
            "The actor was restarted too often and stops.", ["restarts": "10", "within": "60 s"], .error)
        #expect(restarts?.sentence == "The actor was restarted too often and stops, restarts 10, within 60 s")
    }

    @Test("are of their store: another one that is opened begins without any, the same one keeps them")
    func otherStore() {
        var workbench = Workbench(session: .fixture(at: 17), size: Size(columns: 120, rows: 36))
        _ = workbench.handle(.warned(warnings(["Order|order-42: the first"])))
        workbench.reopen(.fixture(at: 3))
        #expect(workbench.model.warnings.shown.count == 1)
        var other = Session.fixture(at: 3)
        other.path = "elsewhere/other.db"
        workbench.reopen(other)
        #expect(workbench.model.warnings.shown.isEmpty)
        #expect(!workbench.model.warnings.hasNews)
    }
}

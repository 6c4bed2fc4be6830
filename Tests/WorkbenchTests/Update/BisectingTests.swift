import EventSourcing
import Inspection
import Terminal
import Testing

@testable import Workbench

@Suite("Bisecting: the first event where a condition holds")
struct BisectingTests {
    private func driver(_ id: PersistenceID = StoreFixture.order, at number: Int64 = 17) throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(id, at: number))
        driver.start()
        return driver
    }

    private func bisect(_ condition: String, in driver: WorkbenchDriver) {
        driver.type(":bisect \(condition)")
        driver.press("Enter")
    }

    @Test(":bisect goes to the first event after which the condition holds, and says what was before")
    func hit() throws {
        let driver = try driver()
        bisect("total > 5000", in: driver)
        #expect(driver.playhead == 10)
        #expect(driver.message == "#10: total > 5000 first holds (was 2750); looked at 10 events")
        #expect(driver.screen().contains("#10: total > 5000 first holds (was 2750); looked at 10 events"))
        bisect("status = 'paid'", in: driver)
        #expect(driver.message == "#19: status = 'paid' first holds (was \"open\"); looked at 19 events")
        bisect("writer = 'batch-1' and type like 'Item%'", in: driver)
        #expect(driver.message == "#9: writer = 'batch-1' and type like 'Item%' first holds; looked at 9 events")
        driver.press("^O")
        #expect(driver.playhead == 19)
    }

    @Test("where it never holds, or can't be told, the playhead stays and the line says so")
    func miss() throws {
        let driver = try driver()
        bisect("total < 0", in: driver)
        #expect(driver.message == "total < 0 never holds; looked at 20 events")
        bisect("totl < 0", in: driver)
        #expect(
            driver.message
                == "it can't be told whether totl < 0: the state has no totl; a text is written in quotes, an event's "
                + "field as event.totl; looked at 20 events")
        bisect("seq > 3 and tracking = 'x'", in: driver)
        #expect(driver.message == "seq > 3 and tracking = 'x' never holds; looked at 20 events")
        #expect(driver.playhead == 17)
    }

    @Test("a condition that can't be read is told with its column, and nothing is asked")
    func misspelt() throws {
        let driver = try driver()
        driver.holds = { if case .bisect = $0 { true } else { false } }
        bisect("total == 1", in: driver)
        #expect(driver.message == "column 7 of the condition: values are compared with one '='")
        bisect("", in: driver)
        #expect(driver.message == "say what is to hold: :bisect total < 0")
        #expect(driver.held.isEmpty)
    }

    @Test("a long search shows its progress, and Esc stops it")
    func escape() throws {
        let driver = try driver()
        driver.holds = { if case .bisect = $0 { true } else { false } }
        bisect("total < 0", in: driver)
        let request = try #require(driver.held.last?.request)
        driver.tell(.progress(request, .fraction(0.4)))
        #expect(driver.screen().contains("looking for where it first holds: 40 % (Esc stops)"))
        driver.press("Esc")
        #expect(driver.held.isEmpty)
        #expect(driver.message == "stopped")
        #expect(driver.playhead == 17)
    }

    @Test("a value under a key like password is masked, and text from outside made harmless")
    func secrets() throws {
        let driver = try driver(StoreFixture.basket, at: 1)
        bisect("password = 'hunter2'", in: driver)
        #expect(driver.playhead == 3)
        #expect(
            driver.message == "#3: password = 'hunter2' first holds (was \(SecretKeys.mask)); looked at 3 events")
    }

    @Test("an answer about a stream that was left goes nowhere")
    func late() throws {
        let driver = try driver()
        driver.holds = { if case .bisect = $0 { true } else { false } }
        bisect("total > 5000", in: driver)
        driver.type(":goto Basket|basket-7@2")
        driver.press("Enter")
        #expect(driver.held.isEmpty, "it is not worked on any more")
        #expect(driver.playhead == 2)
    }

    @Test("without a stream it says how to open one")
    func noStream() throws {
        let driver = try WorkbenchDriver(try StoreFixture(isEmpty: true), session: .fixture(nil))
        driver.start()
        bisect("total < 0", in: driver)
        #expect(driver.message == "no stream is open: s lists the streams")
    }
}

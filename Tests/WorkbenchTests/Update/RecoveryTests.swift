import EventSourcing
import Inspection
import Terminal
import Testing

@testable import Workbench

@Suite("Recovery and the replay filter")
struct RecoveryTests {
    private func driver(_ id: PersistenceID? = StoreFixture.order) throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(id, at: id == nil ? nil : 17))
        driver.start()
        return driver
    }

    private func run(_ command: String, in driver: WorkbenchDriver) {
        driver.press(":")
        driver.type(command)
        driver.press("Enter")
    }

    @Test(":recover tells one step after the other, and Enter goes to the event that the step is about")
    func stepByStep() throws {
        let driver = try driver()
        run("recover", in: driver)
        #expect(driver.model.place == .recovery)
        #expect(driver.screen().contains("step 1 of 6"))
        #expect(!driver.screen().contains("it decodes"))
        driver.press("j")
        #expect(driver.screen().contains("it decodes, so recovery"))
        #expect(!driver.screen().contains("conflict, at"))
        driver.press("99j")
        #expect(driver.screen().contains("step 6 of 6"))
        #expect(driver.screen().contains("RecoveryError"))
        driver.press("Enter")
        #expect(driver.model.place == .events)
        #expect(driver.playhead == 12)
    }

    @Test("Esc goes back to the events and leaves the playhead where it was")
    func leaving() throws {
        let driver = try driver()
        run("recover", in: driver)
        driver.press("G Esc")
        #expect(driver.model.place == .events)
        #expect(driver.playhead == 17)
    }

    @Test("Esc stops a recovery that takes long, and what it then answers is dropped")
    func stopping() throws {
        let driver = try driver()
        driver.holds = { if case .recovery = $0 { true } else { false } }
        run("recover", in: driver)
        #expect(driver.screen().contains("recovering…"))
        driver.press("Esc")
        #expect(driver.held.isEmpty)
        #expect(driver.model.place == .events)
        #expect(driver.message == "stopped")
    }

    @Test(":filter-writers compares the modes, j and k choose one, Enter goes to its first conflict")
    func filters() throws {
        let driver = try driver()
        run("filter-writers repair", in: driver)
        #expect(driver.model.place == .filters)
        #expect(driver.model.filters?.comparison == .interleaved)
        #expect(driver.model.filters?.outcomes?.map(\.filter.mode) == FilterComparisonJob.modes)
        #expect(driver.screen().contains("without #12"))
        driver.press("j")
        #expect(driver.model.filters?.mode == .off)
        driver.press("Enter")
        #expect(driver.message == "off meets no conflict here")
        driver.press("gg Enter")
        #expect(driver.playhead == 12)
    }

    @Test(":filter-writers takes its words in any order, and says which there are")
    func words() throws {
        let driver = try driver()
        run("filter-writers any warn", in: driver)
        #expect(driver.model.filters?.comparison == .anySecondWriter)
        #expect(driver.model.filters?.mode == .warn)
        driver.press("Esc")
        run("filter-writers mend", in: driver)
        #expect(driver.message == "mend is none: say fail, warn, repair or off, and interleaved or any")
        #expect(driver.model.place == .events)
    }

    @Test("without a stream both say why not")
    func noStream() throws {
        let driver = try driver(nil)
        driver.holds = { if case .head = $0 { true } else { false } }
        let empty = try WorkbenchDriver(StoreFixture(isEmpty: true), session: .fixture(nil))
        empty.start()
        for command in ["recover", "filter-writers"] {
            run(command, in: empty)
            #expect(empty.message == "no stream is open: s lists the streams")
        }
    }

    @Test("the event's detail names its writer and epoch")
    func epochs() throws {
        let driver = try driver()
        driver.press("ge")
        #expect(driver.screen().contains("3 ops, epoch 3"))
    }
}

@Suite("Quarantined events on the screen")
struct QuarantinedScreenTests {
    @Test("are marked, told of in Meta and by ]x, and named by :recover")
    func shown() async throws {
        let fixture = try StoreFixture()
        try await fixture.store.quarantine(
            QuarantinedEvent(
                persistenceID: StoreFixture.order, sequenceNumber: 12, reason: "OrderPaid could not be decoded",
                timestamp: StoreFixture.start, writer: fixture.writers[2].id))
        let driver = try WorkbenchDriver(fixture, session: .fixture(at: 11))
        driver.start()
        driver.press("]x")
        #expect(driver.playhead == 12)
        #expect(
            driver.message.contains("it is quarantined since") || driver.screen().contains("it is quarantined since"))
        driver.press("gm")
        #expect(driver.screen().contains("finding       it is quarantined since"))
        driver.press(":")
        driver.type("recover")
        driver.press("Enter G")
        #expect(driver.screen().contains("RecoveryCompleted"))
        #expect(driver.screen().contains("quarantined, and left out: #12"))
    }
}

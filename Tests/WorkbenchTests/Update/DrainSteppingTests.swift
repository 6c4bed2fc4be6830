import EventSourcing
import Inspection
import Reactions
import Terminal
import Testing

@testable import Workbench

@Suite("Drains step by step")
struct DrainSteppingTests {
    private func stepping(_ columns: Int = 120, _ rows: Int = 36) async throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(
            try await ReactionFixture().fixture,
            session: .fixture(StoreFixture.id("Sale", "sale-6"), mode: .sandbox, commands: .store),
            size: Size(columns: columns, rows: rows))
        driver.start()
        driver.press(":")
        driver.type("step on")
        driver.press("Enter >")
        return driver
    }

    private func wishes(_ driver: WorkbenchDriver) -> [StepWish] {
        driver.effects.compactMap { if case .stepDrain(let wish) = $0 { wish } else { nil } }
    }

    private func looks(_ driver: WorkbenchDriver) -> [Bool] {
        driver.effects.compactMap { if case .lookAtDrains(let looks) = $0 { looks } else { nil } }
    }

    private func come(
        _ driver: WorkbenchDriver, to stages: DrainStage..., application: String = DrainFixture.application
    ) {
        for stage in stages { driver.tell(.drain(.stage(stage, of: application))) }
    }

    @Test(
        "each stage is shown with what it works on, and waits",
        arguments: [(120, 36), (80, 24), (60, 16)], ["claim", "handle", "failed"])
    func waitingScreens(size: (Int, Int), stage: String) async throws {
        let driver = try await stepping(size.0, size.1)
        switch stage {
        case "claim": come(driver, to: DrainFixture.correlate, DrainFixture.claimed)
        case "handle": come(driver, to: DrainFixture.fetch, DrainFixture.handle)
        default: come(driver, to: DrainFixture.failed, DrainFixture.ended)
        }
        try Golden.check(driver.screen(), "drain-\(stage)-\(size.0)x\(size.1)")
    }

    @Test(
        "a drain that has settled stays on the screen, with what it came to",
        arguments: [(120, 36), (80, 24), (60, 16)])
    func settled(columns: Int, rows: Int) async throws {
        let driver = try await stepping(columns, rows)
        come(driver, to: DrainFixture.fetch, DrainFixture.handle, DrainFixture.handled, DrainFixture.acked)
        driver.tell(.drain(.settled(DrainFixture.totals, of: DrainFixture.application)))
        #expect(driver.model.commands.waiting == nil)
        try Golden.check(driver.screen(), "drain-settled-\(columns)x\(rows)")
    }

    @Test("the whole pane has room for more, in ASCII too")
    func zoomed() async throws {
        let driver = try await stepping()
        for keys in ["Esc", "z", ">"] { driver.press(keys) }
        come(
            driver, to: DrainFixture.correlate, DrainFixture.claimed, DrainFixture.fetch, DrainFixture.handle,
            DrainFixture.handled, DrainFixture.acked)
        let screen = driver.screen(glyphs: .ascii)
        #expect(screen.utf8.allSatisfy { $0 < 0x80 })
        try Golden.check(screen, "drain-zoomed-ascii-120x36")
    }

    @Test("Enter on an empty line goes on, and typed text says what waits")
    func goingOn() async throws {
        let driver = try await stepping()
        #expect(looks(driver) == [true])
        come(driver, to: DrainFixture.correlate)
        driver.press("Enter")
        #expect(wishes(driver) == [.goOn])
        driver.press("Enter")
        #expect(wishes(driver) == [.goOn], "there is nothing that waits")
        come(driver, to: DrainFixture.claimed)
        driver.type("place")
        driver.press("Enter")
        #expect(driver.message == "a drain waits: empty this line and press Enter to go on")
        #expect(wishes(driver) == [.goOn])
    }

    @Test("Esc has a call fail, and stops nothing elsewhere")
    func stopping() async throws {
        let driver = try await stepping()
        come(driver, to: DrainFixture.handle)
        driver.press("Esc")
        #expect(wishes(driver) == [.stop] && driver.model.focus == .commands)
        come(driver, to: DrainFixture.acked)
        driver.press("Esc")
        #expect(wishes(driver) == [.stop] && driver.model.focus == .timeline)
    }

    @Test("^R lets it run on, from the line and from elsewhere; where nothing waits it says so")
    func runningOn() async throws {
        let driver = try await stepping()
        driver.press("^R")
        #expect(driver.message == "nothing waits at a stage: :step on has commands do so")
        come(driver, to: DrainFixture.claimed)
        #expect(driver.screen().contains("^R run on"))
        driver.press("^R")
        come(driver, to: DrainFixture.fetch)
        for keys in ["Esc", "^R"] { driver.press(keys) }
        #expect(wishes(driver) == [.runOn, .runOn])
    }

    @Test(":step off lets what waits run on, and its line says that nobody looks any more")
    func off() async throws {
        let driver = try await stepping()
        come(driver, to: DrainFixture.claimed)
        for keys in ["Esc", ":"] { driver.press(keys) }
        driver.type("step off")
        driver.press("Enter")
        #expect(wishes(driver) == [.runOn] && looks(driver) == [true, false])
        #expect(driver.screen().contains("it runs on, and is not looked at"))
        // The next one that is looked at has a line of its own.
        come(driver, to: DrainFixture.fetch)
        #expect(driver.model.commands.entries.count == 2)
    }

    @Test("each application's drain has a line of its own, until it has settled")
    func applications() async throws {
        let driver = try await stepping()
        come(driver, to: DrainFixture.fetch)
        come(driver, to: DrainFixture.fetch, application: "other")
        come(driver, to: DrainFixture.handle)
        let entries = driver.model.commands.entries
        #expect(entries.map(\.drain) == [DrainFixture.application, "other"] && entries.map(\.stages.count) == [2, 1])
        driver.tell(.drain(.settled(DrainFixture.totals, of: DrainFixture.application)))
        come(driver, to: DrainFixture.fetch)
        #expect(driver.model.commands.entries.count == 3)
    }

    @Test("of very many stages the last ones are kept")
    func bounded() async throws {
        let driver = try await stepping()
        for _ in 0..<600 { come(driver, to: DrainFixture.fetch) }
        come(driver, to: DrainFixture.handle)
        let stages = driver.model.commands.entries[0].stages
        #expect(stages.count == 500 && stages.last == .drain(DrainFixture.handle))
    }

    @Test("what an application's texts hold is made harmless")
    func hostile() async throws {
        let driver = try await stepping()
        come(driver, to: DrainFixture.failed, application: "x\u{1B}]0;pwn\u{7}")
        let screen = driver.screen()
        #expect(!screen.unicodeScalars.contains { $0.value == 0x1B || $0.value == 7 })
        #expect(screen.contains("␛[2J"))
    }

    @Test("another store that is opened has no drain of the one before that waits")
    func otherStore() async throws {
        let driver = try await stepping()
        come(driver, to: DrainFixture.claimed)
        for keys in ["Esc", ":"] { driver.press(keys) }
        driver.holds = { if case .change = $0 { true } else { false } }
        driver.type("open other.db")
        driver.press("Enter")
        let request = try #require(driver.held.last?.request)
        driver.tell(.answer(request, .session(.fixture())))
        #expect(driver.model.commands.waiting == nil)
    }
}

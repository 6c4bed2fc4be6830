import EventSourcing
import Inspection
import Terminal
import Testing

@testable import Workbench

@Suite("Commands step by step")
struct SteppingTests {
    private func stepping() throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(at: 20))
        driver.start()
        driver.holds = { if case .sendStepped = $0 { true } else { false } }
        driver.press(":")
        driver.type("step on")
        driver.press("Enter >")
        return driver
    }

    private func send(_ line: String, in driver: WorkbenchDriver) throws -> Request {
        driver.type(line)
        driver.press("Enter")
        return try #require(driver.held.last?.request)
    }

    static let stages: [CommitStage] = [
        .decide([.init(type: "ItemAdded", summary: "sku=tea qty=2 price=330")]),
        .foldDry([
            StateChange(path: StatePath([.key("total")]), kind: .changed, before: 6050, after: 6710),
            StateChange(path: StatePath([.key("password")]), kind: .added, after: "hunter2"),
        ]),
        .append(count: 1, expecting: 20, epoch: 3),
        .advance(AppendReceipt(sequenceNumbers: 21..<22, positions: 26..<27, epoch: 4), epochBefore: 3),
    ]

    private func wishes(_ driver: WorkbenchDriver) -> [StepWish] {
        driver.effects.compactMap { if case .step(_, let wish) = $0 { wish } else { nil } }
    }

    @Test("a command waits at each stage until Enter on an empty line, and then tells what came of it")
    func stages() throws {
        let driver = try stepping()
        #expect(driver.screen().contains("step by step"))
        let request = try send("add-item sku=tea qty=2", in: driver)
        for (index, stage) in Self.stages.enumerated() {
            driver.tell(.progress(request, .stage(stage)))
            #expect(driver.model.commands.waiting == 0)
            driver.press("Enter")
            #expect(wishes(driver).count == index + 1)
            #expect(driver.model.commands.waiting == nil)
        }
    }

    @Test("a command that waits says at which stage, with what, and what can be done")
    func waitingScreen() throws {
        let driver = try stepping()
        let request = try send("add-item sku=tea qty=2", in: driver)
        driver.tell(.progress(request, .stage(Self.stages[0])))
        driver.press("Enter")
        driver.tell(.progress(request, .stage(Self.stages[1])))
        try Golden.check(driver.screen(), "step-120x36")
        driver.resize(80, 24)
        try Golden.check(driver.screen(), "step-80x24")
    }

    @Test("what was gone through stays on the screen, with the stages that had nothing to do")
    func finished() throws {
        let driver = try stepping()
        let request = try send("add-item sku=tea qty=2", in: driver)
        for stage in Self.stages {
            driver.tell(.progress(request, .stage(stage)))
            driver.press("Enter")
        }
        #expect(wishes(driver) == [.goOn, .goOn, .goOn, .goOn])
        let outcome = CommandOutcome(
            appended: [.init(sequenceNumber: 21, type: "ItemAdded")], reply: "open, total 6710", refusal: nil,
            microseconds: 212)
        driver.tell(.answer(request, .sent(CommandReport(time: StoreFixture.start, result: .outcome(outcome)))))
        try Golden.check(driver.screen(), "stepped-120x36")
        driver.resize(80, 24)
        try Golden.check(driver.screen(), "stepped-80x24")
        #expect(!driver.screen().contains("hunter2"))
    }

    @Test("Esc stops a command before its append, and not behind it")
    func stopping() throws {
        let driver = try stepping()
        let request = try send("ship", in: driver)
        driver.tell(.progress(request, .stage(Self.stages[0])))
        driver.press("Esc")
        #expect(wishes(driver) == [.stop])
        #expect(driver.model.focus == .commands)

        let other = try stepping()
        let written = try send("ship", in: other)
        other.tell(.progress(written, .stage(Self.stages[3])))
        other.press("Esc")
        #expect(wishes(other).isEmpty)
        #expect(other.model.commands.waiting == 0)
    }

    @Test("another command is not sent while one waits, and :step off lets that one run on")
    func waiting() throws {
        let driver = try stepping()
        let request = try send("ship", in: driver)
        driver.tell(.progress(request, .stage(Self.stages[0])))
        driver.type("pay")
        driver.press("Enter")
        #expect(driver.message == "a command waits: empty this line and press Enter to go on")
        #expect(driver.held.count == 1)
        driver.press("S-Tab :")
        driver.type("step off")
        driver.press("Enter")
        #expect(wishes(driver) == [.runOn])
        #expect(!driver.model.commands.isStepping)
    }

    @Test("without it a command goes through at once")
    func off() throws {
        let driver = try stepping()
        driver.press("S-Tab :")
        driver.type("step")
        driver.press("Enter >")
        driver.holds = { if case .send = $0 { true } else { false } }
        _ = try send("ship", in: driver)
        driver.press("S-Tab :")
        driver.type("step sideways")
        driver.press("Enter")
        #expect(driver.message == "say :step on, or :step off")
    }
}

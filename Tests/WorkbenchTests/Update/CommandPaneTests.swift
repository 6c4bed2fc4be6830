import Actors
import EventSourcing
import Inspection
import Terminal
import Testing

@testable import Workbench

@Suite("The command pane")
struct CommandPaneTests {
    private func driver(
        _ fixture: StoreFixture, at number: Int64 = 17, commands: Session.CommandTarget = .sandboxCopy
    ) throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(fixture, session: .fixture(at: number, commands: commands))
        driver.start()
        return driver
    }

    private func report(_ result: CommandReport.Result) -> CommandReport {
        CommandReport(time: StoreFixture.start.adding(.seconds(4_442)), result: result)
    }

    @Test("it says what a command would do while it is typed")
    func verdict() throws {
        let driver = try driver(StoreFixture())
        driver.type(">add-item sku=tea qty=2")
        #expect(driver.screen().contains("refused after #20: "))
        driver.press("^U")
        #expect(driver.model.commands.verdict == nil)
        driver.type("add-item sku=tea qty=many")
        #expect(driver.screen().contains("column "))
    }

    @Test("it would append where the real handler agrees")
    func wouldAppend() throws {
        let fixture = try StoreFixture()
        let driver = try WorkbenchDriver(fixture, session: .fixture(StoreFixture.id("Order", "order-42"), at: 20))
        driver.start()
        driver.type(">cancel reason=late")
        #expect(driver.model.commands.verdict != nil)
    }

    @Test("a misspelt command is not sent, and says what was expected")
    func misspelt() throws {
        let driver = try driver(StoreFixture())
        driver.type(">ad-item sku=tea")
        driver.press("Enter")
        #expect(driver.model.commands.entries.isEmpty)
        #expect(driver.message.hasPrefix("not sent: "))
        #expect(driver.model.commands.editor.text == "ad-item sku=tea")
    }

    @Test("Enter sends, the event appears, and the playhead goes there")
    func sent() throws {
        let fixture = try StoreFixture()
        let driver = try driver(fixture)
        driver.reports = [
            report(
                .outcome(
                    CommandOutcome(
                        appended: [.init(sequenceNumber: 21, type: "OrderCancelled")], reply: nil, refusal: nil,
                        microseconds: 200)))
        ]
        driver.type(">cancel reason=late")
        try fixture.appendToOrder("OrderCancelled", #"{"reason":"late"}"#)
        driver.press("Enter")
        #expect(driver.playhead == 21)
        #expect(driver.model.stream?.last == 21)
        let screen = driver.screen()
        #expect(screen.contains("10:14:02 > cancel reason=late"))
        #expect(screen.contains("→ #21 OrderCancelled   0.2 ms"))
        #expect(screen.contains("\"cancelled\""))
        driver.press("Up")
        #expect(driver.model.commands.editor.text == "cancel reason=late")
    }

    @Test(
        "each way a command can end has its line",
        arguments: [
            (CommandReport.Result.conflict(expected: 15, actual: 16), "! conflict: expected 15, was 16"),
            (.fenced(by: "batch-1"), "! fenced by writer batch-1"),
            (
                .outcome(CommandOutcome(appended: [], reply: nil, refusal: "label missing", microseconds: 1)),
                "✗ refused: label missing"
            ), (.failed("no answer within 10 s"), "✗ no answer within 10 s"),
        ])
    func endings(result: CommandReport.Result, line: String) throws {
        let driver = try driver(StoreFixture())
        driver.reports = [report(result)]
        driver.type(">ship carrier=post")
        driver.press("Enter")
        #expect(driver.screen().contains(line))
    }

    @Test("where no command is possible it says why, and the way")
    func nowhere() throws {
        let driver = try driver(
            StoreFixture(),
            commands: .nowhere(reason: "the file was opened for looking", way: ":sandbox makes a copy"))
        driver.press(">")
        #expect(driver.message == "the file was opened for looking: :sandbox makes a copy")
        driver.type("ship")
        #expect(driver.model.commands.editor.isEmpty)
    }

    @Test("the first command in a sandbox stays where it was sent, wherever the program began")
    func firstInSandbox() throws {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(StoreFixture.basket, at: 1))
        driver.start()
        driver.press(":")
        driver.type("goto \(StoreFixture.order)@7")
        driver.press("Enter")
        #expect(driver.playhead == 7)
        var report = report(
            .outcome(
                CommandOutcome(
                    appended: [.init(sequenceNumber: 20, type: "ItemAdded")], reply: nil, refusal: nil, microseconds: 1)
            ))
        report.session = .fixture(StoreFixture.basket, at: 1, mode: .sandbox, commands: .store)
        driver.reports = [report]
        driver.type(">ship carrier=post")
        driver.press("Enter")
        #expect(driver.model.stream?.id == StoreFixture.order && driver.playhead == 20)
        #expect(driver.model.session.mode == .sandbox)
    }

    @Test("Tab completes names, arguments and choices")
    func completion() throws {
        let driver = try driver(StoreFixture())
        driver.type(">add")
        driver.press("Tab")
        #expect(driver.model.commands.editor.text == "add-item ")
        driver.type("s")
        driver.press("Tab")
        #expect(driver.model.commands.editor.text == "add-item sku=")
        driver.type("tea q")
        driver.press("Tab")
        #expect(driver.model.commands.editor.text == "add-item sku=tea qty=")
    }

    @Test("pasted text is text, line ends and all, and never sends")
    func paste() throws {
        let driver = try driver(StoreFixture())
        driver.press(">")
        driver.tell(.input(.paste("ship\rq\u{1B}")))
        #expect(driver.model.commands.editor.text == "ship q ")
        #expect(driver.model.commands.entries.isEmpty)
        driver.press("Esc")
        driver.tell(.input(.paste("qqq")))
        #expect(!driver.effects.contains(.quit))
    }

    @Test("the line is edited as in a shell")
    func editing() {
        var line = LineEditor("add-item sku=tea qty=2")
        line.deleteWord()
        #expect(line.text == "add-item sku=tea ")
        line.moveToStart()
        line.insert("x")
        line.moveRight()
        line.deleteForward()
        line.deleteBack()
        #expect(line.text == "xd-item sku=tea ")
        line.deleteToEnd()
        line.deleteToStart()
        #expect(line.isEmpty)
        line.insert(String(repeating: "a", count: 10_000))
        #expect(line.characters.count == LineEditor.longest)
    }

    @Test("older lines come back, and the one being typed too")
    func history() {
        var history = LineHistory()
        for line in ["a", "b", "b", ""] { history.add(line) }
        #expect(history.lines == ["a", "b"])
        #expect(history.older(than: "draft") == "b")
        #expect(history.older(than: "b") == "a")
        #expect(history.older(than: "a") == nil)
        #expect(history.newer() == "b")
        #expect(history.newer() == "draft")
        #expect(history.newer() == nil)
    }
}

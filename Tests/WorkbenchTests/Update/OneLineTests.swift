import Actors
import EventSourcing
import Inspection
import Terminal
import Testing

@testable import Workbench

@Suite("What is seen where there is little room")
struct OneLineTests {
    private func driver(_ columns: Int, _ rows: Int, at number: Int64 = 17) throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(
            StoreFixture(), session: .fixture(at: number), size: Size(columns: columns, rows: rows))
        driver.start()
        return driver
    }

    @Test(
        "what came of a command is seen at once, until the next is typed",
        arguments: [(80, 24), (60, 16), (40, 10), (30, 6), (28, 4)])
    func result(columns: Int, rows: Int) throws {
        let driver = try driver(columns, rows)
        let outcome = CommandOutcome(
            appended: [], reply: nil, refusal: "label missing, and a sentence that goes on and on", microseconds: 80)
        driver.reports = [CommandReport(time: StoreFixture.start, result: .outcome(outcome))]
        driver.type(">ship carrier=post")
        driver.press("Enter")
        #expect(driver.screen().contains("✗ refused: label"))
        driver.type("c")
        #expect(driver.screen().contains("> c"))
    }

    @Test("below 30 x 6 the lines being typed and the messages are the one line")
    func prompts() throws {
        let driver = try driver(29, 5)
        driver.type(":goto 3")
        #expect(driver.screen().hasPrefix(":goto 3"))
        driver.press("Enter")
        #expect(driver.playhead == 3)
        driver.type("/coc")
        #expect(driver.screen().hasPrefix("/coc"))
        driver.press("Esc")
        driver.type(">ca")
        #expect(driver.screen().hasPrefix(" > ca"))
        driver.press("Esc")
        #expect(driver.screen().hasPrefix("#3/20"))
        driver.press("]m")
        #expect(driver.screen().hasPrefix("no later mark (of 0)"))
    }

    @Test("Esc leaves no text in the command line, and Tab in an empty one goes on")
    func leaving() throws {
        let driver = try driver(80, 24)
        driver.type(">cancel reason=late")
        driver.press("^A ^K")
        #expect(driver.model.commands.editor.isEmpty)
        driver.type("ship")
        driver.press("Esc")
        #expect(driver.model.focus == .timeline && driver.model.commands.editor.isEmpty)
        driver.press("> Tab")
        #expect(driver.model.focus == .watches)
    }

    @Test("a line that is longer than its row says where it is cut")
    func longLine() throws {
        let driver = try driver(120, 36)
        driver.type(">cancel reason=" + String(repeating: "x", count: 40))
        #expect(driver.screen().contains(" > cancel reason=x"))
        driver.type(String(repeating: "y", count: 40))
        #expect(driver.screen().contains(" > …"))
    }

    @Test(":goto without a place says what it expects")
    func gotoNowhere() throws {
        let driver = try driver(80, 24)
        driver.type(":goto")
        driver.press("Enter")
        #expect(driver.message.hasPrefix("say where: :goto 42"))
    }

    @Test("the end of the help is reached, and no sentence is cut", arguments: [(40, 10), (80, 24), (120, 36)])
    func help(columns: Int, rows: Int) throws {
        let driver = try driver(columns, rows)
        driver.press("?")
        #expect(driver.screen().contains("q quit"))
        driver.press("G")
        let screen = driver.screen()
        let last = HelpLines.rows(for: .events, model: driver.model, columns: columns).last
        #expect(screen.contains(try #require(last?.text.plainString)))
    }

    @Test("Meta says what is wrong first, and how much more there is")
    func meta() throws {
        let driver = try driver(80, 24, at: 12)
        driver.press("gm")
        let screen = driver.screen()
        #expect(screen.contains("finding"))
        #expect(screen.contains("more (z: zoom this pane)"))
    }

    @Test("a jump to a finding tells it, until the next key")
    func finding() throws {
        let driver = try driver(120, 36, at: 1)
        driver.press("]x")
        let message = try #require(driver.model.stream?.findings.first?.message)
        #expect(driver.playhead == driver.model.stream?.findings.first?.sequenceNumber)
        #expect(driver.screen().contains(message.prefix(40)))
        driver.press("j")
        #expect(!driver.screen().contains(message.prefix(40)))
    }

    @Test("a text that no stream begins with shows those that contain it, and an empty line shows all")
    func streamFilter() throws {
        let driver = try driver(80, 24)
        driver.type("s/SKET-7")
        driver.press("Enter")
        #expect(driver.model.streams.heads.map(\.persistenceID) == [StoreFixture.basket])
        driver.type("/")
        #expect(driver.model.prompt?.editor.isEmpty == true)
        driver.press("Enter")
        #expect(driver.model.streams.heads.count == 3)
    }

    @Test("o while a list is shown goes back to the events, and O begins at the playhead's setter")
    func lists() throws {
        let driver = try driver(80, 24, at: 14)
        driver.press("s Alt-2 gg")
        while driver.model.chosenPath?.description != "total" { driver.press("j") }
        driver.press("o")
        #expect(driver.model.place == .events)
        let playhead = try #require(driver.playhead)
        driver.press("O")
        let list = driver.model.setters
        #expect(list.setters[list.cursor.selected].sequenceNumber == playhead)
    }

    @Test("nothing is said of a search once its hit was left, or after Esc")
    func search() throws {
        let driver = try driver(120, 36, at: 1)
        driver.type("/tea")
        driver.press("Enter")
        #expect(driver.screen().contains("/tea  1 of 3"))
        driver.press("j")
        #expect(!driver.screen().contains("/tea"))
        driver.press("n")
        #expect(driver.screen().contains("/tea  2 of 3"))
        driver.press("Esc")
        #expect(!driver.screen().contains("/tea"))
    }

    @Test("d in the fourth pane takes a watch away")
    func unwatch() throws {
        let driver = try driver(120, 36)
        driver.press("Alt-2 a Alt-4")
        #expect(driver.model.watches.count == 1)
        #expect(driver.screen().contains("D: remove"))
        driver.press("d")
        #expect(driver.model.watches.isEmpty)
    }

    @Test("the list of all events never cuts an event's number", arguments: [44, 60, 80])
    func logNumbers(columns: Int) throws {
        let driver = try WorkbenchDriver(
            StoreFixture(), session: .fixture(StoreFixture.hostile, at: 1), size: Size(columns: columns, rows: 24))
        driver.start()
        driver.press("S")
        #expect(driver.screen().contains("@1 "))
        #expect(driver.screen().contains("basket-7@4"))
    }

    @Test("the ends of the list of all events can be gone to while it is still being read")
    func logEnds() throws {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(StoreFixture.hostile, at: 1))
        driver.start()
        driver.holds = { if case .log = $0 { true } else { false } }
        driver.press("S")
        driver.press("G")
        driver.holds = { _ in false }
        while !driver.held.isEmpty { driver.release() }
        let last = try #require(driver.model.overview?.totals.lastPosition)
        #expect(driver.model.log.selected == last)
    }
}

import Actors
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

    /// A state of the screen, by what is typed to get there.
    struct Scene: CustomTestStringConvertible, Sendable {
        var name: String
        var id = StoreFixture.order
        var number: Int64 = 17
        var keys: [String]
        var sizes = [Size(columns: 120, rows: 36), Size(columns: 80, rows: 24)]
        var testDescription: String { name }

        static let all = [
            Scene(name: "empty-state", keys: ["gg"]),
            Scene(name: "streams", keys: ["s", "j"]),
            Scene(name: "log", keys: ["S"]),
            Scene(name: "setters", keys: ["Alt-2", "G", "3k", "O"]),
            Scene(name: "value-chosen", keys: ["Alt-2", "4j", "l"]),
            Scene(name: "event", keys: ["ge"]),
            Scene(name: "diff", keys: ["5G", "v", "17G"]),
            Scene(name: "meta", number: 10, keys: ["gm"], sizes: [Size(columns: 120, rows: 36)]),
            Scene(name: "generic", id: StoreFixture.basket, number: 2, keys: []),
            Scene(name: "hostile", id: StoreFixture.hostile, number: 1, keys: ["ge", "S"]),
            Scene(name: "watches", keys: ["Alt-2", "a", "5j", "a", "Esc"]),
            Scene(name: "search", number: 1, keys: ["/", "t", "e", "a", "Enter", "n"]),
            Scene(name: "typing", number: 20, keys: [">", "add-item", "Space", "sku=tea", "Space", "qty=2"]),
            Scene(name: "misspelt", keys: [">", "add-item", "Space", "skew=tea"]),
            Scene(name: "colon", keys: [":", "go", "Tab", "4", "2"]),
            Scene(
                name: "help", keys: ["?"], sizes: [Size(columns: 120, rows: 36), Size(columns: 60, rows: 16)]),
            Scene(name: "recovery", keys: [":", "recover", "Enter", "2j"]),
            Scene(
                name: "recovery-failed", keys: [":", "recover", "Enter", "G"],
                sizes: [Size(columns: 120, rows: 36), Size(columns: 80, rows: 24), Size(columns: 40, rows: 10)]),
            Scene(
                name: "filters", keys: [":", "filter-writers", "Space", "repair", "Enter"],
                sizes: [Size(columns: 120, rows: 36), Size(columns: 80, rows: 24), Size(columns: 40, rows: 10)]),
            Scene(name: "filters-any", keys: [":", "filter-writers", "Space", "any", "Enter", "G"]),
            Scene(name: "zoomed", keys: ["Alt-2", "z"], sizes: [Size(columns: 80, rows: 24)]),
            Scene(name: "marked", keys: ["mq", "j", "mw", "12G", "4", "]"]),
            Scene(
                name: "small-panes", keys: ["Alt-2", "j"],
                sizes: [Size(columns: 40, rows: 10), Size(columns: 20, rows: 4)]),
            Scene(name: "small-typing", keys: [">", "ship"], sizes: [Size(columns: 40, rows: 10)]),
        ]
    }

    @Test("what is seen in each important state", arguments: Scene.all)
    func scenes(scene: Scene) throws {
        for size in scene.sizes {
            let driver = try WorkbenchDriver(
                StoreFixture(), session: .fixture(scene.id, at: scene.number), size: size)
            driver.start()
            for keys in scene.keys { driver.press(keys) }
            try Golden.check(driver.screen(), "\(scene.name)-\(size.columns)x\(size.rows)")
        }
    }

    @Test("a fold that stopped shows the last good state, where it stopped, and why")
    func foldError() throws {
        let driver = try WorkbenchDriver(StoreFixture())
        driver.start()
        driver.holds = { if case .state = $0 { true } else { false } }
        driver.press("j")
        let request = try #require(driver.held.first?.request)
        let view = StateView(
            sequenceNumber: 17, tree: ["status": "open"], changes: [], source: .snapshot(sequenceNumber: 10),
            foldedEvents: 7, microseconds: 99,
            problem: .init(sequenceNumber: 18, reason: "ItemRemoved has no field sku"))
        driver.tell(.answer(request, .state(view)))
        try Golden.check(driver.screen(), "fold-error-120x36")
        driver.resize(80, 24)
        try Golden.check(driver.screen(), "fold-error-80x24")
    }

    @Test("commands and what came of them")
    func commands() throws {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(at: 20))
        driver.start()
        let time = StoreFixture.start.adding(.seconds(4_442))
        let outcome = CommandOutcome(
            appended: [.init(sequenceNumber: 20, type: "OrderShipped")], reply: "shipped", refusal: nil,
            microseconds: 212)
        driver.reports = [
            CommandReport(time: time, result: .outcome(outcome)),
            CommandReport(time: time, result: .conflict(expected: 15, actual: 16)),
            CommandReport(time: time, result: .fenced(by: "batch-1")),
            CommandReport(
                time: time,
                result: .outcome(
                    CommandOutcome(appended: [], reply: nil, refusal: "label missing", microseconds: 80))),
        ]
        for line in ["ship carrier=post", "ship carrier=rail", "cancel reason=late", "cancel reason=stolen"] {
            driver.press("Alt-3")
            driver.type(line)
            driver.press("Enter")
        }
        driver.resize(80, 24)
        try Golden.check(driver.screen(), "result-80x24")
        driver.resize(40, 10)
        try Golden.check(driver.screen(), "result-40x10")
        driver.resize(120, 36)
        driver.type("cancel reason=\"no \u{1B}[2J label\"")
        try Golden.check(driver.screen(), "results-120x36")
        driver.resize(80, 24)
        try Golden.check(driver.screen(), "results-80x24")
        driver.press("Esc z Alt-3")
        try Golden.check(driver.screen(), "results-zoomed-80x24")
    }

    @Test("nothing that a store holds reaches the screen unless it is harmless")
    func harmless() throws {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(StoreFixture.hostile, at: 1))
        driver.start()
        for keys in ["", "ge", "gd", "gm", "s", "S", "Alt-2 l l j a", "?"] {
            driver.press(keys)
            for scalar in driver.screen().unicodeScalars where scalar != "\n" {
                #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar.value != 0x202E)
            }
        }
    }
}

import EventSourcing
import Inspection
import Terminal
import TestSupport
import Testing

@testable import Workbench

@Suite("Every size and every key")
struct EverySizeTests {
    @Test("parts of the screen never overlap and never leave it", arguments: [false, true])
    func layout(isZoomed: Bool) {
        for columns in 1...200 {
            for rows in 1...60 {
                for focus in Pane.allCases {
                    check(Layout(size: Size(columns: columns, rows: rows), focus: focus, isZoomed: isZoomed))
                }
            }
        }
    }

    private func check(_ layout: Layout) {
        var areas = [layout.header, layout.scrubber, layout.writers, layout.status, layout.hints, layout.bottomRule]
        areas += layout.titles.values
        areas += layout.panes.values
        areas = areas.filter { !$0.isEmpty }
        var cells = 0
        for (index, area) in areas.enumerated() {
            #expect(area.endColumn <= layout.size.columns && area.endRow <= layout.size.rows, "\(layout.size)")
            cells += area.columns * area.rows
            for other in areas[(index + 1)...] where !area.intersection(other).isEmpty {
                Issue.record("\(area) and \(other) overlap at \(layout.size)")
            }
        }
        #expect(cells <= layout.size.columns * layout.size.rows)
    }

    @Test("a screen is drawn at every size from 1 x 1 to 200 x 60")
    func everySize() throws {
        let driver = try WorkbenchDriver(StoreFixture())
        driver.start()
        for columns in 1...200 {
            for rows in 1...60 where columns < 40 || rows < 8 || (columns + rows) % 7 == 0 {
                let frame = driver.workbench.view(size: Size(columns: columns, rows: rows))
                #expect(frame.cells.count == columns * rows)
            }
        }
    }

    @Test("no sequence of keys, answers and sizes traps", arguments: 0..<12)
    func randomKeys(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed) &* 0x9E37_79B9 &+ 1)
        let driver = try WorkbenchDriver(
            StoreFixture(), session: .fixture(seed % 2 == 0 ? StoreFixture.order : StoreFixture.basket))
        driver.holds = { _ in random.next() % 5 == 0 }
        driver.start()
        let named = ["Enter", "Esc", "Tab", "S-Tab", "Up", "Down", "Left", "Right", "PgUp", "PgDn", "Home", "End"]
        let controls = [
            "^D", "^U", "^O", "^Y", "^W", "^A", "^E", "Backspace", "Del", "Alt-1", "Alt-2", "Alt-3", "Alt-4",
        ]
        let letters = Array("jkhlJKGgsSoOvazFnN/:>?[]wWtdxm'.yRuc0123456789 type=tea|@#+-日\u{301}")
        for _ in 0..<400 {
            switch random.next() % 12 {
            case 0: driver.press(named[Int(random.next() % UInt64(named.count))])
            case 1: driver.press(controls[Int(random.next() % UInt64(controls.count))])
            case 2: driver.resize(Int(random.next() % 140) + 1, Int(random.next() % 50) + 1)
            case 3 where !driver.held.isEmpty: driver.release(Int(random.next() % UInt64(driver.held.count)))
            case 4: driver.tell(random.next() % 3 == 0 ? .storeChanged : .input(.interrupt))
            case 5 where random.next() % 3 == 0:
                var warnings = Warnings()
                for number in 0...random.next() % 3 {
                    warnings.add(Warning(time: StoreFixture.start, sentence: "warning \(number) of some words"))
                }
                driver.tell(.warned(warnings))
                driver.press("gw")
            default: driver.tell(.input(.key(.character(letters[Int(random.next() % UInt64(letters.count))]))))
            }
            _ = driver.workbench.view()
            if let stream = driver.model.stream {
                #expect(stream.playhead >= stream.first && stream.playhead <= stream.last, "seed \(seed)")
            }
        }
    }
}

import Actors
import EventSourcing
import Foundation
import Inspection
import StateMachines
import Terminal
import Testing

@testable import Workbench

@Suite("The Machine tab")
struct MachineTabTests {
    private func driver(
        _ id: PersistenceID = PurchaseFixture.shipped, at number: Int64, _ columns: Int = 120, _ rows: Int = 36,
        isArmed: Bool = true
    ) async throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(
            try await PurchaseFixture(isArmed: isArmed).fixture, session: .fixture(id, at: number),
            size: Size(columns: columns, rows: rows))
        // Nine minutes and twenty seconds before the payment is late.
        driver.now = StoreFixture.start.adding(.seconds(120 + 1_800 - 560))
        driver.start()
        return driver
    }

    @Test(
        "draws the machine where there is room, with its state lit and the event's edge marked, and says the rest in lines",
        arguments: [(120, 36), (80, 24), (60, 16), (40, 10)])
    func sizes(columns: Int, rows: Int) async throws {
        let driver = try await driver(at: 5, columns, rows)
        if (columns, rows) == (40, 10) { driver.press("Alt-2") }
        driver.press("gM")
        try Golden.check(driver.screen(), "machine-\(columns)x\(rows)")
    }

    @Test("takes the whole screen, with the lines beside the drawing", arguments: [(120, 36), (80, 24)])
    func zoomed(columns: Int, rows: Int) async throws {
        let driver = try await driver(PurchaseFixture.pending, at: 2, columns, rows)
        for keys in ["gM", "Alt-2", "z"] { driver.press(keys) }
        try Golden.check(driver.screen(), "machine-zoomed-\(columns)x\(rows)")
    }

    @Test("is drawn in ASCII too, where what was taken is double", arguments: [(120, 36), (80, 24)])
    func ascii(columns: Int, rows: Int) async throws {
        let driver = try await driver(at: 5, columns, rows)
        driver.press("gM")
        let screen = driver.screen(glyphs: .ascii)
        // What stands in a row of the timeline is not the tab's.
        #expect(screen.replacing("{…}", with: "{}").utf8.allSatisfy { $0 < 0x80 })
        try Golden.check(screen, "machine-ascii-\(columns)x\(rows)")
    }

    @Test("what was taken and where it stands is told by more than colour")
    func withoutColour() async throws {
        let driver = try await driver(at: 5)
        driver.press("gM")
        #expect(driver.screen().contains("├━ ship ━"))
        #expect(driver.screen().contains("● shipped"))
        #expect(driver.screen(glyphs: .ascii).contains("+= ship ="))
        #expect(driver.screen(glyphs: .ascii).contains("* shipped"))
    }

    @Test("looks in the README as the program draws it")
    func readme() async throws {
        let driver = try await driver(at: 5)
        driver.press("gM")
        let pane = driver.screen().split(separator: "\n", omittingEmptySubsequences: false)[3..<23]
            .map { line in String(line.dropFirst(71)) }.joined(separator: "\n")
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../README.md")
        let readme = try String(contentsOf: file, encoding: .utf8)
        #expect(readme.contains("```\n\(pane)\n```\n"), "the README shows something else than:\n\(pane)")
    }

    @Test("follows the playhead")
    func following() async throws {
        let driver = try await driver(at: 5)
        driver.press("gM")
        driver.press("2k")
        #expect(driver.screen().contains("▶ #3 pay: pending → paid"))
        #expect(driver.screen().contains("● in paid since #3"))
        driver.press("gg")
        #expect(driver.screen().contains("● in pending from the beginning"))
        #expect(!driver.screen().contains("▶ #0"))
    }

    @Test("tells what is left of a timeout: by the store's timer at the end, by the table before")
    func timeouts() async throws {
        let atEnd = try await driver(PurchaseFixture.pending, at: 2)
        atEnd.press("gM")
        #expect(atEnd.screen().contains("timeout payment in 9 min 20 s → paymentTimed"))
        atEnd.press("k")
        #expect(atEnd.screen().contains("timeout payment had 30 min left → paymentTi"))
        let late = try await driver(PurchaseFixture.pending, at: 2)
        late.now = StoreFixture.start.adding(.seconds(86_400))
        late.press("gM")
        #expect(late.screen().contains("timeout payment is due → paymentTimedOut"))
        let unarmed = try await driver(PurchaseFixture.pending, at: 2, 80, 24, isArmed: false)
        unarmed.press("gM")
        unarmed.press("Alt-2")
        unarmed.press("z")
        #expect(unarmed.screen().contains("timeout payment is not armed, after 30 min → paymentTimedOut"))
    }

    @Test("an instance that has stopped has nothing more to offer")
    func stopped() async throws {
        let driver = try await driver(PurchaseFixture.lost, at: 6)
        driver.press("gM")
        let screen = driver.screen()
        #expect(screen.contains("▶ #6 lose: shipped stops: lost on the way"))
        #expect(screen.contains("● in shipped since #5, stopped for good: lost"))
        #expect(!screen.contains("> deliver"))
    }

    @Test("scrolls with j and k when the pane has the keys, and begins with the step to where the state stands")
    func scrolling() async throws {
        let driver = try await driver(at: 5)
        driver.press("gM")
        driver.press("Alt-2")
        // The box that the event led out of has its name, too.
        #expect(driver.screen().contains("lines 14 to 25 of 31") && driver.screen().contains("│   packed    │◀"))
        driver.press("k")
        #expect(driver.screen().contains("lines 13 to 24 of 31"))
        driver.press("gg")
        #expect(driver.screen().contains("lines 1 to 12 of 31") && driver.screen().contains("│ ▸ pending"))
        driver.press("G")
        #expect(driver.screen().contains("lines 20 to 31 of 31") && driver.screen().contains("│ ◎ cancelled"))
        for _ in 0..<3 { driver.press("j") }
        driver.press("k")
        #expect(driver.screen().contains("lines 19 to 30 of 31"))
        // Another state is looked at from where it stands.
        driver.press("2K")
        #expect(driver.screen().contains("● paid"))
    }

    @Test("the table stands in its place where there is no room, and scrolls to its end")
    func table() async throws {
        let driver = try await driver(at: 5, 80, 24)
        for keys in ["gM", "Alt-2", "G"] { driver.press(keys) }
        let screen = driver.screen()
        #expect(screen.contains("◎") == false && screen.contains("cancelled"))
        #expect(screen.contains("deliver           → delivered") && !screen.contains("more (z"))
    }

    @Test("is there for instances of machines alone, and another entity says what it has instead")
    func elsewhere() throws {
        let driver = try WorkbenchDriver(StoreFixture())
        driver.start()
        #expect(!driver.screen().contains("Machine"))
        driver.press("gM")
        #expect(driver.message == "Order is no state machine: gs shows its state")
        #expect(driver.model.state.tab == .state)
        // The tabs go round without it.
        driver.press("Alt-2")
        for tab in [StatePane.Tab.event, .diff, .meta, .state] {
            driver.press("Alt-2")
            #expect(driver.model.state.tab == tab)
        }
    }

    @Test("is the last tab of an instance, is called by its name, and says so where another stream is opened")
    func tabs() async throws {
        let driver = try await driver(at: 5)
        driver.press("Alt-2")
        for tab in [StatePane.Tab.event, .diff, .meta, .machine, .state] {
            driver.press("Alt-2")
            #expect(driver.model.state.tab == tab)
        }
        for keys in [":", "machine-tab", "Enter"] { driver.press(keys) }
        #expect(driver.model.state.tab == .machine)
        #expect(driver.screen().contains("State Event Diff Meta [Machine]"))
    }

    @Test("an event that the state does not take is refused as soon as it is named, with those that it takes")
    func refusal() async throws {
        let driver = try await driver(at: 5)
        driver.press(">")
        driver.type("pay")
        let takes = "Purchase in shipped takes no pay; it takes deliver, lose, deliveryTimedOut"
        #expect(driver.model.commands.verdict == .decision(.refused(takes)))
        #expect(driver.screen().contains("refused: Purchase in shipped takes no pay"))
        driver.type(" 900 card")
        #expect(driver.model.commands.verdict == .decision(.refused(takes)))
        driver.press("^U")
        driver.type("deliver")
        #expect(driver.model.commands.verdict == .decision(.append(types: ["deliver"])))
        driver.press("^U")
        driver.type("fly")
        guard case .misspelt? = driver.model.commands.verdict else {
            Issue.record("fly was taken for an event")
            return
        }
        let pending = try await self.driver(PurchaseFixture.pending, at: 2)
        pending.press(">")
        pending.type("pay")
        guard case .misspelt(let problem)? = pending.model.commands.verdict else {
            Issue.record("pay needs an amount")
            return
        }
        #expect(problem.message.hasPrefix("amount is missing"))
    }

    @Test("is drawn at every size, wherever it was scrolled to")
    func everySize() async throws {
        let driver = try await driver(at: 5)
        for keys in ["gM", "Alt-2", "G"] { driver.press(keys) }
        for columns in stride(from: 1, through: 200, by: 3) {
            for rows in 1...60 where (columns + rows) % 5 == 0 {
                driver.resize(columns, rows)
                driver.press("k")
                driver.press("^D")
                let frame = driver.workbench.view(size: Size(columns: columns, rows: rows))
                #expect(frame.cells.count == columns * rows)
            }
        }
    }

    @Test("hostile names are made harmless, and wide ones do not break the drawing")
    func hostile() async throws {
        let machine = try Machine<Odd, OddEvent>("Odd", initial: .wide) {
            From(.wide) { On(.escape).goto(.escape) }
            From(.escape) { On(.escape).goto(.wide) }
        }
        let fixture = try StoreFixture(isEmpty: true)
        let id = StoreFixture.id("Odd", "1")
        let (type, version, payload) = try machine.entity("1").registry.encode(
            MachineTransition(event: .escape, target: .goto(.escape)))
        try fixture.store.fill(
            writers: fixture.writers,
            events: [
                ImportedEvent(
                    persistenceID: id, sequenceNumber: 1,
                    event: NewEvent(
                        type: type, schemaVersion: version, payload: payload, timestamp: StoreFixture.start),
                    writer: fixture.writers[0].id, epoch: 0)
            ], snapshots: [])
        let driver = try WorkbenchDriver(fixture, session: .fixture(id, at: 1), domains: [Domain(machine)])
        driver.start()
        for keys in ["gM", "Alt-2", "z"] { driver.press(keys) }
        let screen = driver.screen()
        #expect(screen.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
        #expect(!screen.unicodeScalars.contains("\u{202E}"))
        try Golden.check(screen, "machine-hostile-120x36")
    }

    private enum Odd: String, CaseIterable, MachineState, StoredCases {
        case wide = "日本橋"
        case escape = "a\u{1B}[2J\u{202E}b"
    }

    private enum OddEvent: String, CaseIterable, MachineEvent, StoredCases {
        case escape = "x\u{1B}]0;pwn\u{7}"
    }

    @Test("the table marks one row for a step that several may have taken, the one that the drawing marks too")
    func oneTaken() throws {
        let file = try MachineFile(
            "machine A\nstart s with n 1\nfinal t\nevent e\nin s\non e when n = 1 goes to t\non e goes to t",
            name: "a.machine")
        let machine = try #require(file.machines.first)
        var history = MachineHistory<TextState, TextEvent>(startingIn: machine.initial, at: 0)
        history.append(TextEvent("e"), .goto(TextState("t", ["n": 1])))
        let view = MachineView(sequenceNumber: 1, outline: machine.outline, trace: MachineTrace(history))
        let marked = MachineLines(view: view, glyphs: .unicode).table.filter { !$0.sign.isEmpty }
        #expect(marked.map(\.text.plainString).map { $0.contains("if n = 1") } == [true])
    }

    @Test("what is left of a timeout goes on, each second where it is little, until the timeout is due")
    func countdown() async throws {
        let driver = try await driver(PurchaseFixture.pending, at: 2)
        let deadline = StoreFixture.start.adding(.seconds(120 + 1_800))
        driver.press("gM")
        /// Ends the wait, so long before the deadline; what is shown then, and how many milliseconds the next wait has.
        func look(before duration: Duration) throws -> (text: String, wait: Int?) {
            driver.now = deadline.adding(.zero - duration)
            if driver.held.isEmpty { return ("", nil) }
            driver.release()
            let line = try #require(driver.screen().split(separator: "\n").first { $0.contains("timeout payment") })
            let text = line.split(separator: "timeout payment ").last?.split(separator: " →").first.map(String.init)
            #expect(driver.held.count <= 1)
            guard case .wait(let milliseconds)? = driver.held.first?.question else { return (text ?? "", nil) }
            return (text ?? "", milliseconds)
        }
        #expect(try look(before: .seconds(560)) == ("in 9 min 20 s", 9_500))
        #expect(try look(before: .milliseconds(550_500)) == ("in 9 min 10 s", 10_000))
        #expect(try look(before: .seconds(90)) == ("in 1 min 30 s", 500))
        #expect(try look(before: .milliseconds(89_500)) == ("in 1 min 29 s", 1_000))
        #expect(try look(before: .seconds(3_605)) == ("in 1 h", 4_500))
        #expect(try look(before: .seconds(2 * 86_400)) == ("in 2 d", 3_599_500))
        #expect(try look(before: .milliseconds(500)) == ("in 1 s", 500))
        #expect(try look(before: .zero) == ("is due", nil))
    }

    @Test("nothing is waited for where no timeout that is armed is looked at")
    func noCountdown() async throws {
        let driver = try await driver(PurchaseFixture.pending, at: 2)
        #expect(driver.held.isEmpty)
        for (keys, waits) in [("gM", 1), ("k", 0), ("j", 1), ("gs", 0), ("gM", 1), ("j", 1)] {
            driver.press(keys)
            #expect(driver.held.count == waits, "\(keys)")
        }
        driver.resize(40, 10)
        driver.press("Alt-1")
        #expect(driver.held.isEmpty, "the tab is not on the screen")
        driver.press("Alt-2")
        #expect(driver.held.count == 1)
        let unarmed = try await self.driver(PurchaseFixture.pending, at: 2, isArmed: false)
        unarmed.press("gM")
        #expect(unarmed.held.isEmpty)
    }

    @Test("a long refusal is read whole, while it is typed and where it was sent", arguments: [(120, 36), (80, 24)])
    func longRefusal(columns: Int, rows: Int) async throws {
        let driver = try await driver(at: 5, columns, rows)
        let reason = "Purchase in shipped takes no pay; it takes deliver, lose, deliveryTimedOut"
        driver.reports = [
            CommandReport(
                time: StoreFixture.start,
                result: .outcome(CommandOutcome(appended: [], reply: nil, refusal: reason, microseconds: 80)))
        ]
        for keys in ["gM", "Alt-3"] { driver.press(keys) }
        driver.type("pay 900 card")
        driver.press("Enter")
        driver.type("pay 900 card")
        if rows < 36 { driver.press("Esc z Alt-3") }
        try Golden.check(driver.screen(), "refusal-\(columns)x\(rows)")
    }
}

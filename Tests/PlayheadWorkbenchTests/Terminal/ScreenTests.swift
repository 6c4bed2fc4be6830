import TestSupport
import Testing

@Suite("The workbench on the screen of a real terminal", .serialized)
struct ScreenTests {
    private static let fourTitles = [
        "─1 Timeline ──", "─2 [State] Event Diff Meta ──", "─3 Commands ──", "─4 Watches ──",
    ]

    @Test("without a file the demo store opens, with all four panes", arguments: ["xterm-256color", "tmux-256color"])
    func demo(type: String) throws {
        let terminal = try TmuxScreen([], type: type)
        let screen = try terminal.screen(showing: "demo ▸ ", "after #", " streams · ", "=integer")
        for title in Self.fourTitles { #expect(screen.contains(title)) }
        #expect(screen.contains("DEMO, a live store in memory"))
        try terminal.type("q")
        try terminal.screen(showing: "ended with 0")
    }

    @Test(
        "every size from 120 x 36 down to one cell is drawn, and 120 x 36 again brings everything back",
        arguments: [
            (80, 24, ["─1 Timeline ──", "─2 [State]", "#60 of 60"]), (60, 16, ["─1 Timeline ──", "#60 of 60"]),
            (40, 10, ["─1 Timeline ──", "#60"]), (25, 5, ["#60/60"]), (1, 1, []),
        ])
    func sizes(columns: Int, rows: Int, texts: [String]) throws {
        let store = try Shop()
        let small = try TmuxScreen([store.path], columns: columns, rows: rows)
        let screen = try small.screen("shows \(texts)") { screen in texts.allSatisfy { screen.contains($0) } }
        #expect(screen.split(separator: "\n").allSatisfy { $0.count <= columns })
        try small.resize(columns: 120, rows: 36)
        try small.screen(showing: "#60 of 60", "after #60")
        try small.type("k")
        let large = try small.screen(showing: "#59 of 60", "after #59", "1 web-7")
        for title in Self.fourTitles { #expect(large.contains(title)) }
        try small.resize(columns: columns, rows: rows)
        try small.type("q")
        try small.resize(columns: 80, rows: 24)
        try small.screen(showing: "ended with 0")
    }

    @Test("a storm of new sizes while keys are typed loses no key")
    func storm() throws {
        let store = try Shop()
        let terminal = try TmuxScreen([store.path])
        try terminal.screen(showing: "#60 of 60")
        for step in 1...40 {
            try terminal.type("k")
            try terminal.resize(columns: 1 + step * 37 % 200, rows: 1 + step * 13 % 60)
        }
        try terminal.resize(columns: 120, rows: 36)
        // The four panes are there only at the last size.
        for title in Self.fourTitles { try terminal.screen(showing: "#20 of 60", "after #20", "sku-20 ", title) }
    }

    @Test("j, k, gg, G and 42G move the playhead, and the state follows")
    func moving() throws {
        let store = try Shop()
        let terminal = try TmuxScreen([store.path])
        try terminal.screen(showing: "#60 of 60", "after #60", "items [59]")
        for (keys, number, state) in [
            ("k", 59, "items [58]"), ("gg", 0, #"status            "new""#), ("j", 1, #"was "new""#),
            ("42G", 42, "items [41]"), ("12k", 30, "items [29]"), ("G", 60, "items [59]"),
        ] {
            try terminal.type(keys)
            try terminal.screen(showing: "#\(number) of 60", "after #\(number)", state)
        }
        try terminal.press("Down")
        try terminal.press("Up")
        try terminal.screen(showing: "#59 of 60", "items [58]")
    }

    @Test("s lists the streams, S all events by position; Enter opens and Esc returns")
    func lists() throws {
        let store = try Shop()
        let terminal = try TmuxScreen([store.path])
        try terminal.screen(showing: "#60 of 60", "after #60")
        try terminal.type("s")
        try terminal.screen(showing: "─1 Streams ──", "account-1", "order-1")
        try terminal.press("Escape")
        try terminal.screen(showing: "─1 Timeline ── Order|order-1")
        try terminal.type("s")
        try terminal.screen(showing: "▶ order-1")
        try terminal.type("j")
        try terminal.screen(showing: "▶ account-1")
        try terminal.press("Enter")
        try terminal.screen(showing: "▸ account-1", "#2 of 2", "MoneyDeposited", "─1 Timeline ──")
        try terminal.type("S")
        try terminal.screen(showing: "─1 All events ──", "position ")
        try terminal.type("G")
        try terminal.screen(showing: "position 62 of 62")
        try terminal.press("Enter")
        try terminal.screen(showing: "▸ order-1", "#60 of 60", "─1 Timeline ──")
    }

    @Test("o goes to the event that last set the value under the cursor, and again to the one before")
    func who() throws {
        let store = try Shop()
        let terminal = try TmuxScreen([store.path + "#" + ShopStore.order + "@30"])
        try terminal.screen(showing: "#30 of 60", "after #30", "items [29]")
        try terminal.press("M-2")
        // The third line is the city, which only the first event sets.
        try terminal.type("jj")
        try terminal.type("o")
        try terminal.screen(showing: "#1 of 60", "after #1", #"#1 set city to "Bern""#)
        try terminal.press("M-1")
        try terminal.type("30G")
        try terminal.screen(showing: "#30 of 60", "after #30", "total")
        try terminal.press("M-2")
        try terminal.screen(showing: "J K step")
        try terminal.type("G")
        // From the last line, through the fields that nothing set, up to the total.
        try terminal.type("kkk")
        try terminal.type("o")
        try terminal.screen(showing: "#29 of 60", "after #29", "#29 set total to 2800")
        try terminal.type("o")
        try terminal.screen(showing: "#28 of 60", "after #28", "#28 set total to 2700")
    }

    @Test("/ finds text, n and N go from hit to hit")
    func find() throws {
        let store = try Shop()
        let terminal = try TmuxScreen([store.path])
        try terminal.screen(showing: "#60 of 60", "after #60")
        try terminal.type("gg")
        try terminal.screen(showing: "#0 of 60")
        try terminal.type("/sku-3")
        try terminal.press("Enter")
        try terminal.screen(showing: "#3 of 60", "1 of 11")
        try terminal.type("n")
        try terminal.screen(showing: "#30 of 60", "2 of 11")
        try terminal.type("N")
        try terminal.screen(showing: "#3 of 60", "1 of 11")
        try terminal.type("/nowhere-at-all")
        try terminal.press("Enter")
        try terminal.screen(showing: "no hit")
    }

    @Test("the command pane decides while a command is typed, and Enter appends it")
    func command() async throws {
        let store = try Shop()
        let terminal = try TmuxScreen([store.path, "--write"])
        try terminal.screen(showing: "#60 of 60", "after #60", "WRITE, commands go to the file")
        try terminal.type(">add-item sku=tea qty=2")
        try terminal.screen(showing: "would append: ItemAdded (dry run; Enter sends)")
        try terminal.press("C-u")
        try terminal.type("place customer=c-2")
        try terminal.screen(showing: "refused: the order is placed already")
        try terminal.press("C-u")
        try terminal.type("add-item sku=tea qty=two")
        try terminal.screen(showing: "column 22: qty must be an integer")
        try terminal.press("Enter")
        try terminal.screen(showing: "not sent: ")
        try terminal.press("C-u")
        try terminal.type("ad-item")
        let misspelt = try terminal.screen(showing: "column 1: ")
        #expect(misspelt.contains("add-item"))
        try terminal.press("C-u")
        #expect(try await store.events().count == 62, "nothing was written so far")
        try terminal.type("add-item sku=tea qty=2")
        try terminal.screen(showing: "would append: ItemAdded")
        try terminal.press("Enter")
        try terminal.screen(showing: "→ #61 ItemAdded", "#61 of 61", "after #61", "items [60]")
        #expect(try await store.events().last?.contains("sku=tea qty=2") == true)
    }

    @Test("pasted text goes into the line that is being typed, and never runs as keys")
    func paste() throws {
        let store = try Shop()
        let terminal = try TmuxScreen([store.path])
        try terminal.screen(showing: "#60 of 60", "after #60")
        try terminal.paste("kkkq\nq\n")
        try terminal.screen(showing: "#60 of 60", "pasted text goes into a line")
        try terminal.type(">")
        try terminal.paste("add-item sku=tea\nqty=2")
        try terminal.screen(showing: "> add-item sku=tea qty=2", "would append: ItemAdded")
    }

    @Test("looking at a file, and commands in its sandbox, change no byte of its folder")
    func looking() throws {
        let store = try Shop()
        let before = try store.folder.contents()
        let terminal = try TmuxScreen([store.path])
        try terminal.screen(showing: "#60 of 60", "after #60", "file READ-ONLY, commands go to a sandbox copy")
        try terminal.type("ggj20G")
        try terminal.screen(showing: "#20 of 60", "after #20")
        try terminal.type("s")
        try terminal.screen(showing: "─1 Streams ──", "account-1")
        try terminal.press("Escape")
        try terminal.screen(showing: "─1 Timeline ──")
        try terminal.type("S")
        try terminal.screen(showing: "─1 All events ──")
        try terminal.press("Escape")
        try terminal.screen(showing: "─1 Timeline ──")
        #expect(try store.folder.contents() == before, "while it is open")
        try terminal.type(">cancel reason=test")
        try terminal.screen(showing: "would append")
        try terminal.press("Enter")
        try terminal.screen(showing: "→ #61 OrderCancelled", "#61 of 61", "SANDBOX copy, the file stays as it is")
        #expect(try store.folder.contents() == before, "after a command in the sandbox")
        try terminal.press("Escape")
        try terminal.screen(showing: "j k step")
        try terminal.type("q")
        try terminal.screen(showing: "ended with 0")
        #expect(try store.folder.contents() == before, "after the end")
    }
}

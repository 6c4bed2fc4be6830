import EventSourcing
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("Reactions on the screen of a real terminal", .serialized)
struct ReactionScreenTests {
    /// The sample with sales, of which the last one's shipment is blocked by a strike.
    private static func sample() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let made = try await playhead("sample", "--events", "20", "--processes", "6", folder.file())
        try #require(made.code == .fine)
        return folder
    }

    @Test("gR lists what is blocked, and a sandbox unblocks it after a question, with the reaction that runs then")
    func unblocking() async throws {
        let folder = try await Self.sample()
        let before = try folder.contents()
        let terminal = try TmuxScreen([folder.file() + "#Carrier|rail"])
        try terminal.screen(showing: "▸ rail", "after #1", "isOnStrike")
        try terminal.type("gR")
        try terminal.screen(showing: "─1 Reactions ──", "1 blocked", "▶ Shipment|sale-6", "Carrier|rail is on")
        try terminal.type("u")
        try terminal.screen(showing: "no reaction runs: :sandbox tries it on a copy")
        try terminal.press("Escape")
        try terminal.screen(showing: "─1 Timeline ──")
        try terminal.type(">resume")
        try terminal.screen(showing: "would append: StrikeEnded")
        try terminal.press("Enter")
        try terminal.screen(showing: "→ #2 StrikeEnded", "SANDBOX copy")
        try terminal.press("Escape")
        try terminal.screen(showing: "j k step")
        try terminal.type("gR")
        try terminal.screen(showing: "▶ Shipment|sale-6", "fulfilment: correlated", "runs here")
        try terminal.type("u")
        try terminal.screen(showing: "y/n: would unblock 1: Shipment|sale-6; then its reactions happen")
        try terminal.type("n")
        try terminal.screen(showing: "nothing was changed", "1 blocked")
        try terminal.type("u")
        try terminal.screen(showing: "y/n: would unblock 1")
        try terminal.type("y")
        // It is shipped, and the sale completed.
        try terminal.screen("has nothing blocked") { !$0.contains("1 blocked") && $0.contains("─1 Reactions ──") }
        try terminal.press("Escape")
        try terminal.screen(showing: "─1 Timeline ──")
        try terminal.type(":goto Sale|sale-6")
        try terminal.press("Enter")
        try terminal.screen(showing: "SaleCompleted")
        #expect(try folder.contents() == before, "the file stays as it is")
        try terminal.type("q")
        try terminal.screen(showing: "ended with 0")
    }

    @Test("a sale that is placed is gone through, commit and drain; what waits to be called runs, and can be cancelled")
    func stepping() async throws {
        let folder = try await Self.sample()
        let terminal = try TmuxScreen([folder.file() + "#Sale|sale-6"])
        try terminal.screen(showing: "▸ sale-6", "after #1")
        try terminal.type(":step on")
        try terminal.press("Enter")
        try terminal.screen(showing: "step by step")
        try terminal.type(":goto Sale|new")
        try terminal.press("Enter")
        try terminal.screen(showing: "▸ new", "#0 of 0")
        try terminal.type(">place cup 1")
        try terminal.screen(showing: "would append: SalePlaced")
        try terminal.press("Enter")
        for stage in ["decide ", "fold dry ", "append ", "advance "] {
            try terminal.screen(showing: stage, "waits ")
            try terminal.press("Enter")
        }
        try terminal.screen(showing: "▸ new", "#1 of 1", "SANDBOX copy")
        for stage in ["correlate ", "lagging frontier", "fetch ", "handle "] {
            try terminal.screen(showing: stage, "waits ")
            if stage != "handle " { try terminal.press("Enter") }
        }
        try terminal.screen(showing: "Enter calls it, Esc has it fail")
        try terminal.press("Escape")
        try terminal.screen(showing: "failed ", "stopped by hand before it was called")
        try terminal.press("Enter")
        try terminal.screen(showing: "ack ", "Stock|cup watermark", "tried again at once")
        for stage in ["claim ", "tried 1 time", "fetch "] {
            if stage != "tried 1 time" { try terminal.press("Enter") }
            try terminal.screen(showing: stage, "waits ")
        }
        try terminal.press("Enter")
        // It is tried again, and waits at its call, where it runs as far as anybody else can tell.
        try terminal.screen(showing: "Enter calls it")
        try terminal.press("M-1")
        try terminal.screen(showing: "j k step")
        try terminal.type("gR")
        try terminal.screen(showing: "1 running here", "runs  reserve stock for Stock|cup")
        try terminal.type("x")
        try terminal.screen(showing: "y/n: would cancel reserve stock for Stock|cup")
        try terminal.type("y")
        try terminal.screen(showing: "failed     it was cancelled", "cancelled 1 of fulfilment")
        try terminal.press("C-r")
        try terminal.screen("runs nothing") { !$0.contains("running here") }
        try terminal.type("q")
        try terminal.screen(showing: "ended with 0")
    }
}

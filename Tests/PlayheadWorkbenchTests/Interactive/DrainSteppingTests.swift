import Actors
import EventSourcing
import Inspection
import Reactions
import SampleDomain
import Terminal
import Testing
import Workbench

@testable import PlayheadWorkbench

@Suite("Drains step by step, with the real engine", .timeLimit(.minutes(5)))
struct DrainSteppingTests {
    /// A shop with some stock, that is opened for the workbench with a new sale in sight, and keys that are typed into it.
    private final class Shop {
        let store = InMemoryStore()
        let answering = AnsweringThread()
        let run: WorkbenchRun
        private let listener: Listener
        private let stage = NoStage()

        /// - Parameter isFresh: whether nobody has correlated the one event that there is.
        init(isFresh: Bool = false) throws {
            if isFresh {
                let received = NewEvent(
                    type: "StockReceived", payload: Array(#"{"quantity":8}"#.utf8), timestamp: .epoch)
                try store.fill(
                    writers: [],
                    events: [
                        ImportedEvent(
                            persistenceID: PersistenceID("Stock", "cup"), sequenceNumber: 1, event: received,
                            writer: WriterID(ULID(high: 1 << 16, low: 7)), epoch: 1)
                    ], snapshots: [])
            } else {
                // Seven events, all of them handled but for a shipment that is blocked.
                try Fulfilment.happen(1, in: store, seed: 42, startingAt: .epoch)
            }
            let session = Session(
                storeName: "shop", mode: .demo, commands: .store, stream: try PersistenceID("Sale", "s"))
            listener = Listener(answering.outbox)
            run = WorkbenchRun(session, size: Size(columns: 120, rows: 36), answering: answering, stage: stage)
            let store = store
            try answering.start(domains: SampleDomains.all()) { _, _ in
                let system = ActorSystem(name: "test")
                return OpenedStore(
                    reader: store.reader(),
                    host: EntityHost(system: system, events: store, snapshots: store, writer: system.writerID),
                    session: session, patience: .seconds(600))
            }
            run.start()
            try settle()
        }

        /// Waits until nothing is under way but what waits for a person.
        private func settle() throws {
            try run.catchUp()
            while !run.isQuiet {
                try listener.wait()
                try run.catchUp()
            }
        }

        func press(_ notation: String) throws {
            for key in Key.sequence(notation: notation) {
                run.handle(.key(key))
                try settle()
            }
        }

        func type(_ text: String) throws {
            for character in text { run.handle(.key(.character(character))) }
            try settle()
        }

        /// Sends a sale step by step, and goes through its commit.
        func placeStepByStep() throws {
            try press(":")
            try type("step on")
            try press("Enter >")
            try type("place cup 1")
            for _ in 0..<5 { try press("Enter") }
        }

        var entries: [CommandPane.Entry] { run.workbench.model.commands.entries }

        var screen: String { run.workbench.view(glyphs: .unicode).text }

        func number(_ type: String, _ name: String) throws -> Int64 {
            try store.reader().head(of: PersistenceID(type, name))?.sequenceNumber ?? 0
        }
    }

    private final class NoStage: Stage {
        func copy(_ text: String) -> String? { nil }
        func apply(_ theme: Theme) {}
        func redraw() {}
        func suspend() -> [Input] { [] }
    }

    @Test("a command goes through its commit, then what follows through its drain: each Enter is a stage")
    func wholeWay() async throws {
        try await onOwnThread {
            let shop = try Shop()
            defer { shop.run.end() }
            try shop.placeStepByStep()
            #expect(shop.entries.first?.report != nil)
            #expect(shop.screen.contains("drain of fulfilment"))
            #expect(shop.screen.contains("correlate  position 8"))
            var count = 0
            while shop.entries.last?.isWaiting == true, count < 100 {
                count += 1
                try shop.press("Enter")
            }
            #expect(count == 25)
            #expect(shop.screen.contains("4 events handled; nothing moves now"))
            #expect(try shop.number("Sale", "s") == 2)
            #expect(shop.run.isQuiet)
        }
    }

    @Test("an application that begins with the command looks at what was there before")
    func fresh() async throws {
        try await onOwnThread {
            let shop = try Shop(isFresh: true)
            defer { shop.run.end() }
            try shop.placeStepByStep()
            #expect(shop.screen.contains("correlate  position 1: no reaction is for it"))
            var count = 0
            while try shop.number("Sale", "s") < 2, count < 100 {
                count += 1
                #expect(shop.entries.last?.isWaiting == true, "it is not told to be at rest between its stages")
                try shop.press("Enter")
            }
            #expect(count == 23)
        }
    }

    @Test("^R runs on to the end of the drain, at once", arguments: ["^R", ":step Space off Enter"])
    func runningOn(keys: String) async throws {
        try await onOwnThread {
            let shop = try Shop()
            defer { shop.run.end() }
            try shop.placeStepByStep()
            if keys != "^R" { try shop.press("Esc") }
            try shop.press(keys)
            #expect(shop.entries.last?.isWaiting == false)
            #expect(keys != "^R" || shop.entries.last?.totals?.handled == 4)
            while try shop.number("Sale", "s") < 2 { try shop.press("k") }
        }
    }

    @Test("leaving while a drain waits ends at once, whatever the stage", arguments: 0..<7)
    func leaving(stages: Int) async throws {
        try await onOwnThread {
            let shop = try Shop()
            try shop.placeStepByStep()
            for _ in 0..<stages { try shop.press("Enter") }
            #expect(shop.entries.last?.isWaiting == true)
            shop.run.end()
            #expect(try shop.number("Sale", "s") >= 1)
        }
    }

    @Test("another command is refused while a drain waits, and taken once it has settled")
    func nextCommand() async throws {
        try await onOwnThread {
            let shop = try Shop()
            defer { shop.run.end() }
            try shop.placeStepByStep()
            try shop.type("cancel late")
            try shop.press("Enter")
            let message = shop.run.workbench.model.message?.text.plainString
            #expect(message == "a drain waits: empty this line and press Enter to go on")
            try shop.press("^U ^R")
            try shop.type("cancel late")
            try shop.press("Enter")
            #expect(shop.entries.last?.text == "cancel late")
        }
    }

    @Test("a call that is stopped is a failed try, and is tried again")
    func stopped() async throws {
        try await onOwnThread {
            let shop = try Shop()
            defer { shop.run.end() }
            try shop.placeStepByStep()
            for _ in 0..<3 { try shop.press("Enter") }
            #expect(shop.screen.contains("handle     reserve stock for SalePlaced, Sale|s #1 at 8"))
            try shop.press("Esc")
            #expect(shop.screen.contains("failed     stopped by hand before it was called"))
            try shop.press("Enter")
            #expect(shop.screen.contains("ack        Stock|cup watermark 7 of 8; tried again"))
        }
    }
}

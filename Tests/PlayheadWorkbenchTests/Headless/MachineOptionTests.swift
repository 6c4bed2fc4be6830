import EventSourcing
import Foundation
import Inspection
import TestSupport
import Testing
import Workbench

@testable import PlayheadWorkbench

@Suite("--machine")
struct MachineOptionTests {
    private let folder: TemporaryFolder
    private let store: String
    private let gate: String

    init() throws {
        folder = try TemporaryFolder()
        store = folder.file("gate.db")
        gate = store + "#Turnstile|1"
    }

    private func write(_ text: String, _ name: String = "a.machine") throws -> String {
        let path = folder.file(name)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func send(
        _ command: String, _ options: String..., to address: String? = nil, by file: String = Samples.turnstileMachine
    ) async throws -> ProgramRun {
        try await playhead(["send", address ?? gate, command, "--machine", file] + options)
    }

    @Test("a machine is played with in a store that is not there yet, which the first event makes")
    func newStore() async throws {
        let trial = try await send("coin")
        #expect(trial.code == .fine && trial.data == "would append coin\n")
        #expect(trial.talk == "playhead: \(store) is not there yet; --write makes it\n")
        let refused = try await send("waitedTooLong", "--write")
        #expect(refused.code == .refused && refused.data.isEmpty)
        #expect(
            refused.talk == "playhead: refused: Turnstile in locked takes no waitedTooLong; it takes coin, push\n")
        #expect(!FileManager.default.fileExists(atPath: store))
        let first = try await send("coin", "--write")
        #expect(first.code == .fine && first.data == "appended #1 coin; reply: open(coins: 1) now\n")
        #expect(first.talk == "playhead: \(store) is a new store\n")
        let second = try await send("push", "--write")
        #expect(second.data == "appended #2 push; reply: locked(coins: 1) now\n" && second.talk.isEmpty)
        #expect(try await send("waitedTooLong").code == .refused)
        let state = try await playhead("state", gate, "--machine", Samples.turnstileMachine, "--json")
        let object = try #require(try state.objects().first)
        #expect(object["state"] == ["state": "locked", "coins": 1])
        #expect(object["ruleFile"]?.string == Samples.turnstileMachine)
        #expect(try await playhead("verify", store, "--machine", Samples.turnstileMachine).code == .fine)
    }

    @Test("without --machine nothing is made, and a name that no machine has is told with the nearest")
    func noStore() async throws {
        let run = try await playhead("send", "--write", gate, "coin")
        #expect(run.code != .fine && !FileManager.default.fileExists(atPath: store))
        let misspelt = try await send("coin", "--write", to: store + "#Turnstle|1")
        #expect(misspelt.code == .wrongUse)
        #expect(misspelt.talk == "playhead: Nothing describes 'Turnstle'; did you mean 'Turnstile'?\n")
        let command = try await send("cion", "--write")
        #expect(
            command.code == .wrongUse && command.talk == "playhead: there is no command \"cion\"; did you mean coin?\n")
        let workbench = try await playhead(store, "--machine", Samples.turnstileMachine)
        #expect(workbench.code != .fine && !FileManager.default.fileExists(atPath: store))
    }

    @Test("what a machine's file says wrong is told with its line and column, and nothing is done")
    func mistakes() async throws {
        let wrong = try write(
            "machine Turnstile\n  start locked\n  event coin\n  in locked\n    on coin goes to opne\n  in open")
        let run = try await send("coin", "--write", by: wrong)
        #expect(run.code == .wrongUse)
        #expect(run.talk == "playhead: \(wrong):5:21: there is no state \"opne\"; did you mean open?\n")
        #expect(!FileManager.default.fileExists(atPath: store))
        let twice = try await playhead(
            "state", Samples.orders + "#Order|order-00002", "--machine", Samples.turnstileMachine, "--machine",
            Samples.turnstileMachine)
        #expect(twice.code == .wrongUse && twice.talk.contains("Turnstile is described twice"))
        let odd = try write(
            "machine Turnstile\n  start locked\n  event coin\n  in locked\n    on coin goes to open\n  in open")
        let warned = try await send("coin", by: odd)
        #expect(warned.code == .fine)
        #expect(
            warned.talk.hasPrefix(
                "playhead: warning: \(odd):6:6: open has no way out; if that is meant, there is a line 'final open'\n"))
    }

    @Test("a timeout that is due fires before the next command, as its own event")
    func timeouts() async throws {
        let quick = try write(
            """
            machine Turnstile
              start locked
              event coin
              event late n=integer
              in locked
                on coin goes to open
              in open
                on coin goes to open
                on late goes to locked with n event.n
                after 0.001 milliseconds "t" sends late with n 7
            """)
        _ = try await send("coin", "--write", by: quick)
        let second = try await send("coin", "--write", by: quick)
        #expect(second.data == "appended #3 coin; reply: open(n: 7) now\n")
        let events = try await playhead("events", gate, "--json")
        #expect(try events.objects().prefix(3).map { $0["type"]?.string } == ["coin", "late", "coin"])
    }

    @Test("the workbench plays a machine without a store, and its commands in a sandbox of one")
    func workbench() async throws {
        let options = ["--machine", Samples.turnstileMachine, "--size", "80x24"]
        let fresh = try await playhead(["screenshot"] + options)
        #expect(fresh.data.contains("MACHINE turnstile"))
        #expect(fresh.data.contains("Turnstile|1") && fresh.data.contains(#"state         "locked""#))
        let narrow = try await playhead("screenshot", "--machine", Samples.turnstileMachine, "--size", "120x36")
        #expect(narrow.data.contains(" Meta Machine ── MACHINE ─"), "so little of the name would say nothing")
        let played = try await playhead(["screenshot"] + options + ["--keys", ">coin Enter"])
        #expect(played.data.contains("→ #1 coin") && played.data.contains(#"state         "open""#))
        _ = try await send("coin", "--write")
        let before = try folder.contents()
        let sandbox = try await playhead(["screenshot", gate] + options + ["--keys", ">push Enter"])
        #expect(sandbox.data.contains("→ #2 push") && sandbox.data.contains("SANDBOX"))
        #expect(try folder.contents() == before)
        let refused = try await playhead(
            ["screenshot", gate] + options + ["--keys", ">waitedTooLong Enter waitedTooLong"])
        #expect(refused.data.contains("refused: Turnstile in locked takes no"))
    }

    @Test("a machine is drawn with its state lit, also where there is no store yet")
    func drawing() async throws {
        let fresh = try await playhead("machine", gate, "--machine", Samples.turnstileMachine, "--json")
        #expect(fresh.code == .fine && !FileManager.default.fileExists(atPath: store))
        #expect(try fresh.objects().first?["state"] == "locked")
        _ = try await send("coin", "--write")
        let run = try await playhead("machine", gate, "--machine", Samples.turnstileMachine, "--json")
        #expect(try run.objects().first?["state"] == "open" && run.objects().first?["text"] == "open(coins: 1)")
        let unnamed = try await playhead("machine", gate)
        #expect(unnamed.code == .findings && unnamed.talk.contains("name the file with --machine"))
        let strange = try await playhead("machine", store + "x#Gate|1", "--machine", Samples.turnstileMachine)
        #expect(strange.code == .wrongUse && strange.talk.contains("Nothing describes 'Gate'"))
    }

    @Test("a text takes the place of the machine that is compiled in, and reads what that one wrote")
    func sample() async throws {
        let path = folder.file("sample.db")
        #expect(try await playhead("sample", path, "--events", "50", "--machines", "12").code == .fine)
        let streams = try await playhead("streams", path, "--type", "Purchase", "--json").objects()
        #expect(streams.count == 12)
        for stream in streams {
            let address = path + "#" + (stream["stream"]?.string ?? "")
            let compiled = try await playhead("state", address, "--json").objects().first
            let text = try await playhead("state", address, "--json", "--machine", Samples.purchaseMachine).objects()
                .first
            #expect(
                text?["problem"] == .null && text?["state"] != nil && text?["state"] == compiled?["state"], "\(address)"
            )
        }
        #expect(try await playhead("verify", path, "--machine", Samples.purchaseMachine).code == .fine)
    }

    @Test("a store that is not there yet is opened at the machine's first instance where no stream is named")
    func firstInstance() throws {
        let file = try MachineFile(
            String(contentsOfFile: Samples.turnstileMachine, encoding: .utf8), name: Samples.turnstileMachine)
        let reader = ArgumentReader(
            subcommands: Subcommands.all, workbench: Subcommands.workbench, exists: FilePresence.isThere)
        func stream(_ address: String) throws -> String? {
            let invocation = try reader.read([address, "--write", "--machine", Samples.turnstileMachine])
            return try invocation.storeChoice(mode: .write, domains: file.domains()).stream?.description
        }
        #expect(try stream(store) == "Turnstile|1" && stream(store + "#Turnstile|7") == "Turnstile|7")
        #expect(try stream(Samples.orders) == nil)
    }

    @Test("what is probably not meant in a machine's file stands on the screen, and in the list of warnings")
    func warnings() async throws {
        let odd = try write(
            "machine Turnstile\n  start locked\n  event coin\n  in locked\n    on coin goes to open\n  in open", "odd")
        let warning = ":6:6: open has no way out; if that is meant, there is a line 'final open'"
        func screen(_ keys: String) async throws -> ProgramRun {
            try await playhead("screenshot", "--machine", odd, "--size", "200x36", "--keys", keys)
        }
        let first = try await screen("")
        #expect(first.data.contains("warning: \(odd)\(warning)") && first.talk.contains(warning))
        let second = try await screen("j")
        #expect(!second.data.contains("has no way out") && second.data.contains("gw warnings"))
        #expect(try await screen("gw").data.contains("open has no way out"))
    }
}

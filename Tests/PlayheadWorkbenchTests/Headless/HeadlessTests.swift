import EventSourcing
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("Without a screen the program answers with lines, JSON and an exit code")
struct HeadlessTests {
    private let folder: TemporaryFolder
    private var store: String { folder.file() }
    private var order: String { store + "#Order|order-00001" }

    init() async throws {
        folder = try TemporaryFolder()
        let made = try await playhead("sample", "--events", "300", folder.file())
        #expect(made.code == .fine)
        #expect(made.data.isEmpty)
        #expect(made.talk.hasPrefix("playhead: \(folder.file()): 300 events in "))
    }

    /// Runs it and checks that looking changed nothing.
    private func look(_ words: String...) async throws -> ProgramRun {
        let before = try folder.contents()
        let run = try await playhead(words)
        #expect(try folder.contents() == before)
        return run
    }

    @Test(
        "the objects of --json have the keys that help names, in that order",
        arguments: [
            "streams FILE", "events FILE", "events FILE#ID", "state FILE#ID@3", "who FILE#ID@3 customer",
            "send FILE#ID@3 ship", "recover FILE#ID", "writers FILE", "snapshots FILE#ID",
        ])
    func shapes(_ line: String) async throws {
        let words = line.split(separator: " ").map { word in
            word.hasPrefix("FILE#ID") ? order + word.dropFirst(7) : word == "FILE" ? store : String(word)
        }
        let run = try await playhead(words + ["--json"])
        let subcommand = try #require(Subcommands.all.first { $0.name == words[0] })
        let objects = try run.objects()
        #expect(!objects.isEmpty)
        for object in objects { #expect(object.keys == subcommand.fields.map(\.key)) }
        #expect(run.data.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
    }

    @Test("streams lists them by name, and says when the limit cut")
    func streams() async throws {
        let all = try await look("streams", store)
        #expect(all.code == .fine)
        #expect(all.lines.count == 12)
        #expect(all.lines.first?.hasPrefix("Account|account-00003      16  2025-03-") == true)
        #expect(all.talk.isEmpty)
        let cut = try await look("streams", store, "--limit", "2")
        #expect(cut.lines == Array(all.lines.prefix(2)))
        #expect(cut.talk == "playhead: there are more streams than the limit of 2\n")
        #expect(try await look("streams", store, "--type", "Order").lines.count == 8)
        #expect(try await look("streams", store, "--prefix", "Order|order-0000").lines.count == 6)
        let none = try await look("streams", store, "--type", "Nothing")
        #expect(none.code == .findings)
        #expect(none.talk == "playhead: no stream fits\n")
    }

    @Test("events go by number in a stream and by position in the store")
    func events() async throws {
        let stream = try await look("events", order, "--from", "3", "--through", "5", "--json").objects()
        #expect(stream.map { $0["sequenceNumber"]?.number?.int64 } == [3, 4, 5])
        #expect(stream.allSatisfy { $0["stream"]?.string == "Order|order-00001" && $0["problem"] == .null })
        let log = try await look("events", store, "--limit", "4", "--json")
        #expect(try log.objects().map { $0["position"]?.number?.int64 } == [1, 2, 3, 4])
        #expect(log.talk == "playhead: there are more events than the limit of 4\n")
        #expect(try await look("events", order + "@2").lines.count == 1)
        #expect(try await look("events", store).lines.count == 300)
        #expect(try await look("events", order, "--at", "2").lines.count == 2)
        #expect(try await look("events", store, "--at", "p:7").lines.count == 7)
        let none = try await look("events", order, "--from", "900")
        #expect(none.code == .findings)
        #expect(none.talk == "playhead: no event is there\n")
    }

    @Test("state stands after an event, a time or a position")
    func state() async throws {
        let third = try #require(try await look("events", order + "@3", "--json").objects().first)
        let here = try await look("state", order + "@3", "--json")
        #expect(here.code == .fine)
        let state = try #require(try here.objects().first)
        #expect(state["sequenceNumber"] == 3)
        #expect(state["generic"] == false)
        #expect(state["state"]?["status"] == "open")
        let time = try #require(third["time"]?.string)
        let position = try #require(third["position"]?.number?.int64)
        #expect(try await look("state", order, "--at", "3", "--json").data == here.data)
        #expect(try await look("state", order, "--at", time, "--json").data == here.data)
        #expect(try await look("state", order, "--at", "p:\(position)", "--json").data == here.data)
        #expect(try await look("state", order, "--at", "2020-01-01", "--json").objects().first?["sequenceNumber"] == 0)
        let text = try await look("state", order + "@1")
        #expect(text.lines.contains { $0.hasPrefix("~customer  \"c-") || $0.hasPrefix("+customer  \"c-") })
    }

    @Test("a stream or an event that is not there is no hit, never another one")
    func noHit() async throws {
        let stream = try await look("state", store + "#Order|nobody")
        #expect(stream.code == .findings)
        #expect(stream.talk == "playhead: Order|nobody is not in \(store)\n")
        #expect(stream.data.isEmpty)
        let event = try await look("state", order + "@900")
        #expect(event.code == .findings)
        #expect(event.talk == "playhead: Order|order-00001 has no event #900; its last one is #25\n")
        for (words, same) in [
            (["screenshot", store + "#Order|nobody"], stream), (["screenshot", order + "@900"], event),
            (["screenshot", order + "@900", "-o", folder.file("picture.svg")], event),
        ] {
            let before = try folder.contents()
            let picture = try await playhead(words)
            #expect(picture.code == .findings, "\(words)")
            #expect(picture.talk == same.talk)
            #expect(picture.data.isEmpty)
            #expect(try folder.contents() == before)
        }
        #expect(try await look("screenshot", order + "@0").code == .fine)
    }

    @Test("who names the event that last set a value")
    func who() async throws {
        let run = try await look("who", order, "customer")
        #expect(run.code == .fine)
        #expect(run.data.hasPrefix("#1  2025-03-02T08:"))
        #expect(run.data.contains("OrderPlaced  web-1  customer: "))
        let none = try await look("who", order, "nickname")
        #expect(none.code == .findings)
        #expect(
            none.talk.hasPrefix(
                "playhead: no event of Order|order-00001 at or below #25 set nickname\nplayhead: the state has status, "
                    + "customer, "))
    }

    @Test("an element of an array is named by its key, as on the screen, and --at takes a time of the last day")
    func byKey() async throws {
        let id = "Samples/orders.db#Order|order-00002"
        let byPlace = try await playhead("who", id, "items[0].qty", "--json").objects()
        let byKey = try await playhead("who", id, "items.SKU-220.qty", "--json").objects()
        #expect(byKey == byPlace)
        let all = try await playhead("state", id, "--at", "23:59", "--json").objects()
        #expect(all.first?["sequenceNumber"] == 84)
    }

    @Test("a command is tried without --write, and not a byte changes")
    func trial() async throws {
        let would = try await look("send", order + "@1", "add-item sku=tea qty=2")
        #expect(would.data == "would append ItemAdded\n")
        #expect(would.code == .fine)
        let refused = try await look("send", order + "@1", "ship carrier=post")
        #expect(refused.data.isEmpty)
        #expect(refused.talk.hasPrefix("playhead: refused: "))
        #expect(refused.code == .refused)
        let misspelt = try await look("send", order, "add-itm sku=tea")
        #expect(misspelt.code == .wrongUse)
        #expect(misspelt.talk == "playhead: there is no command \"add-itm\"; did you mean add-item?\n")
        #expect(try await look("send", order, "add-item sku=tea").code == .wrongUse)
        let new = try await look("send", store + "#Order|new", "place customer=c-1")
        #expect(new.data == "would append OrderPlaced\n")
    }

    @Test("with --write a command is appended, and the handler's refusal is an exit code")
    func write() async throws {
        let id = store + "#Order|new"
        let sent = try await playhead("send", "--write", id, "place customer=c-1")
        #expect(sent.code == .fine)
        #expect(sent.data.hasPrefix("appended #1 OrderPlaced"))
        let again = try await playhead("send", "--write", id, "place customer=c-1", "--json")
        #expect(again.code == .refused)
        #expect(try again.objects().first?["outcome"] == "refused")
        #expect(again.talk == "playhead: refused: the order is placed already\n")
        let inText = try await playhead("send", "--write", id, "place customer=c-1")
        #expect(inText.talk == again.talk && inText.data.isEmpty && inText.code == .refused)
        #expect(try await look("events", id, "--json").objects().map { $0["writer"] } == ["playhead"])
        let earlier = try await playhead("send", "--write", id + "@1", "cancel")
        #expect(earlier.code == .wrongUse)
        #expect(
            earlier.talk == "playhead: A command is written at the stream's end; leave out @N and --at, or --write\n")
    }

    @Test("what an engine tells the asker becomes an exit code")
    func codes() throws {
        let id = try PersistenceID("Order", "x")
        let writer = WriterID(ULID(high: 1, low: 1))
        #expect(
            Program.code(of: ConcurrentModificationError(persistenceID: id, expected: .number(3), actual: 4))
                == .conflict)
        #expect(
            Program.code(of: WriterFencedError(persistenceID: id, writer: writer, epoch: 1, currentEpoch: 2))
                == .conflict)
        #expect(Program.code(of: StoreError(.busy)) == .unreadable)
        #expect(Program.code(of: UsageError("x")) == .wrongUse)
    }

    @Test("verify reads everything and says what it read")
    func verify() async throws {
        let run = try await look("verify", store)
        #expect(run.talk.hasPrefix("playhead: 12 streams, 300 events in "))
        #expect((run.code == .fine) == run.data.isEmpty)
    }

    @Test("progress is a line that is written over, on a terminal alone")
    func progress() async throws {
        let shown = try await playhead("verify", store, terminal: true)
        #expect(shown.talk.hasPrefix("\rchecking pages"))
        #expect(shown.talk.split(separator: "\n").count == 1)
        #expect(try await !playhead("verify", store).talk.contains("\r"))
    }

    @Test("writers and snapshots are lists")
    func lists() async throws {
        #expect(
            try await look("writers", store).lines.map { $0.split(separator: " ")[1] } == ["web-1", "batch-1", "ops"])
        let snapshots = try await look("snapshots", order, "--json").objects()
        #expect(snapshots.map { $0["sequenceNumber"] } == [10])
    }

    @Test("a file that is there is never sampled over")
    func sampleOver() async throws {
        let run = try await look("sample", store)
        #expect(run.code == .unreadable)
        #expect(run.talk == "playhead: \(store) is there already, and is not overwritten\n")
        let folder = try await look("sample", folder.path)
        #expect(folder.code == .unreadable)
        #expect(folder.talk == "playhead: \(self.folder.path) is a folder, and a store is a file\n")
    }

    @Test("the same seed makes the same events, another one others")
    func seeds() async throws {
        #expect(try await playhead("sample", "--events", "300", "--seed", "42", folder.file("same.db")).code == .fine)
        #expect(try await playhead("sample", "--events", "300", "--seed", "7", folder.file("other.db")).code == .fine)
        let here = try await playhead("events", store, "--json").data
        #expect(try await playhead("events", folder.file("same.db"), "--json").data == here)
        #expect(try await playhead("events", folder.file("other.db"), "--json").data != here)
    }

    @Test("screenshots are frames in four formats", arguments: ["text", "svg", "ansi", "html"])
    func screenshot(_ format: String) async throws {
        let run = try await look("screenshot", order + "@3", "--size", "100x30", "--format", format)
        #expect(run.code == .fine)
        #expect(run.data.contains("order-00001"))
        if format == "text" { #expect(run.lines.count == 30) }
        if format == "svg" { #expect(run.data.hasPrefix("<svg") || run.data.hasPrefix("<?xml")) }
        let file = try await playhead("screenshot", "--format", format, "-o", folder.file("picture"))
        #expect(file.code == .fine)
        #expect(file.data.isEmpty)
    }

    @Test("keys are typed before the picture is taken")
    func screenshotKeys() async throws {
        let before = try await look("screenshot", order + "@3", "--format", "text")
        let after = try await look("screenshot", order + "@3", "--keys", "j", "--format", "text")
        #expect(before.data.contains("#3 of 25"))
        #expect(after.data.contains("#4 of 25"))
    }

    @Test(
        "a wrong value is told word for word",
        arguments: [
            (
                "screenshot --size 0x3",
                "--size takes columns and rows from 1 to 1000, as in 120x36, and '0x3' is not that"
            ),
            ("screenshot --format gif", "There is no format 'gif'; did you mean svg? There are svg, text, ansi, html"),
            (
                "screenshot --theme duks",
                "There is no theme 'duks'; did you mean dusk? There are dusk, day, high-contrast, deuter, trit, mono"
            ),
            ("--color blue x.db", "--color takes auto, never, 16, 256, truecolor, and 'blue' is none of them"),
            ("--write", "--write needs a store file; the demo store takes commands as it is"),
            ("help sned", "There is no command 'sned'; did you mean 'send'?"),
            (
                "state x.db",
                "A stream is missing; it is used as state FILE#STREAM[@N] [options], as in orders.db#Order|order-42"
            ),
            (
                "who x.db#Order|x a..b",
                "'a..b' is no path to a value; one reads like items.tea.qty, notes[0] or \"odd key\".x"
            ),
            ("sample --events 0 x.db", "--events takes a whole number from 1 on, and '0' is not one"),
        ])
    func wrongUse(_ line: String, _ sentence: String) async throws {
        let run = try await playhead(line.split(separator: " ").map(String.init))
        #expect(run.code == .wrongUse)
        #expect(run.talk == "playhead: \(sentence)\n")
        #expect(run.data.isEmpty)
    }

    @Test("help names every command and every option, and version is a line")
    func help() async throws {
        let all = try await playhead("help")
        #expect(all.code == .fine)
        #expect(try await playhead("--help").data == all.data)
        for subcommand in Subcommands.all {
            #expect(all.data.contains("\n  \(subcommand.name) "))
            let help = try await playhead("help", subcommand.name)
            #expect(help.code == .fine)
            #expect(try await playhead(subcommand.name, "--help").data == help.data)
            #expect(help.data.contains(subcommand.summary))
            #expect(subcommand.options.allSatisfy { help.data.contains($0.name) })
            #expect(help.lines.allSatisfy { $0.count <= 100 })
        }
        #expect(try await playhead("--version").data == "playhead \(Program.version)\n")
    }
}

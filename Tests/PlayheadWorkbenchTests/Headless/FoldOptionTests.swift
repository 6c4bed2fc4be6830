import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("Fold files on the command line")
struct FoldOptionTests {
    private static let samples = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Samples").path
    private static let store = samples + "/orders.db"
    private static let fold = samples + "/orders.fold"

    private func file(_ text: String, in folder: TemporaryFolder, _ name: String = "a.fold") throws -> String {
        let path = folder.file(name)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test("state by the sample's fold file is the state by the compiled domain, and says where it comes from")
    func state() async throws {
        let address = Self.store + "#Order|order-00002"
        let compiled = try await playhead("state", address, "--json").objects()
        let folded = try await playhead("state", address, "--json", "--fold", Self.fold)
        #expect(folded.code == .fine)
        #expect(try folded.objects().first?["state"] == compiled.first?["state"])
        #expect(try folded.objects().first?["changes"] == compiled.first?["changes"])
        #expect(try folded.objects().first?["ruleFile"] == .string(Self.fold))
        #expect(compiled.first?["ruleFile"] == .null)
    }

    @Test("who asks by the fold file, too, and verify finds what the compiled domain finds")
    func whoAndVerify() async throws {
        let address = Self.store + "#Order|order-00002"
        #expect(
            try await playhead("who", address, "status", "--fold=" + Self.fold).data
                == playhead("who", address, "status").data)
        #expect(
            try await playhead("verify", Self.store, "--fold", Self.fold).data == playhead("verify", Self.store).data)
    }

    @Test("several files describe several entity types; one that two of them describe is refused")
    func several() async throws {
        let folder = try TemporaryFolder()
        let orders = try file("entity Order\nevent *\n  add 1 to events", in: folder, "o.fold")
        let accounts = try file("entity Account\nevent *\n  add 2 to events", in: folder, "b.fold")
        let run = try await playhead(
            "state", Self.store + "#Order|order-00002@3", "--fold", orders, "--fold", accounts, "--json")
        #expect(try run.objects().first?["state"] == ["events": 3])
        let twice = try await playhead("verify", Self.store, "--fold", orders, "--fold", orders)
        #expect(twice.code == .wrongUse)
        #expect(twice.talk == "playhead: Order is described twice: by \(orders) and by \(orders); name one of them\n")
    }

    @Test("a mistake in a fold file is told with line and column before anything is opened")
    func mistakes() async throws {
        let folder = try TemporaryFolder()
        let wrong = try file("entity Order\nevent A\n  appned 1 to a", in: folder)
        for command in [["state", "none.db#Order|a"], ["verify", "none.db"], ["none.db"], ["screenshot", "none.db"]] {
            let run = try await playhead(command + ["--fold", wrong])
            #expect(run.code == .wrongUse)
            #expect(run.talk == "playhead: \(wrong):3:3: there is no operation \"appned\"; did you mean append?\n")
        }
        let missing = try await playhead("verify", Self.store, "--fold", folder.file("missing.fold"))
        #expect(missing.code == .unreadable)
        #expect(missing.talk.hasSuffix("can't be read: No such file or directory\n"))
        let noFile = try await playhead("verify", Self.store, "--fold", "/dev/zero")
        #expect(noFile.code == .unreadable)
        #expect(noFile.talk == "playhead: /dev/zero can't be read: it is no file\n")
    }

    @Test("an event that does not fit stops the fold with the file's line, and the last good state is shown")
    func misfit() async throws {
        let folder = try TemporaryFolder()
        let path = try file(
            "entity Order\nevent OrderPlaced\nset city to event.city\nevent *\nadd 1 to city", in: folder)
        let run = try await playhead("state", Self.store + "#Order|order-00002", "--fold", path, "--json")
        #expect(run.code == .findings)
        #expect(run.talk.contains("city is a text, and only to a number can be added (a.fold line 5)"))
        #expect(try run.objects().first?["problem"]?["sequenceNumber"] == 2)
    }

    @Test("the screen says that a fold file makes the state, and that it has no commands")
    func screen() async throws {
        let picture = try await playhead(
            "screenshot", Self.store + "#Order|order-00002@5", "--fold", Self.fold, "--keys", ">"
        ).data
        #expect(picture.contains("FOLD orders.fold "))
        #expect(picture.contains("orders.fold says how events fold, and has no commands"))
    }

    @Test("commands that fold nothing have no such option, and the help of the others names it")
    func whereItIs() async throws {
        #expect(try await playhead("help", "state").data.contains("--fold FILE"))
        #expect(try await playhead("help").data.contains("--fold FILE"))
        let events = try await playhead("events", Self.store, "--fold", Self.fold)
        #expect(events.code == .wrongUse)
        #expect(events.talk.hasSuffix("'events' has no option --fold; state, who, verify, recover, screenshot have\n"))
    }
}

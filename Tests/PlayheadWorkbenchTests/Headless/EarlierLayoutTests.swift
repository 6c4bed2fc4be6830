import Actors
import Foundation
import SQLiteStorage
import TestSupport
import Testing
import Workbench

@testable import PlayheadWorkbench

@Suite("A store of an earlier layout, told before it is written")
struct EarlierLayoutTests {
    private static let sentence = "store.db has layout 1; a copy is kept in store.db.v1-backup, and it becomes layout 3"

    private func firstLayout(in folder: TemporaryFolder) throws -> String {
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../SQLiteStorageTests/Fixtures/version-1.db").path
        try FileManager.default.copyItem(atPath: fixture, toPath: folder.file())
        return folder.file()
    }

    @Test("a command that is sent says it once, in one sentence, and is appended")
    func send() async throws {
        let folder = try TemporaryFolder()
        let path = try firstLayout(in: folder)
        let before = try folder.contents()
        // Looking says nothing of it, and writes nothing.
        let looked = try await playhead("streams", path)
        #expect(looked.code == .fine && looked.talk.isEmpty && looked.data.contains("cart-1"))
        #expect(try folder.contents() == before)
        let sent = try await playhead("send", "--write", path + "#Order|new", "place customer=c-1")
        #expect(sent.code == .fine)
        #expect(sent.talk == "playhead: \(Self.sentence)\n")
        #expect(sent.data.hasPrefix("appended #1 OrderPlaced"))
        #expect(try folder.contents().keys.sorted() == ["store.db", "store.db.v1-backup"])
        let again = try await playhead("send", "--write", path + "#Order|new2", "place customer=c-1")
        #expect(again.code == .fine && again.talk.isEmpty)
    }

    @Test("the workbench that opens it for writing says it; for looking it says nothing")
    func workbench() throws {
        let folder = try TemporaryFolder()
        let path = try firstLayout(in: folder)
        var notes: [String] = []
        for mode in [Session.Mode.readOnly, .write, .write] {
            try StoreChoice(path: path, mode: mode).open(demo: nil, changed: {}, log: SilentLog()) { notes.append($0) }
                .close()
            if mode == .readOnly { #expect(notes == []) }
        }
        #expect(notes == [Self.sentence])
    }
}

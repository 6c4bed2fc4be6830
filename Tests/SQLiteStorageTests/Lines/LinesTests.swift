import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("A whole store as lines of JSON")
struct LinesTests {
    private func lines(_ path: String) throws -> [String] {
        var lines: [String] = []
        try SQLiteReader(path).exportLines { lines.append(String(decoding: $0.dropLast(), as: UTF8.self)) }
        return lines
    }

    private func write(_ lines: [String], to path: String) throws {
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test("reactions 153: becomes the same store again: every row of every table, at the ends of what numbers can be")
    func roundTrip() async throws {
        let folder = try TemporaryFolder()
        let (path, copy, text) = (folder.file(), folder.file("copy.db"), folder.file("lines"))
        _ = try await WholeStore(at: path)
        try SQLiteReader(path).exportLines(to: text)
        let written = try String(contentsOfFile: text, encoding: .utf8)
        #expect(
            written.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) }, "nothing in it acts on a terminal")
        for table in LineTable.all {
            #expect(written.contains("{\"table\":\"\(table.name)\""), "\(table.name) has rows")
        }
        #expect(written.contains("9007199254740993"))
        let done = try SQLiteStore.importLines(text, into: copy)
        #expect(done.kept == 0)
        #expect(try lines(copy) == lines(path))
        let (before, after) = (try WholeStore.dump(path), try WholeStore.dump(copy))
        #expect(before.count > 30)
        #expect(after == before)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["copy.db", "lines", "store.db"])
        // It is a store like any other.
        let store = try SQLiteStore.open(copy)
        let receipt = try await store.append("on", to: "Order|new")
        #expect(receipt.positions == 17..<18)
        store.close()
    }

    @Test("lines of another version, with content in another form, are taken where they are as they were written")
    func otherForm() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let event = NewEvent(type: "Counted", payload: Array(#"{"n":1}"#.utf8), timestamp: .epoch)
        _ = try await store.append(
            [event], to: PersistenceID("Order", "1"), expecting: .any, by: .first, epoch: nil, with: .none)
        store.close()
        let written = try lines(folder.file())
        var others = written.dropLast().map {
            $0.replacingOccurrences(of: #"{"json":{"n":1}}"#, with: #"{"text":"{\"n\":1}"}"#)
        }
        try #require(others != written.dropLast())
        var digest = LineDigest()
        for line in others { digest.add(Array(line.utf8)) }
        others.append(#"{"end":\#(digest.lines),"digest":"\#(digest.text)"}"#)
        try write(others, to: folder.file("others"))
        try SQLiteStore.importLines(folder.file("others"), into: folder.file("copy.db"))
        #expect(try lines(folder.file("copy.db")) == written)
        try write(others.map { $0.replacingOccurrences(of: #"\":1"#, with: #"\":2"#) }, to: folder.file("changed"))
        let error = #expect(throws: LinesError.self) {
            try SQLiteStore.importLines(folder.file("changed"), into: folder.file("never.db"))
        }
        #expect(error?.clause.hasPrefix("the lines before it were changed") == true)
    }

    @Test("an export that was interrupted goes on where it was, wherever that is")
    func exportGoesOn() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        _ = try await WholeStore(at: path)
        let reader = try SQLiteReader(path)
        try reader.exportLines(to: folder.file("whole"))
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.file("whole")))
        for cut in stride(from: 0, through: whole.count, by: max(1, whole.count / 30)) + [whole.count] {
            let (text, unfinished) = (folder.file("part"), folder.file("part.unfinished"))
            try whole.prefix(cut).write(to: URL(fileURLWithPath: unfinished))
            let done = try reader.exportLines(to: text)
            #expect(try Data(contentsOf: URL(fileURLWithPath: text)) == whole, "cut at \(cut)")
            let ends = whole.prefix(cut).count { $0 == 0x0A }
            #expect(done.kept == Int64(min(ends, Int(done.lines))), "cut at \(cut)")
            #expect(!FileManager.default.fileExists(atPath: unfinished))
            try FileManager.default.removeItem(atPath: text)
        }
    }

    @Test("an interrupted export of a store that has changed since, or with a torn end, is as a whole one in the end")
    func exportOfAnotherMoment() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try await makeStore(at: path, streams: 2, events: 2)
        try SQLiteReader(path).exportLines(to: folder.file("old"))
        let store = try SQLiteStore.open(path)
        try await store.append("more", to: "Order|1")
        store.close()
        let old = try Data(contentsOf: URL(filePath: folder.file("old")))
        let whole = try lines(path).map { $0 + "\n" }.joined()
        // As a power cut leaves it: a block of zeroes in the middle of the events' lines.
        let torn = old.dropLast(400) + Data(count: 200) + old.suffix(200)
        for (place, left) in [old, torn].enumerated() {
            try left.write(to: URL(filePath: folder.file("new\(place).unfinished")))
            let done = try SQLiteReader(path).exportLines(to: folder.file("new\(place)"))
            #expect(done.kept < done.lines)
            #expect(try String(contentsOfFile: folder.file("new\(place)"), encoding: .utf8) == whole)
        }
    }

    @Test("an interruption leaves what an import and an export go on with, and a stop at any other time nothing wrong")
    func interruptions() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        let store = try SQLiteStore.create(path)
        let events = (0..<1_100).map { NewEvent.fixture("item \($0)") }
        _ = try await store.append(events, to: .named("Order|1"), expecting: .any, by: .first, epoch: nil, with: .none)
        store.close()
        let reader = try SQLiteReader(path)
        func expectCancelled(_ body: () throws -> Void) {
            let error = #expect(throws: StoreError.self, performing: body)
            #expect(error?.reason == .cancelled)
        }
        expectCancelled { try reader.exportLines(to: folder.file("lines")) { $0.lines >= 1_000 ? .stop : .next } }
        #expect(!FileManager.default.fileExists(atPath: folder.file("lines")))
        #expect(try reader.exportLines(to: folder.file("lines")).kept > 0)
        expectCancelled {
            try SQLiteStore.importLines(folder.file("lines"), into: folder.file("copy.db")) {
                $0.lines >= 1_000 ? .stop : .next
            }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("copy.db")))
        expectCancelled {
            try SQLiteStore.importLines(folder.file("lines"), into: folder.file("copy.db")) {
                $0.stage == .comparing ? .stop : .next
            }
        }
        // While the lines are read again that were taken already it can be stopped too, and loses none of them.
        var asked: [SQLiteStore.ImportProgress] = []
        expectCancelled {
            try SQLiteStore.importLines(folder.file("lines"), into: folder.file("copy.db")) {
                asked.append($0)
                return .stop
            }
        }
        #expect(asked.map(\.stage) == [.reading] && asked.map(\.kept) == [1_000])
        #expect(asked.allSatisfy { 0 < $0.bytes && $0.bytes < $0.total })
        let done = try SQLiteStore.importLines(folder.file("lines"), into: folder.file("copy.db"))
        #expect(done.kept == 1_103)
        #expect(try WholeStore.dump(folder.file("copy.db")) == WholeStore.dump(path))
        // Other lines are never mixed with what is there.
        expectCancelled {
            try SQLiteStore.importLines(folder.file("lines"), into: folder.file("other.db")) { _ in .stop }
        }
        var changed = try lines(path)
        changed[3] = changed[3].replacingOccurrences(of: "item 0", with: "item X")
        changed[changed.count - 1] = "{\"end\":1103}"
        try write(changed, to: folder.file("changed"))
        #expect(try SQLiteStore.importLines(folder.file("changed"), into: folder.file("other.db")).kept == 0)
        #expect(try lines(folder.file("other.db")).dropLast() == changed.dropLast())
    }

    @Test("reactions 158: an import says how many lines it has read, and then how many it has compared")
    func importProgress() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let events = (0..<2_100).map { NewEvent.fixture("item \($0)") }
        _ = try await store.append(events, to: .named("Order|1"), expecting: .any, by: .first, epoch: nil, with: .none)
        store.close()
        try SQLiteReader(folder.file()).exportLines(to: folder.file("lines"))
        var told: [SQLiteStore.ImportProgress] = []
        let done = try SQLiteStore.importLines(folder.file("lines"), into: folder.file("copy.db")) {
            told.append($0)
            return .next
        }
        #expect(told.map(\.stage) == [.reading, .reading, .comparing, .comparing])
        #expect(told.map(\.lines) == [1_000, 2_000, 1_000, 2_000])
        #expect(told[0].bytes < told[1].bytes && told[1].bytes < told[1].total)
        #expect(done.lines == 2_104)
    }

    @Test("what an import has left stays when its lines can't be opened")
    func otherTroubles() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let events = (0..<1_100).map { NewEvent.fixture("item \($0)") }
        _ = try await store.append(events, to: .named("Order|1"), expecting: .any, by: .first, epoch: nil, with: .none)
        store.close()
        try SQLiteReader(folder.file()).exportLines(to: folder.file("lines"))
        #expect(throws: StoreError.self) {
            try SQLiteStore.importLines(folder.file("lines"), into: folder.file("copy.db")) {
                $0.lines >= 1_000 ? .stop : .next
            }
        }
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore.importLines(folder.file("linse"), into: folder.file("copy.db"))
        }
        #expect(error?.reason == .missing)
        #expect(try SQLiteStore.importLines(folder.file("lines"), into: folder.file("copy.db")).kept > 0)
    }
}

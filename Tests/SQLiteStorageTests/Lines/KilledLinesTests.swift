import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("Lines that are being written or taken when the program is killed", .serialized)
struct KilledLinesTests {
    private static let events: Int64 = 4_000
    /// With the first line, and those of a writer and three streams.
    private static let lines = events + 5
    /// So many lines are one commit of an import.
    private static let portion: Int64 = 1_500

    /// A store that is more than one commit of an import, with its lines.
    private static func makeLines(in folder: TemporaryFolder) throws {
        // More than an export holds before it writes.
        let text = String(repeating: "x", count: 300)
        try SQLiteStore.build(folder.file()) { builder in
            try builder.add(
                try (0..<events).map { number in
                    ImportedEvent(
                        persistenceID: try .named("Order|\(number % 3)"), sequenceNumber: number / 3 + 1,
                        event: .fixture("\(text) \(number)"), writer: .first, epoch: 1)
                })
        }
        let done = try SQLiteReader(folder.file()).exportLines(to: folder.file("lines"))
        try #require(done.lines == lines)
        try SQLiteStore.create(folder.file("other.db")).close()
    }

    /// Has a program do it until it comes to a place, and kills it there; it stands still there where it is told the place.
    private static func kill(_ line: String, at place: String, in folder: TemporaryFolder) throws {
        let process = try ProbeProcess(on: folder.file("other.db"))
        try process.tell(line)
        var answer = ""
        while answer != place {
            answer = try process.answer(to: line)
            try #require(!answer.contains(" "), "\(answer)")
        }
        _ = process.end()
    }

    private static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test(
        "an import goes on where it was, wherever it is killed, and ends as the store that was exported",
        arguments: [
            // What is kept is what was committed, and all of it while the two are compared.
            ("read-1000", 0), ("read-2000", portion), ("read-4000", 2 * portion), ("compared-1000", lines),
            ("compared-4000", lines),
        ])
    func imports(place: String, kept: Int64) async throws {
        let folder = try TemporaryFolder.inMemory()
        try Self.makeLines(in: folder)
        let (lines, copy) = (folder.file("lines"), folder.file("copy.db"))
        try Self.kill("import \(lines) \(copy) \(Self.portion) \(place)", at: place, in: folder)
        #expect(!Self.isThere(copy))
        #expect(Self.isThere(copy + ".unfinished"))
        #expect(try SQLiteStore.importLines(lines, into: copy).kept == kept)
        #expect(try WholeStore.dump(copy) == WholeStore.dump(folder.file()))
        let names = try folder.contents().keys.filter { !$0.hasPrefix("other.db") }
        #expect(names.sorted() == ["copy.db", "lines", "store.db"])
    }

    @Test("an import that is killed again and again while it runs comes to its end, and no line is there twice")
    func again() async throws {
        var random = SeededRandom.announced()
        let folder = try TemporaryFolder.inMemory()
        try Self.makeLines(in: folder)
        let (lines, copy) = (folder.file("lines"), folder.file("copy.db"))
        for _ in 0..<4 {
            // It runs on from there until it is hit, which may be behind its end.
            let place = "read-\(Int.random(in: 1...4, using: &random))000"
            try Self.kill("import \(lines) \(copy) \(Self.portion)", at: place, in: folder)
            if Self.isThere(copy) { break }
        }
        if !Self.isThere(copy) { try SQLiteStore.importLines(lines, into: copy) }
        #expect(try WholeStore.dump(copy) == WholeStore.dump(folder.file()))
    }

    @Test(
        "an export leaves nothing under its name, wherever it is killed, and the next one is whole",
        arguments: [("wrote-1000", 0...1_000), ("wrote-4000", 1_000...4_000)])
    func exports(place: String, kept: ClosedRange<Int64>) async throws {
        let folder = try TemporaryFolder.inMemory()
        try Self.makeLines(in: folder)
        let target = folder.file("target")
        try Self.kill("export \(folder.file()) \(target) \(place)", at: place, in: folder)
        #expect(!Self.isThere(target))
        let done = try SQLiteReader(folder.file()).exportLines(to: target)
        #expect(kept.contains(done.kept))
        let written = try [target, folder.file("lines")].map { try Data(contentsOf: URL(filePath: $0)) }
        #expect(written[0] == written[1])
        let names = try folder.contents().keys.filter { !$0.hasPrefix("other.db") }
        #expect(names.sorted() == ["lines", "store.db", "target"])
    }

    @Test("a name that is there is refused in a sentence by both, and what is there stays as it is")
    func alreadyThere() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 1, events: 2)
        let reader = try SQLiteReader(folder.file())
        try reader.exportLines(to: folder.file("lines"))
        try await makeStore(at: folder.file("mine.db"), streams: 1, events: 1)
        try Data("mine".utf8).write(to: URL(filePath: folder.file("mine")))
        let before = try folder.contents()
        let works: [(String, (String) throws -> Void)] = [
            ("mine.db", { _ = try SQLiteStore.importLines(folder.file("lines"), into: $0) }),
            ("mine", { _ = try SQLiteStore.importLines(folder.file("lines"), into: $0) }),
            ("mine", { _ = try reader.exportLines(to: $0) }), ("lines", { _ = try reader.exportLines(to: $0) }),
        ]
        for (name, work) in works {
            let error = #expect(throws: StoreError.self) { try work(folder.file(name)) }
            #expect(error?.reason == .alreadyThere)
            #expect(error?.description == "\(folder.file(name)) is there already, and is not overwritten")
        }
        #expect(try folder.contents() == before)
    }
}

import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("Lines that are no store are refused with line and column, and nothing is written")
struct WrongLinesTests {
    /// One line of a sound export changed: which, what in it, into what, and what is said.
    struct Change: Sendable, CustomTestStringConvertible {
        var line: Int
        var old: String
        var new: String
        var says: String
        var testDescription: String { "\(old.prefix(40)) -> \(new.prefix(40))" }

        init(_ line: Int, _ old: String, _ new: String, _ says: String) {
            (self.line, self.old, self.new, self.says) = (line, old, new, says)
        }
    }

    // Line 1 is the header, 2 the writer, 3 the stream, 4 the snapshot, 5 and 6 the events, 7 the end.
    static let changes: [Change] = [
        Change(1, "\"playhead\":\"lines\"", "\"playhead\":\"rows\"", "line 1, column 13: 'lines' was expected"),
        Change(1, "\"version\":1", "\"version\":2", "which a newer program reads"),
        Change(1, ",\"highWater\":0", "", "line 1, column 1: 'highWater' is missing"),
        Change(1, "{\"playhead\"", "{\"other\"", "line 1, column 10: a line begins with"),
        Change(1, "{\"playhead\"", "[\"playhead\"", "line 1, column 12: expected ',' or ']'"),
        Change(
            2, "\"table\":\"writers\"", "\"table\":\"sqlite_schema\"",
            "line 2, column 10: there is no such table; there are writers"),
        Change(2, "\"process\":0", "\"process\":0.5", "a whole number of 64 bits was expected"),
        Change(2, "\"process\":0", "\"process\":9223372036854775808", "a whole number of 64 bits was expected"),
        Change(2, "\"process\":0", "\"process\":null", "'process' is never null"),
        Change(2, "\"host\":\"\"", "\"host\":\"\\ud800\"", "line 2, column 1: a text in it is not UTF-8"),
        Change(2, "\"id\":\"", "\"id\":\"U", "line 2, column 25: a ULID of 26 characters was expected"),
        Change(
            3, "\"entityType\":\"Order\"", "\"entityType\":\"\"", "this names no stream: Entity type must not be empty"),
        Change(3, "\"head\":2", "\"head\":-1", "line 3, column 63: a number from 0 on was expected"),
        Change(
            3, "\"head\":2", "\"head\":3",
            "its heads do not fit its events: its head names #3 as the last event, and it is #2"),
        Change(3, "\"eventCount\":2", "\"eventCount\":1", "its head counts 1 events, and there are 2"),
        Change(3, "\"epoch\"", "\"epoch\":1,\"epoch\"", "'epoch' stands twice"),
        Change(3, "\"epoch\"", "\"\u{202E}\"", "there is no member"),
        Change(4, "{\"base64\":\"/wA=\"}", "{\"base64\":\"/wA\"}", "this is no base64"),
        Change(4, "{\"base64\":\"/wA=\"}", "{\"base64\":\"/wB=\"}", "this is no base64"),
        Change(4, "{\"base64\":\"/wA=\"}", "{}", "an object with 'json', 'text' or 'base64' was expected"),
        Change(4, "\"Order|1\"", "\"nobody\"", "this names no stream"),
        Change(5, "\"position\":1", "\"position\":0", "line 5, column 30: the positions of events rise"),
        Change(6, "\"position\":2", "\"position\":1", "line 6, column 30: the positions of events rise"),
        Change(6, "\"sequenceNumber\":2", "\"sequenceNumber\":1", "line 6, column 1: it contradicts a line before it"),
        Change(6, "\"Order|1\"", "\"Order|2\"", "line 6, column 41: no line before it has this stream"),
        Change(6, "\"type\":\"ItemAdded\"", "\"type\":7", "a text was expected"),
        Change(6, "\"payload\":{\"json\":", "\"payload\":{\"json\":[", "expected ',' or ']'"),
        Change(6, "item two", "item too", "line 7, column 19: the lines before it were changed"),
        Change(7, "\"end\":6", "\"end\":5", "line 7, column 8: 5 lines were expected before this one, and there are 6"),
        Change(7, "}", "}\n{}", "line 8, column 1: something follows the last line"),
        Change(7, "{\"end\"", "{\"table\"", "there is no such table"),
    ]

    private func export(to text: String, in folder: TemporaryFolder) async throws {
        let store = try SQLiteStore.create(folder.file())
        try await store.append("item one", "item two", to: "Order|1")
        try await store.save(
            StoredSnapshot(
                persistenceID: .named("Order|1"), sequenceNumber: 1, stateType: "Order", writer: .first,
                timestamp: .epoch, state: [0xFF, 0]))
        store.close()
        try SQLiteReader(folder.file()).exportLines(to: text)
    }

    private func refusal(of text: String, in folder: TemporaryFolder) throws -> String {
        let before = try folder.contents()
        let error = #expect(throws: (any Error).self) { try SQLiteStore.importLines(text, into: folder.file("new.db")) }
        #expect(try folder.contents() == before)
        return error.map { "\($0)" } ?? ""
    }

    @Test("each of them")
    func wrong() async throws {
        let folder = try TemporaryFolder()
        try await export(to: folder.file("lines"), in: folder)
        let sound = try String(contentsOfFile: folder.file("lines"), encoding: .utf8).split(separator: "\n").map(
            String.init)
        try #require(sound.count == 7)
        for change in Self.changes {
            var lines = sound
            let line = lines[change.line - 1]
            try #require(line.contains(change.old), "\(change.testDescription)")
            lines[change.line - 1] = line.replacingOccurrences(of: change.old, with: change.new)
            // What is wrong with heads is found when the lines are as they were meant.
            if change.says.contains("its head") { lines[6] = "{\"end\":6}" }
            let text = folder.file("wrong")
            try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: text))
            let said = try refusal(of: text, in: folder)
            #expect(said.contains(change.says), "\(change.testDescription): \(said)")
            #expect(said.hasSuffix("; nothing was written"))
        }
    }

    @Test(
        "a text longer than the ports take is refused, and one of the longest is taken",
        arguments: [
            ("writers", "\"host\":\"", WriterRecord.longestText),
            ("writers", "\"program\":\"", WriterRecord.longestText),
            ("quarantine", "\"reason\":\"", StoredText.longest),
        ])
    func longTexts(table: String, member: String, longest: Int) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        try await store.append("item", to: "Order|1")
        _ = try await store.quarantine(
            QuarantinedEvent(
                persistenceID: .named("Order|1"), sequenceNumber: 1, reason: "", timestamp: .epoch, writer: .first))
        store.close()
        try SQLiteReader(folder.file()).exportLines(to: folder.file("lines"))
        let sound = try String(contentsOfFile: folder.file("lines"), encoding: .utf8).split(separator: "\n").map(
            String.init)
        func write(_ count: Int) throws -> String {
            var lines = sound
            let place = try #require(lines.firstIndex { $0.hasPrefix("{\"table\":\"\(table)\"") })
            try #require(lines[place].contains(member + "\""))
            let long = String(repeating: "x", count: count)
            lines[place] = lines[place].replacingOccurrences(of: member + "\"", with: member + long + "\"")
            lines[lines.count - 1] = "{\"end\":\(lines.count - 1)}"
            try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: folder.file("long")))
            return folder.file("long")
        }
        let said = try refusal(of: try write(longest + 1), in: folder)
        #expect(
            said.contains("this text has at most \(longest) bytes, not \(longest + 1); nothing was written"), "\(said)")
        try SQLiteStore.importLines(try write(longest), into: folder.file("new.db"))
    }

    @Test("every cut of a sound file, and files that hold something else")
    func cuts() async throws {
        let folder = try TemporaryFolder()
        try await export(to: folder.file("lines"), in: folder)
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.file("lines")))
        let text = folder.file("cut")
        // Without the end of the last line it is whole all the same.
        for count in stride(from: 0, to: whole.count - 1, by: 61) + [whole.count - 2] {
            try whole.prefix(count).write(to: URL(fileURLWithPath: text))
            #expect(try refusal(of: text, in: folder).contains(", line "), "cut at \(count)")
        }
        for other in [[UInt8](repeating: 0, count: 5_000), Array("\n\n".utf8), [0xFF, 0x0A], Array("{}\n".utf8)] {
            try Data(other).write(to: URL(fileURLWithPath: text))
            #expect(try refusal(of: text, in: folder).contains(", line 1, column 1: "))
        }
        #expect(try refusal(of: folder.path, in: folder).contains("is a folder"))
        #expect(try refusal(of: folder.file("none"), in: folder).contains("is not there"))
    }

    @Test(
        "a row that refers to what is not there is not exported",
        arguments: [
            "UPDATE events SET type = 99 WHERE position = 1", "UPDATE events SET stream = 99 WHERE position = 2",
        ])
    func dangling(_ change: String) async throws {
        let folder = try TemporaryFolder()
        try await export(to: folder.file("lines"), in: folder)
        try run(change, on: folder.file())
        let error = #expect(throws: StoreError.self) { try SQLiteReader(folder.file()).exportLines { _ in } }
        #expect(error?.reason == .corrupt)
        #expect(error?.description.contains("`playhead verify` says more") == true)
    }

    @Test(
        "a row that does not fit its checksum is exported as one, and is one after an import",
        arguments: [
            "UPDATE events SET payload = x'00' WHERE position = 2", "UPDATE snapshots SET state = x'00'",
        ])
    func damaged(_ change: String) async throws {
        let folder = try TemporaryFolder()
        try await export(to: folder.file("lines"), in: folder)
        try run(change, on: folder.file())
        try SQLiteReader(folder.file()).exportLines(to: folder.file("damaged"))
        #expect(try String(contentsOfFile: folder.file("damaged"), encoding: .utf8).contains(",\"checksum\":"))
        #expect(try !String(contentsOfFile: folder.file("lines"), encoding: .utf8).contains(",\"checksum\":"))
        try SQLiteStore.importLines(folder.file("damaged"), into: folder.file("copy.db"))
        #expect(try WholeStore.dump(folder.file("copy.db")) == WholeStore.dump(folder.file()))
    }
}

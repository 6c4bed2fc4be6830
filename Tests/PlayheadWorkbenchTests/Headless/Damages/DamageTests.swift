import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("playhead verify finds every damage, says where it is, and what is wrong")
struct DamageTests {
    @Test("a sound store has no findings, and the exit code is 0")
    func sound() async throws {
        let folder = try TemporaryFolder()
        try await AccountsStore.make(folder.file())
        let before = try folder.contents()
        let run = try await playhead("verify", folder.file())
        #expect(run.code == .fine)
        #expect(run.data.isEmpty)
        #expect(run.talk.contains("3 streams, 208 events in ") && run.talk.hasSuffix(": 0 findings\n"), "\(run.talk)")
        let json = try await playhead("verify", folder.file(), "--json")
        #expect(json.code == .fine)
        #expect(json.data.isEmpty)
        #expect(try folder.contents() == before)
    }

    @Test("in text, in JSON and in the exit code, and the file stays as it is", arguments: Damage.all)
    func damage(_ damage: Damage) async throws {
        let folder = try TemporaryFolder.inMemory()
        try await AccountsStore.make(folder.file())
        try await damage.make(folder.file())
        let before = try folder.contents()
        let text = try await playhead("verify", folder.file())
        #expect(text.code == .findings)
        let count = damage.findings.count
        #expect(text.talk.hasSuffix(": \(count) finding\(count == 1 ? "" : "s")\n"), "\(text.talk)")
        expect(text.lines, begin: damage.findings.map(\.line))
        let json = try await playhead("verify", folder.file(), "--json")
        #expect(json.code == .findings)
        let objects = try json.objects()
        for object in objects {
            #expect(object.members.map(\.key) == ["kind", "stream", "sequenceNumber", "message"])
            let kind = try #require(object["kind"]?.string)
            #expect(FindingKinds.all.contains(kind))
        }
        expect(objects.map { JSONValue.object($0).compactText }, begin: damage.findings.map(\.object))
        #expect(try folder.contents() == before)
    }

    /// Each line is as told, or begins so where SQLite's own words follow.
    private func expect(
        _ lines: [String], begin expected: [String], _ location: SourceLocation = #_sourceLocation
    ) {
        let cut = zip(lines, expected).map { $1.hasSuffix("…") ? String($0.prefix($1.count - 1)) + "…" : $0 }
        #expect(cut + lines.dropFirst(cut.count) == expected, sourceLocation: location)
    }
}

extension Damage.Said {
    /// As it is a line of text.
    fileprivate var line: String {
        var line = "\(kind):"
        if let stream { line += " \(stream)" }
        if let number { line += " #\(number)" }
        return "\(line)  \(message)"
    }

    /// As it is an object.
    fileprivate var object: String {
        let object: JSONValue = [
            "kind": .string(kind), "stream": JSONValue(stream), "sequenceNumber": JSONValue(number),
            "message": .string(message),
        ]
        let text = object.compactText
        return message.hasSuffix("…") ? String(text.dropLast(3)) + "…" : text
    }
}

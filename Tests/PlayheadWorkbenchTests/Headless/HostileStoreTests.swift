import Actors
import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import PlayheadWorkbench
@testable import SQLiteStorage

@Suite("Hostile text in any field of a store comes out harmless")
struct HostileStoreTests {
    private static let texts = [
        "A\u{1B}[2JB", "A\u{1B}]52;c;cm0gLXJm\u{07}B", "A\u{1B}]0;pwn\u{07}B",
        "A\u{1B}]8;;http://x\u{1B}\\t\u{1B}]8;;\u{1B}\\",
        "A\u{1B}Pq\u{1B}\\B", "A\u{1B}[6n", "A\u{1B}c", "A\u{1B}", "A\u{1B}]", "\u{9B}2J", "\u{07}", "\u{08}\u{08}",
        "\r",
        "\n", "\t", "\u{7F}", "\u{202E}abc\u{202C}", "\u{2066}x\u{2069}", "\u{200B}",
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "\u{FEFF}", "\u{AD}", "\u{2028}", "\u{85}", "\u{E0041}",
        "\u{FE0F}",
        "A" + String(repeating: "\u{301}", count: 100), "\u{301}first", "\u{3164}", "%s%n%x", "日本橋",
    ]

    /// A store in which every text that a writer chooses is hostile.
    static func make(_ path: String) throws {
        let writer = WriterID(ULID(high: 1 << 16, low: 1))
        let time = Timestamp(microseconds: 1_740_902_400_000_000)
        try SQLiteStore.build(path) { builder in
            try builder.register(
                WriterRecord(
                    id: writer, host: texts[0], process: 1, started: time, program: texts[1], version: texts[16]))
            for (number, text) in texts.enumerated() {
                for type in ["Order", "Cart\u{1B}[2J\u{202E}"] {
                    let id = try PersistenceID(type, "\(number)" + text)
                    let payload = JSONValue.object([text: .string(text), "nested": [.string(text)], "password": "open"])
                    try builder.add([
                        ImportedEvent(
                            persistenceID: id, sequenceNumber: 1,
                            event: NewEvent(
                                type: text, payload: Array(payload.compactText.utf8),
                                metadata: Metadata(values: [text: .string(text)]), timestamp: time),
                            writer: writer, epoch: 1)
                    ])
                    try builder.add(
                        StoredSnapshot(
                            persistenceID: id, sequenceNumber: 1, stateType: text, writer: writer, epoch: 1,
                            timestamp: time, state: Array(text.utf8)))
                }
            }
        }
        // What no Swift string can hold: bytes that are not UTF-8.
        try BadFileTests.execute(
            """
            UPDATE event_types SET name = CAST(x'9B324AFFC080EDA080F4908080E298' AS TEXT) WHERE type = 1;
            UPDATE streams SET entity_id = CAST(x'00FF9B324A' AS TEXT) WHERE stream = 3;
            UPDATE events SET payload = x'1B5B324AFF' WHERE position = 5
            """, on: path)
    }

    private static let invisible: Set<UInt32> = [
        0xAD, 0x61C, 0x200B, 0x200D, 0x200E, 0x200F, 0x2028, 0x202C, 0x202E, 0x2066, 0x2069, 0x3164, 0xFEFF, 0xFE0F,
        0xE0041,
    ]

    private func lines(on path: String) -> [[String]] {
        let id = path + "#Cart%1B[2J%E2%80%AE|0A%1B[2JB"
        return [
            ["streams", path], ["events", path], ["events", id], ["state", id], ["who", id, "nested"],
            ["writers", path],
            ["snapshots", id], ["verify", path], ["send", id, "\u{1B}[2Jx"],
            ["send", path + "#Order|\u{1B}[2J", "add-item \u{1B}[2J"], ["state", path + "#Order|\u{1B}[2J"],
            ["\u{1B}[2J\u{202E}"], ["streams", "--\u{1B}[2J"], ["help", "\u{1B}[2J"],
        ]
    }

    @Test("nothing below a space but the end of a line reaches a terminal, and nothing invisible")
    func terminal() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("odd\u{1B}[2J\u{202E}.db")
        try Self.make(path)
        for words in lines(on: path) {
            let run = try await playhead(words, terminal: true)
            for text in [run.data, run.talk.filter { $0 != "\r" }] {
                for scalar in text.unicodeScalars where scalar != "\n" {
                    let isHarmless =
                        scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
                        && !Self.invisible.contains(scalar.value)
                    #expect(isHarmless, "U+\(String(scalar.value, radix: 16)) from \(words)")
                }
            }
            #expect(!(run.data + run.talk).isEmpty)
        }
    }

    @Test("JSON in a pipe is printable ASCII, and the same values come out of it as with --raw")
    func pipe() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        try Self.make(path)
        let id = path + "#Cart%1B[2J%E2%80%AE|0A%1B[2JB"
        for words in [
            ["streams", path], ["events", path], ["state", id], ["who", id, "nested"], ["writers", path],
            ["snapshots", id], ["verify", path],
        ] {
            let ascii = try await playhead(words + ["--json"])
            #expect(ascii.data.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) }, "\(words)")
            let raw = try await playhead(words + ["--json", "--raw"])
            #expect(try raw.objects() == ascii.objects(), "\(words)")
        }
    }

    @Test("a generic fold is titled as such, in the talk and in the JSON")
    func genericFold() async throws {
        let folder = try TemporaryFolder()
        try Self.make(folder.file())
        let run = try await playhead("state", folder.file() + "#Cart%1B[2J%E2%80%AE|30日本橋", "--json")
        #expect(run.talk.hasPrefix("playhead: GENERIC FOLD: no domain Cart"))
        #expect(try run.objects().first?["generic"] == true)
    }

    @Test("what stands under keys like password is masked in text, and shown with --secrets")
    func secrets() async throws {
        let folder = try TemporaryFolder()
        try Self.make(folder.file())
        let id = folder.file() + "#Cart%1B[2J%E2%80%AE|30日本橋"
        for words in [["events", id], ["state", id], ["who", id, "password"]] {
            let masked = try await playhead(words)
            #expect(masked.data.contains("******") && !masked.data.contains("open"), "\(words)")
            let shown = try await playhead(words + ["--secrets"])
            #expect(shown.data.contains("open"), "\(words)")
        }
    }
}

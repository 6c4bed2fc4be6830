import EventSourcing
import Foundation
import Reactions
import SQLiteStorage
import SampleDomain
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("The sample file of the project")
struct SampleFileTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Samples").path
    private static let path = folder + "/orders.db"

    @Test("holds what the generator makes: the same events, the same snapshots")
    func isWhatTheGeneratorMakes() async throws {
        let folder = try TemporaryFolder()
        try #require(try await playhead("sample", "--events", "1000", folder.file()).code == .fine)
        let made = try await playhead("events", folder.file(), "--json").data
        let kept = try await playhead("events", Self.path, "--json").data
        #expect(kept == made, "make it anew: playhead sample --events 1000 Samples/orders.db")
        #expect(try await playhead("writers", Self.path).data == playhead("writers", folder.file()).data)
        for stream in try await playhead("streams", Self.path, "--json").objects() {
            let id = try #require(stream["stream"]?.string)
            #expect(
                try await playhead("snapshots", "\(Self.path)#\(id)").data
                    == playhead("snapshots", "\(folder.file())#\(id)").data)
        }
    }

    @Test("is small, and looking at it leaves its folder as it was")
    func isLeftAlone() async throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
        #expect(!before.contains { $0.hasSuffix("-wal") || $0.hasSuffix("-shm") || $0.hasSuffix("-journal") })
        let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.path))
        #expect(bytes.count < 1_000_000)
        #expect(try await playhead("verify", Self.path).code != .unreadable)
        #expect(try await playhead("screenshot", Self.path).code == .fine)
        #expect(try Data(contentsOf: URL(fileURLWithPath: Self.path)) == bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted() == before)
    }

    @Test("holds sales behind all else where processes are asked for, with their subscriptions, one of them blocked")
    func processes() async throws {
        let folder = try TemporaryFolder()
        let made = try await playhead("sample", "--events", "100", "--processes", "6", folder.file())
        try #require(made.code == .fine)
        let events = try await playhead("events", folder.file(), "--json").objects()
        let first = try #require(events.firstIndex { $0["type"]?.string == "StockReceived" })
        #expect(first == 100 && events.count > 120)
        let reader = try SQLiteReader(folder.file())
        let rows = try reader.subscriptions(.all, of: Fulfilment.name, after: nil, limit: 1_000)
        let blocked = rows.filter { $0.blocked != nil }
        #expect(blocked.map(\.target) == [try Fulfilment.Shipment.id("sale-6")])
        // Its event is where the failure says, also behind the others.
        let position = try #require(blocked.first?.failure?.position)
        #expect(events[Int(position) - 1]["type"]?.string == "PaymentTaken")
        #expect(rows.allSatisfy { $0.blocked != nil || $0.watermark == $0.workMark })
        #expect(try reader.checkpoint(of: Fulfilment.name) == Int64(events.count))
        let many = try await playhead("sample", "--processes", "10001", folder.path + "/many.db")
        #expect(many.code == .wrongUse)
        #expect(many.talk.contains("--processes takes at most 10000, and 10001 were asked for"))
    }
}

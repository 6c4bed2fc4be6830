import EventSourcing
import Foundation
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
}

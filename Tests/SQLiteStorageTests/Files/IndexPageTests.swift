import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("An index that can't be read is told by its name")
struct IndexPageTests {
    @Test("whichever it is, where its first page is lost", arguments: Layout.indexes.map(Layout.Index.init).map(\.name))
    func lostPage(_ name: String) async throws {
        let folder = try TemporaryFolder.inMemory()
        try await makeStore(at: folder.file())
        let page = try #require(
            try Connection(folder.file(), .lookingAlone).integer(
                "SELECT rootpage FROM sqlite_schema WHERE name = '\(name)'"))
        try BadFileTests.overwrite(
            folder.file(), at: (Int(page) - 1) * 4_096, with: [UInt8](repeating: 0, count: 4_096))
        var findings: [StructuralFinding] = []
        try SQLiteReader(folder.file()).checkIndexes { finding in
            findings.append(finding)
            return .next
        }
        #expect(findings == [.entries(index: name, "can't be read")])
    }
}

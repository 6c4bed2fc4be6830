import Actors
import EventSourcing
import Foundation
import TestSupport
import Testing
import Workbench

@testable import PlayheadWorkbench

@Suite("A store that is opened for the workbench")
struct OpenedStoreTests {
    @Test(
        "has entities whose warnings are heard, however it is opened",
        arguments: [Session.Mode.write, .readOnly, .sandbox, .demo])
    func warnings(mode: Session.Mode) async throws {
        let shop = try Shop()
        let log = WarningLog()
        let choice = StoreChoice(path: mode == .demo ? nil : shop.path, mode: mode)
        try await onOwnThread {
            var store = try choice.open(demo: nil, changed: {}, log: log)
            store.patience = .seconds(600)
            defer { store.close() }
            store.host?.system.log(.warning, "a snapshot was not saved")
        }
        #expect(log.takeAll().kept.map(\.sentence) == ["a snapshot was not saved"])
    }

    @Test("is refused for writing beside a log that is damaged at its beginning, and shown for looking")
    func damagedLog() async throws {
        let shop = try Shop()
        var log = WriteAheadLog()
        log.changeSalts = (8, 9)
        try Data(log.bytes).write(to: URL(fileURLWithPath: shop.path + "-wal"))
        let (before, path) = (try shop.folder.contents(), shop.path)
        try await onOwnThread {
            let writing = StoreChoice(path: path, mode: .write)
            let error = #expect(throws: StoreError.self) {
                try writing.open(demo: nil, changed: {}, log: WarningLog()).close()
            }
            #expect(error?.reason == .unreadableLog)
            for mode in [Session.Mode.readOnly, .sandbox] {
                try StoreChoice(path: path, mode: mode).open(demo: nil, changed: {}, log: WarningLog()).close()
            }
        }
        #expect(try shop.folder.contents() == before)
    }
}

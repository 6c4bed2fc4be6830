import Actors
import EventSourcing
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
}

import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("A backup of a store")
struct BackupTests {
    @Test("is the store as it was at one moment, while it is written between the steps of the copy")
    func whileWritten() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file(), options: SQLiteStoreOptions(durability: .normal))
        // More than one step of 1,024 pages.
        let large = NewEvent(type: "Large", payload: Array(repeating: 0x20, count: 1 << 20), timestamp: .epoch)
        for _ in 0..<12 {
            _ = try await store.append(
                [large], to: .named("Order|1"), expecting: .any, by: .first, epoch: nil, with: .none)
        }
        store.close()
        let process = try ProbeProcess(on: folder.file())
        try #require(try process.ask("cart busy") == "cart busy")
        #expect(try process.ask("add before").hasPrefix("added"))
        let reader = try SQLiteReader(folder.file())
        let before = try reader.totals()
        var steps = 0
        try reader.backUp(to: folder.file("copy.db")) { progress in
            steps += 1
            #expect(progress.pages <= progress.total)
            let answer = try? process.ask("add item-\(steps)")
            #expect(answer?.hasPrefix("added") == true, "the writer goes on")
            return .next
        }
        #expect(steps > 2)
        #expect(try reader.totals().events > before.events)
        let copy = try SQLiteReader(folder.file("copy.db"))
        #expect(try copy.totals() == before)
        var pages = 0
        try copy.checkPages { _ in
            pages += 1
            return .next
        }
        #expect(pages == 0)
        #expect(try copy.numbers("Cart|busy") == [1: true])
        #expect(copy.description.id == reader.description.id)
        // What goes on with the copy writes it like any store.
        let opened = try SQLiteStore.open(folder.file("copy.db"))
        try await opened.append("on", to: "Cart|busy")
        opened.close()
    }

    @Test("never touches what is there, and is whole where it was complete before it was stopped")
    func refusals() async throws {
        let folder = try TemporaryFolder()
        try await makeStore(at: folder.file(), streams: 1, events: 3)
        let before = try folder.contents()
        let reader = try SQLiteReader(folder.file())
        func reason(_ target: String, _ wish: Visit = .next) -> StoreError.Reason? {
            let error = #expect(throws: StoreError.self) { try reader.backUp(to: target) { _ in wish } }
            return error?.reason
        }
        #expect(reason(folder.file()) == .alreadyThere)
        #expect(reason(folder.path) == .folder)
        #expect(reason(folder.file("no/where.db")) == .missing)
        #expect(try folder.contents() == before)
        try reader.backUp(to: folder.file("one.db")) { _ in .stop }
        #expect(try SQLiteReader(folder.file("one.db")).totals() == reader.totals(), "it was complete before the stop")
    }

    @Test("leaves nothing behind when it is stopped in the middle")
    func stopped() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file())
        let large = NewEvent(type: "Large", payload: Array(repeating: 0x20, count: 12 << 20), timestamp: .epoch)
        _ = try await store.append([large], to: .named("Order|1"), expecting: .any, by: .first, epoch: nil, with: .none)
        store.close()
        let before = try folder.contents()
        let reader = try SQLiteReader(folder.file())
        let error = #expect(throws: StoreError.self) {
            try reader.backUp(to: folder.file("copy.db")) { _ in .stop }
        }
        #expect(error?.reason == .cancelled)
        #expect(try folder.contents() == before)
    }
}

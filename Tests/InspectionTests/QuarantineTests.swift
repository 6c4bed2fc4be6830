import Actors
import EventSourcing
import Testing

@testable import Inspection

@Suite("Quarantined events")
struct QuarantineTests {
    private func apart(_ number: Int64, _ store: Store) async throws {
        try await store.memory.quarantine(
            QuarantinedEvent(
                persistenceID: store.id, sequenceNumber: number, reason: "there is no such article",
                timestamp: .epoch, writer: .letter("B")))
    }

    @Test("the state goes on without them, as an entity's does, and again with them when they are released")
    func folding() async throws {
        let store = try Store()
        try await store.fill([.added("tea"), .removed("rye"), .added("cup"), .named("Ann")])
        let inspector = store.inspector()
        func view(_ number: Int64) throws -> StateView { try inspector.state(of: store.id, at: number).finish() }
        #expect(try view(4).problem?.sequenceNumber == 2)
        try await apart(2, store)
        #expect(try view(4).problem == nil)
        #expect(try view(4).tree["total"] == 2)
        #expect(try view(2).changes.isEmpty)
        #expect(try view(2).tree == view(1).tree)
        try await store.memory.release(store.id, sequenceNumber: 2, at: .epoch)
        #expect(try view(4).problem?.sequenceNumber == 2)
    }

    @Test("a snapshot that holds one which was set apart later is not begun with")
    func snapshots() async throws {
        let store = try Store()
        try await store.fill([.added("tea"), .added("rye"), .added("cup")])
        try await store.snapshot(
            2, ["name": nil, "items": [["sku": "tea", "qty": 1], ["sku": "rye", "qty": 1]], "notes": []])
        try await store.memory.quarantine(
            QuarantinedEvent(
                persistenceID: store.id, sequenceNumber: 2, reason: "it was a mistake",
                timestamp: Timestamp(microseconds: 1), writer: .letter("B")))
        #expect(try store.inspector().state(of: store.id, at: 3).finish().tree["total"] == 2)
        #expect(try store.inspector().recovery(of: store.id).finish().tree["total"] == 2)
    }

    @Test("one that can't be read, or is damaged, stops nothing once it is apart")
    func unreadable() async throws {
        let store = try Store()
        try await store.fill([.added("tea"), .added("rye"), .added("cup")])
        for change in [{ $0.unreadable = [2] }, { $0.damaged = [2] }] as [(AlteredReader) -> Void] {
            #expect(try store.inspector(change).state(of: store.id, at: 3).finish().problem?.sequenceNumber == 2)
        }
        try await apart(2, store)
        for change in [{ $0.unreadable = [2] }, { $0.damaged = [2] }] as [(AlteredReader) -> Void] {
            let view = try store.inspector(change).state(of: store.id, at: 3).finish()
            #expect(view.problem == nil)
            #expect(view.tree["total"] == 2)
            #expect(
                try store.inspector(change).findings(in: store.id).finish().map(\.kind) == [.quarantined])
        }
    }

    @Test("each is a finding that says since when, by whom and why, and is not told as anything else")
    func finding() async throws {
        let store = try Store()
        try await store.fill([.added("tea"), .removed("rye"), .named("Ann")])
        #expect(try store.inspector().findings(in: store.id).finish().map(\.kind) == [.foldFailed])
        try await apart(2, store)
        try await store.snapshot(3, ["name": "Ann", "items": [["sku": "tea", "qty": 1]], "notes": []])
        let findings = try store.inspector().findings(in: store.id).finish()
        #expect(findings.map(\.kind) == [.quarantined])
        #expect(findings.first?.sequenceNumber == 2)
        #expect(
            findings.first?.message
                == "it is quarantined since 1970-01-01T00:00:00.000000Z by \(WriterID.letter("B")), "
                + "and recovery leaves it out: there is no such article")
    }

    @Test("recovery, looked at, names them")
    func recovery() async throws {
        let store = try Store()
        try await store.fill([.added("tea"), .removed("rye"), .named("Ann")])
        #expect(try store.inspector().recovery(of: store.id).finish().failure?.sequenceNumber == 2)
        try await apart(2, store)
        let outcome = try store.inspector().recovery(of: store.id).finish()
        #expect(outcome.failure == nil)
        #expect(outcome.apart == [2])
        #expect(outcome.isRepaired)
    }
}

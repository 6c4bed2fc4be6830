import Actors
import EventSourcing
import SQLiteStorage
import StateMachines
import TestSupport
import Testing

@testable import Inspection

@Suite("Looking at an instance of a machine")
struct MachineJobTests {
    private let id: PersistenceID
    private let domain: Domain

    init() throws {
        id = try PersistenceID("Gate", "north")
        domain = try Gate.domain(wait: .seconds(600))
    }

    /// Sends lines to the instance on a store, by a system of their own.
    private func send(
        _ lines: [String], on store: any EventStore & SnapshotStore, snapshots: Int64? = nil
    ) async throws {
        let system = ActorSystem(name: "test")
        let entity = try #require(
            try domain.open(
                id, on: EntityHost(system: system, events: store, snapshots: store, writer: system.writerID)))
        for line in lines {
            _ = try await entity.send(CommandText.parse(line, for: domain.commands), timeout: .seconds(600))
        }
        await system.shutdown()
    }

    private func view(
        _ reader: any StoreReader, at number: Int64, now: Timestamp = .epoch
    ) throws -> MachineView {
        let inspector = Inspector(reader, domains: [domain])
        return try #require(inspector.machine(of: id, at: number, now: now)).finish()
    }

    @Test("tells the step of the event, where it led, and what could come next")
    func steps() async throws {
        let store = InMemoryStore()
        try await send(["pay 5 Ada", "kick", "pass", "kick"], on: store)
        let paid = try view(store.reader(), at: 1)
        #expect(paid.sequenceNumber == 1 && paid.problem == nil)
        #expect(paid.standing?.place.text == "open(Ticket(coins: 5, holder: {redacted}))")
        #expect(paid.trace?.steps.map(\.event) == ["pay"] && paid.trace?.current.state == "open")
        #expect(paid.prospects.map(\.event) == ["pass", "timedOut", "kick"])
        let kicked = try view(store.reader(), at: 2)
        #expect(kicked.trace?.steps.first?.target == .stay && kicked.standing?.enteredNumber == 1)
        let beginning = try view(store.reader(), at: 0)
        #expect(beginning.trace?.steps.isEmpty == true && beginning.standing?.place.state == "shut")
        let stopped = try view(store.reader(), at: 4)
        #expect(stopped.trace?.steps.first?.target == .stop("kicked in"))
        #expect(stopped.standing?.stopReason == "kicked in" && stopped.prospects.isEmpty && stopped.timeouts.isEmpty)
        // The highest number that there is stands for any that is higher.
        #expect(try view(store.reader(), at: 99).sequenceNumber == 4)
    }

    @Test(
        "a row tells what the event carried and where it led, without what is sensitive, and one that can't be read its fields"
    )
    func rows() async throws {
        let store = InMemoryStore()
        try await send(["pay 5 Ada", "kick", "pass", "kick"], on: store)
        let rows = try Inspector(store.reader(), domains: [domain]).timeline(of: id, from: 1, through: 4)
        #expect(
            rows.map(\.summary) == [
                "coins=5 holder={redacted} to=open", "", "to=shut", "stop=\"kicked in\"",
            ])
        let other = InMemoryStore()
        try await other.importHistory([
            ImportedEvent(
                persistenceID: id, sequenceNumber: 1,
                event: NewEvent(type: "flown", payload: Array(#"{"to":"moon"}"#.utf8), timestamp: .epoch),
                writer: .letter("A"), epoch: 0)
        ])
        let strange = try Inspector(other.reader(), domains: [domain]).timeline(of: id, from: 1, through: 1)
        #expect(strange.map(\.summary) == ["to=moon"])
    }

    @Test("lights the state and marks the step in both drawings")
    func drawings() async throws {
        let store = InMemoryStore()
        try await send(["pay 5 Ada"], on: store)
        let drawings = try view(store.reader(), at: 1).drawings
        #expect(drawings.count == 2)
        for drawing in drawings {
            let taken = drawing.lines.joined().filter { $0.role == .takenLabel }.map(\.text)
            #expect(taken.count == 1 && taken[0].hasPrefix("pay ["))
            let current = try #require(drawing.current)
            #expect(drawing.lines[current].joined().contains { $0.text.contains("● open") })
        }
        #expect(drawings[0].description.contains("shutting after 10 min sends timedOut"))
        #expect(drawings[1].description.contains("shutting 10 min"))
        #expect(!drawings[1].description.contains("sends") && drawings[1].description.contains("pay […]"))
    }

    @Test("tells what is left of a timeout by the timer at the end, and by the table before")
    func timeouts() async throws {
        let store = InMemoryStore()
        try await send(["pay 5 Ada", "kick"], on: store)
        let deadline = try #require(try await store.timer("shutting", of: id)).deadline
        func timeout(at number: Int64, now: Timestamp = .epoch) throws -> MachineTimeoutView? {
            try view(store.reader(), at: number, now: now).timeouts.first
        }
        let early = deadline.adding(.seconds(-60))
        #expect(try timeout(at: 2, now: early)?.timer == .armed(deadline, left: .seconds(60)))
        let late = deadline.adding(.seconds(60))
        #expect(try timeout(at: 2, now: late)?.timer == .armed(deadline, left: .seconds(-60)))
        #expect(try timeout(at: 1)?.timer == .past(left: .seconds(600)))
        #expect(try timeout(at: 0) == nil)
        try await store.cancel("shutting", of: id)
        #expect(try timeout(at: 2)?.timer == .missing)
    }

    @Test("finds the timers of a sandbox, and beneath it those of a stream that it has not written to")
    func sandboxTimers() async throws {
        let beneath = InMemoryStore()
        try await send(["pay 5 Ada"], on: beneath)
        let sandbox = SandboxStore(over: beneath.reader())
        let deadline = try #require(try await beneath.timer("shutting", of: id)).deadline
        let seen = try view(sandbox.reader(), at: 1, now: deadline).timeouts.first?.timer
        #expect(seen == .armed(deadline, left: .zero))
        // What was armed beneath is not the sandbox's any more once it goes its own way.
        try await send(["kick"], on: sandbox)
        #expect(try view(sandbox.reader(), at: 2).timeouts.first?.timer == .missing)
        try await send(["pass", "pay 5 Ada"], on: sandbox)
        guard case .armed? = try view(sandbox.reader(), at: 4).timeouts.first?.timer else {
            Issue.record("the sandbox's own timer was not seen")
            return
        }
    }

    @Test("finds the timers of a file")
    func fileTimers() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("gates.db"))
        try await send(["pay 5 Ada"], on: store)
        let deadline = try #require(try await store.timer("shutting", of: id)).deadline
        store.close()
        let seen = try view(SQLiteReader(folder.file("gates.db")), at: 1, now: deadline).timeouts.first?.timer
        #expect(seen == .armed(deadline, left: .zero))
    }

    @Test("is no business of an entity without a machine, and begins with the machine for one that is not there")
    func absent() throws {
        let reader = InMemoryStore().reader()
        let inspector = Inspector(reader, domains: [domain, Cart.domain])
        #expect(inspector.machine(of: try PersistenceID("Cart", "c"), at: 0, now: .epoch) == nil)
        let view = try view(reader, at: 0)
        #expect(view.standing?.place.state == "shut" && view.prospects.map(\.event) == ["pay", "kick", "count"])
    }

    @Test("goes on in slices, and tells the last good state where the fold stops")
    func slices() async throws {
        let store = InMemoryStore()
        try await send(Array(repeating: ["pay 5 Ada", "pass"], count: 20).flatMap(\.self), on: store)
        let inspector = Inspector(store.reader(), domains: [domain])
        let job = try #require(inspector.machine(of: id, at: 40, now: .epoch))
        var slices = 0
        while try job.step(budget: 4) == nil { slices += 1 }
        #expect(slices >= 8 && job.progress == 1)
        let altered = AlteredReader(store.reader())
        altered.damaged = [4]
        let view = try view(altered, at: 10)
        #expect(view.problem?.sequenceNumber == 4 && view.sequenceNumber == 3)
        #expect(view.standing?.place.state == "open")
    }

    @Test("a line for an event that the state takes in no form is refused before its values are typed")
    func verdicts() async throws {
        let store = InMemoryStore()
        try await send(["pay 5 Ada"], on: store)
        let inspector = Inspector(store.reader(), domains: [domain])
        func verdict(_ text: String, at number: Int64 = 1) throws -> Verdict {
            try inspector.verdict(on: text, in: id, at: number).finish()
        }
        let refusal = Verdict.decision(.refused("Gate in open takes no pay; it takes pass, timedOut, kick"))
        #expect(try verdict("pay") == refusal && verdict("pay 5") == refusal && verdict("pay 5 Ada") == refusal)
        #expect(try verdict("pass") == .decision(.append(types: ["pass"])))
        for text in ["pay", "fly", "", "pay 5 \"Ada"] {
            guard case .misspelt = try verdict(text, at: 0) else {
                Issue.record("\(text) was read")
                continue
            }
        }
        try await send(["pass", "kick"], on: store)
        #expect(
            try verdict("pay", at: 4)
                == .decision(.refused("Gate has stopped (kicked in), and takes nothing more")))
    }

    @Test("a row whose event carries a value called like where it led keeps the two apart")
    func collidingNames() async throws {
        let file = try MachineFile(
            "machine Lift\nstart up\nevent halt stop=text\nin up\non halt stops \"over\"", name: "lift.machine")
        let lift = try PersistenceID("Lift", "1")
        let store = InMemoryStore()
        try await store.importHistory([
            ImportedEvent(
                persistenceID: lift, sequenceNumber: 1,
                event: NewEvent(
                    type: "halt", payload: Array(#"{"event":{"stop":"here"},"stop":"over"}"#.utf8), timestamp: .epoch),
                writer: .letter("A"), epoch: 0)
        ])
        let rows = try Inspector(store.reader(), domains: file.domains()).timeline(of: lift, from: 1, through: 1)
        #expect(rows.map(\.summary) == ["event={…} stop=over"])
    }

    @Test("a timeout of an instance that has not begun is told by the table, and is not missed")
    func notBegun() throws {
        let file = try MachineFile(
            "machine Lift\nstart up\nevent fall\nin up\non fall stays\nafter 5 minutes \"f\" sends fall",
            name: "lift.machine")
        let inspector = Inspector(InMemoryStore().reader(), domains: try file.domains())
        let lift = try PersistenceID("Lift", "1")
        let view = try #require(inspector.machine(of: lift, at: 0, now: .epoch)).finish()
        #expect(view.timeouts.map(\.timer) == [.past(left: nil)])
    }
}

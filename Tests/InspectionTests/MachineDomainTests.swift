import Actors
import EventSourcing
import StateMachines
import Testing

@testable import Inspection

@Suite("A domain made of a machine")
struct MachineDomainTests {
    private let store = InMemoryStore()
    private let system = ActorSystem(name: "test")
    private let id: PersistenceID
    private let domain: Domain

    init() throws {
        id = try PersistenceID("Gate", "north")
        domain = try Gate.domain()
    }

    private func command(_ text: String) throws -> ParsedCommand { try CommandText.parse(text, for: domain.commands) }

    private func open() throws -> any LiveEntity {
        try #require(
            try domain.open(
                id, on: EntityHost(system: system, events: store, snapshots: store, writer: system.writerID)))
    }

    /// The state behind everything that is stored.
    private func state() throws -> any FoldedState {
        try #require(try Inspector(store.reader(), domains: [domain]).stateAtHead(of: id)).state
    }

    @Test("shows a state as its case, what it carries without what is sensitive, and the reason once it has stopped")
    func trees() async throws {
        #expect(try domain.emptyState().tree() == ["state": "shut", "stopped": .null])
        let gate = try open()
        _ = try await gate.send(command("pay 5 Ada"), timeout: .seconds(600))
        #expect(
            try state().tree() == ["state": "open", "coins": 5, "holder": "{redacted}", "stopped": .null])
        _ = try await gate.send(command("pass"), timeout: .seconds(600))
        _ = try await gate.send(command("kick"), timeout: .seconds(600))
        #expect(try state().tree() == ["state": "shut", "stopped": "kicked in"])
        await system.shutdown()
    }

    @Test("decides by the table, and names what the state takes where it refuses an event")
    func deciding() throws {
        let shut = domain.emptyState()
        func decision(_ text: String) throws -> Decision { domain.decide(try command(text), on: shut, of: id, at: 0) }
        #expect(try decision("pay 3 Ada") == .append(types: ["pay"]))
        #expect(try decision("pass") == .refused("Gate in shut takes no pass; it takes pay, kick, count"))
        #expect(
            try decision("pay 2 Ada")
                == .refused("Gate in shut takes no such pay, for no condition holds: three coins"))
        #expect(try store.reader().totals().events == 0)
    }

    @Test("sends through the instance itself: its timers are armed with the event, and a refusal is an outcome")
    func sending() async throws {
        let gate = try open()
        let paid = try await gate.send(command("pay 5 Ada"), timeout: .seconds(600))
        #expect(paid.appended == [CommandOutcome.AppendedEvent(sequenceNumber: 1, type: "pay")])
        #expect(paid.reply == "open(Ticket(coins: 5, holder: {redacted})) now" && paid.refusal == nil)
        #expect(try await store.timers(of: id).map(\.name) == ["shutting"])
        let stayed = try await gate.send(command("kick"), timeout: .seconds(600))
        #expect(stayed.reply == "still open(Ticket(coins: 5, holder: {redacted}))")
        let refused = try await gate.send(command("pay 5 Ada"), timeout: .seconds(600))
        #expect(refused.refusal == "Gate in open takes no pay; it takes pass, timedOut, kick")
        #expect(refused.appended.isEmpty)
        _ = try await gate.send(command("pass"), timeout: .seconds(600))
        #expect(try await store.timers(of: id).isEmpty)
        let stopped = try await gate.send(command("kick"), timeout: .seconds(600))
        #expect(stopped.reply == "stopped (kicked in)")
        #expect(
            try await gate.send(command("kick"), timeout: .seconds(600)).refusal
                == "Gate has stopped (kicked in), and takes nothing more")
        await system.shutdown()
    }

    @Test("knows where an instance is, and what each event would do from there")
    func prospects() async throws {
        let machine = try #require(domain.machine)
        let shut = domain.emptyState()
        #expect(
            machine.standing(in: shut)
                == MachineStanding(place: MachineTrace.Place(Gate.State.shut), enteredNumber: 0))
        let pay = domain.commands.first { $0.name == "pay" }
        let kick = domain.commands.first { $0.name == "kick" }
        #expect(
            machine.prospects(in: shut) == [
                MachineProspect(
                    event: "pay", command: pay,
                    outcome: .open([.init(condition: "three coins", target: .goto(["open"]))])),
                MachineProspect(event: "kick", command: kick, outcome: .decided(.stop("kicked in"))),
                MachineProspect(
                    event: "count", command: nil, outcome: .open([.init(condition: nil, target: .stay)])),
            ])
        let gate = try open()
        _ = try await gate.send(command("pay 9 Ada"), timeout: .seconds(600))
        let open = try state()
        #expect(machine.standing(in: open)?.place.text == "open(Ticket(coins: 9, holder: {redacted}))")
        #expect(machine.standing(in: open)?.enteredNumber == 1)
        let outcomes = machine.prospects(in: open).map(\.outcome)
        #expect(
            outcomes == [
                .refused("not one at a time"), .open([.init(condition: nil, target: .goto(["shut"]))]),
                .decided(.stay),
            ])
        #expect(machine.prospects(in: open).map(\.command?.name) == ["pass", nil, "kick"])
        await system.shutdown()
    }

    @Test("has nothing to offer where an instance has stopped, and knows no state of another domain")
    func strangers() async throws {
        let gate = try open()
        _ = try await gate.send(command("kick"), timeout: .seconds(600))
        let machine = try #require(domain.machine)
        #expect(machine.prospects(in: try state()).isEmpty)
        #expect(machine.standing(in: try state())?.stopReason == "kicked in")
        #expect(machine.standing(in: Cart()) == nil && machine.prospects(in: Cart()).isEmpty)
        await system.shutdown()
    }

    @Test("has a command for each event where none carries anything, and refuses a command that is no event")
    func commands() throws {
        let plain = try Domain(
            Machine<Light, Switch>("Lamp", initial: .off) {
                From(.off) { On(.flip).goto(.on) }
                From(.on) { On(.flip).goto(.off) }
            })
        #expect(plain.commands.map(\.usage) == ["flip"])
        #expect(plain.commands.map(\.summary) == ["Taken in off or on"])
        #expect(plain.eventTypes == ["flip"])
        #expect(try plain.emptyState().tree() == ["state": "off"])
        let stranger = DomainCommand<MachineCommand<Light, Switch>, MachineAnswer<Light>>(
            CommandDescription(name: "burn", summary: "")
        ) { _ in { _ in .snapshot } }
        #expect(throws: MachineCommandError(machine: "Lamp", command: "burn")) {
            try Domain(
                Machine<Light, Switch>("Lamp", initial: .off) { From(.off, .on) { On(.flip).stay() } },
                commands: [stranger])
        }
    }

    private enum Light: String, CaseIterable, MachineState, StoredCases { case off, on }

    private enum Switch: String, CaseIterable, MachineEvent, StoredCases { case flip }
}

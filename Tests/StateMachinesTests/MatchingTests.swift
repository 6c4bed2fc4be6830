import StateMachines
import Testing

@Suite("What a row is about")
struct MatchingTests {
    @Test("machines 58: any of several states, and any of several events, each pair of which leads there")
    func several() throws {
        let states = try letters { From(.a, .b) { On(.e1).goto(.c) } }
        #expect(states.outline.rows.map(\.states) == [["A", "B"]])
        let events = try letters { From(.a) { On(.e1, .e2).goto(.b) } }
        #expect(events.outline.rows.map(\.events) == [["E1", "E2"]])
        for state in [Letter.a, .b] { #expect(try states.leads(.e1, in: state) == "C") }
        for event in [Push.e1, .e2] { #expect(try events.leads(event, in: .a) == "B") }
    }

    @Test("machines 59: a row may stay, and one may stop")
    func stayAndStop() throws {
        let machine = try letters {
            From(.a) {
                On(.e1).stay()
                On(.e2).stop("done")
            }
        }
        #expect(try machine.decide(.e1, in: .a).target == .stay)
        #expect(try machine.decide(.e2, in: .a).target == .stop("done"))
    }

    @Test("machines 3, 60, 75: an event that a state has no row for is refused, with those that it has")
    func invalid() throws {
        let machine = try parcels()
        let refusal = InvalidTransition(machine: "Parcel", state: "Pending", event: "Ship", possible: ["Pay"])
        #expect(throws: refusal) { try machine.decide(.ship, in: .pending) }
        #expect(refusal.description == "Parcel in Pending takes no Ship; it takes Pay")
        #expect(throws: InvalidTransition(machine: "Parcel", state: "Delivered", event: "Pay", possible: [])) {
            try machine.decide(.pay, in: .delivered)
        }
    }

    @Test("machines 61: a row of a group is one of all its states, also of groups in groups")
    func groups() throws {
        let inner = CaseGroup<Letter>("Inner", .b)
        let outer = CaseGroup<Letter>("Outer", .a, including: CaseGroup("Middle", .c, including: inner))
        #expect(outer.cases == [.a, .c, .b])
        let machine = try letters {
            From(allOf: outer) {
                On(.e1).goto(.d)
                On(.e2).stay()
                On(.e3).stop("all")
            }
        }
        for state in outer.cases {
            #expect(try machine.leads(.e1, in: state) == "D")
            #expect(try machine.leads(.e2, in: state) == "stay")
            #expect(try machine.leads(.e3, in: state) == "stop: all")
        }
        #expect(throws: InvalidTransition.self) { try machine.decide(.e1, in: .d) }
    }

    @Test("machines 62: one state of a group overrides the group's row")
    func groupOverridden() throws {
        let machine = try letters {
            From(allOf: CaseGroup("Processing", .a, .b)) { On(.e1).goto(.c) }
            From(.b) { On(.e1).goto(.d).overriding() }
        }
        #expect(try machine.leads(.e1, in: .a) == "C")
        #expect(try machine.leads(.e1, in: .b) == "D")
    }

    @Test("machines 63: a row of a group of events is one of each, and states and events multiply")
    func eventGroups() throws {
        let input = CaseGroup<Push>("Input", .e1, .e2)
        let machine = try letters {
            From(.a) {
                On(allOf: input).goto(.b)
                On(.e3).goto(.d)
            }
            From(allOf: CaseGroup("Both", .b, .c)) { On(allOf: input).stop("stopped") }
        }
        #expect(try machine.leads(.e1, in: .a) == "B" && machine.leads(.e2, in: .a) == "B")
        #expect(try machine.leads(.e3, in: .a) == "D")
        for state in [Letter.b, .c] {
            for event in [Push.e1, .e2] { #expect(try machine.leads(event, in: state) == "stop: stopped") }
            #expect(throws: InvalidTransition.self) { try machine.decide(.e3, in: state) }
        }
    }

    @Test("machines 64: a case matches whatever its values are, and a target may be constant or computed from them")
    func values() throws {
        let machine = try connections()
        #expect(try machine.decide(.success("session-123"), in: .connecting(5)).target == .goto(.connected("default")))
        #expect(try machine.decide(.failure("x"), in: .connecting(10)).target == .goto(.failed("error")))
        #expect(try machine.decide(.failure("x"), in: .connected("s")).target == .goto(.failed("x")))
        #expect(try machine.decide(.retry, in: .failed("x")).target == .goto(.connecting(1)))
        #expect(try machine.decide(.retry, in: .connecting(4)).target == .goto(.connecting(5)))
    }

    @Test("machines 71: an identity is the case, whatever its values; a name that there is not is none")
    func identity() {
        #expect(Connection.connecting(1).name == Connection.connecting(2).name)
        #expect(Connection.connecting(1).name != Connection.failed("").name)
        // The case's text for an unknown identity is nothing at all here, which nobody can take for a name.
        #expect(Connection.CaseName(rawValue: "connecting") == .connecting)
        #expect(Connection.CaseName(rawValue: "lost") == nil)
    }

    @Test("a computed target of a case that the row does not name is refused, and so is a value that is not there")
    func undeclared() throws {
        let machine = try Machine<Connection, ConnectionEvent>("Connection", initial: .connecting(0)) {
            From(.connecting) {
                On(.retry).goto(.failed) { _, _ in .connected("surprise") }
                On(.success).goto(.connected, with: \.reason) { _, reason in .connected(reason) }
            }
        }
        let error = #expect(throws: UndeclaredTarget.self) { try machine.decide(.retry, in: .connecting(0)) }
        #expect(error?.target == "connected" && error?.place.fileID == #fileID)
        #expect(throws: MissingValue.self) { try machine.decide(.success("s"), in: .connecting(0)) }
    }

    @Test("what the computation of a target throws refuses the event")
    func throwing() throws {
        struct Full: Error {}
        let machine = try letters { From(.a) { On(.e1).goto(.b) { _, _ in throw Full() } } }
        #expect(throws: Full.self) { try machine.decide(.e1, in: .a) }
    }
}

@Suite("Conditions")
struct GuardTests {
    @Test("rows are tried in their order, and the first one whose condition holds is taken")
    func order() throws {
        let machine = try orders()
        #expect(try machine.decide(.pay(Payment(30)), in: .pending(total: 30)).target == .goto(.paid(Payment(30))))
        #expect(try machine.decide(.pay(Payment(20)), in: .pending(total: 30)).target == .stay)
    }

    @Test("an event that no condition holds for is refused with the conditions, and there is a warning of that hole")
    func rejected() throws {
        let machine = try letters {
            From(.a) {
                On(.e1).where("one") { _, _ in false }.goto(.b)
                On(.e1).where("two") { _, _ in true }.where("three") { _, _ in false }.goto(.c)
            }
        }
        let rejection = GuardRejected(
            machine: "Letters", state: "A", event: "E1", conditions: ["one", "two and three"])
        #expect(throws: rejection) { try machine.decide(.e1, in: .a) }
        #expect(rejection.description == "Letters in A takes no such E1, for no condition holds: one; two and three")
        let holes = machine.findings.filter { if case .guardsLeaveHole = $0 { true } else { false } }
        #expect(holes.count == 1 && holes.first?.places.count == 2)
    }
}

/// A connection whose states and events carry values.
enum Connection: MachineState {
    case connecting(Int)
    case connected(String)
    case failed(String)

    enum CaseName: String, CaseIterable { case connecting, connected, failed }

    var name: CaseName {
        switch self {
        case .connecting: .connecting
        case .connected: .connected
        case .failed: .failed
        }
    }
}

enum ConnectionEvent: MachineEvent {
    case success(String)
    case failure(String)
    case retry

    enum CaseName: String, CaseIterable { case success, failure, retry }

    var name: CaseName {
        switch self {
        case .success: .success
        case .failure: .failure
        case .retry: .retry
        }
    }

    var reason: String? { if case .failure(let reason) = self { reason } else { nil } }
}

private func connections() throws -> Machine<Connection, ConnectionEvent> {
    try Machine("Connection", initial: .connecting(0)) {
        From(.connecting) {
            On(.success).goto(.connected("default"))
            On(.failure).goto(.failed("error"))
        }
        From(.connected) { On(.failure).goto(.failed, with: \.reason) { _, reason in .failed(reason) } }
        From(.connecting, .failed) {
            On(.retry).goto(.connecting) { state, _ in
                if case .connecting(let tries) = state { .connecting(tries + 1) } else { .connecting(1) }
            }
        }
    }
}

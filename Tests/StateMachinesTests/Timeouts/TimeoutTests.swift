import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("The timeouts of an instance's states")
struct TimeoutTests {
    /// Lights whose red goes on by itself after so many milliseconds, to yellow or to itself.
    private func lights(_ milliseconds: Int, to next: Light = .yellow) throws -> Machine<Light, LightEvent> {
        try Machine("Light", initial: .green) {
            From(.green) { On(.timer).goto(.red) }
            From(.red) {
                On(.timeout).goto(next)
                On(.timer).goto(.green)
            }
            .timeout("red", after: .milliseconds(milliseconds), send: .timeout)
            From(.yellow) { On(.timer).goto(.red) }
        }
    }

    @Test(
        "machines 75: a timeout's event is refused like any other in a state without a row for it",
        arguments: StoreKind.allCases)
    func refused(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        #expect(throws: InvalidTransition.self) { try stage.send(.timeout, in: stage.registry(lights(50))) }
        #expect(try stage.stored("Light").isEmpty)
    }

    @Test(
        "machines 76: a state that was not left in time is left by its timeout, which is an event like any other",
        arguments: StoreKind.allCases)
    func fires(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try lights(50)
        let instances = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: instances)
        try stage.send(.timer, in: instances)
        #expect(try stage.state(in: instances) == .red)
        stage.advance(.milliseconds(49))
        #expect(try stage.state(in: instances) == .red)
        stage.advance(.milliseconds(1))
        #expect(try stage.state(in: instances) == .yellow)
        #expect(try stage.stored("Light") == ["Timer", "Timeout"])
        #expect(sweeper.metrics.fired == 1 && sweeper.metrics.lateness == .zero)
        let again = TimedStage(stage.shared, after: 100)
        #expect(try again.state(in: again.registry(machine)) == .yellow)
    }

    @Test("machines 77: a state that was left in time has no timeout any more", arguments: StoreKind.allCases)
    func left(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let instances = stage.registry(try lights(100))
        let sweeper = try stage.sweeper(lights(100), in: instances)
        try stage.send(.timer, in: instances)
        try stage.send(.timer, in: instances)
        stage.advance(.milliseconds(150))
        #expect(try stage.state(in: instances) == .green)
        #expect(try stage.stored("Light").count == 2 && sweeper.metrics.sweeps == 0)
    }

    @Test(
        "machines 78, 114: the timeout of an initial state that carries values sends the event with its values",
        arguments: StoreKind.allCases)
    func values(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let instances = stage.registry(try orders())
        let sweeper = try stage.sweeper(orders(), in: instances)
        #expect(try stage.state(in: instances) == .pending(total: 30))
        #expect(try stage.timers("Order").map(\.generation) == [0])
        stage.advance(.seconds(1_799))
        #expect(try stage.state(in: instances) == .pending(total: 30))
        stage.advance(.seconds(1))
        #expect(try stage.state(in: instances) == .cancelled)
        let (store, machine) = (stage.store, try orders())
        let history = try stage.scheduler.run { try await machine.history(of: "1", in: store) }
        #expect(history?.records.map(\.event) == [.paymentTimedOut(reminders: 2)])
        #expect(sweeper.metrics.fired == 1)
    }

    @Test(
        "machines 79, 116: going to itself arms a timer anew, staying does not, and what a timeout arms anew stays",
        arguments: StoreKind.allCases)
    func rearmed(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) {
                On(.e1).goto(.a)
                On(.e2).stay()
                On(.e3).goto(.a)
            }
            .timeout("t", after: .seconds(10), send: .e3)
        }
        let instances = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: instances)
        try stage.state(in: instances)
        stage.advance(.seconds(6))
        try stage.send(.e1, in: instances)
        stage.advance(.seconds(6))
        try stage.send(.e2, in: instances)
        #expect(try stage.timers("Letters").map(\.deadline) == [.second(16)])
        #expect(try stage.timers("Letters").map(\.generation) == [1])
        stage.advance(.seconds(4))
        #expect(try stage.stored("Letters") == ["E1", "E2", "E3"])
        #expect(try stage.timers("Letters").map(\.deadline) == [.second(26)])
        #expect(try stage.timers("Letters").map(\.generation) == [3])
        stage.advance(.seconds(30))
        #expect(try stage.stored("Letters").count == 6)
        #expect(sweeper.metrics.fired == 4 && sweeper.metrics.stale == 0)
    }

    @Test(
        "machines 80: once the sweeper, or the instance for good, was stopped, nothing fires",
        arguments: StoreKind.allCases
    )
    func stopped(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try letters {
            From(.a) {
                On(.e1).stop("done")
                On(.e2).goto(.b)
            }
            .timeout("t", after: .seconds(10), send: .e2)
        }
        let instances = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: instances)
        try stage.state(of: "1", in: instances)
        try stage.state(of: "2", in: instances)
        try stage.send(.e1, to: "1", in: instances)
        stage.advance(.seconds(5))
        try stage.scheduler.run { await sweeper.stop() }
        stage.advance(.seconds(60))
        #expect(try stage.stored("Letters", "1") == ["E1"] && stage.stored("Letters", "2").isEmpty)
        #expect(try stage.timers("Letters", "1").isEmpty && stage.timers("Letters", "2").count == 1)
        #expect(sweeper.metrics == TimerSweeperMetrics())
    }

    @Test("machines 118: an instance that is opened again keeps its deadlines", arguments: StoreKind.allCases)
    func reopened(_ kind: StoreKind) throws {
        let first = try TimedStage(kind)
        let machine = try letters {
            From(.a) { On(.e1).goto(.b) }.timeout("early", after: .seconds(30), send: .e1)
            From(.b) { On(.e2).goto(.c) }.timeout("late", after: .seconds(30), send: .e2)
        }
        try first.state(of: "1", in: first.registry(machine))
        try first.send(.e1, to: "2", in: first.registry(machine))
        let second = TimedStage(first.shared, after: 10)
        let instances = second.registry(machine)
        let sweeper = try second.sweeper(machine, in: instances)
        for id in ["1", "2"] { try second.state(of: id, in: instances) }
        for id in ["1", "2"] { #expect(try second.timers("Letters", id).map(\.deadline) == [.second(30)]) }
        second.advance(.milliseconds(19_999))
        #expect(sweeper.metrics.fired == 0)
        second.advance(.milliseconds(1))
        #expect(sweeper.metrics.fired == 2)
        #expect(try second.stored("Letters", "1") == ["E1"] && second.stored("Letters", "2") == ["E1", "E2"])
    }
}

import EventSourcing
import StateMachines
import Testing

/// A name that is known only when the program runs.
struct Word: Hashable, RawRepresentable, Sendable {
    var rawValue: String
}

struct Step: MachineState {
    var name: Word
    var count = 0

    init(_ name: String, _ count: Int = 0) { (self.name, self.count) = (Word(rawValue: name), count) }
}

struct Signal: MachineEvent {
    var name: Word

    init(_ name: String) { self.name = Word(rawValue: name) }
}

extension Step: StoredCases {
    struct Count: Codable, Sendable { var count: Int }

    static var registry: EventRegistry<Step> { get throws { try EventRegistry([]) } }

    static func registry(of names: [String]) throws -> EventRegistry<Step> {
        try EventRegistry(
            names.map { name in
                EventType(name, embed: { (it: Count) in Step(name, it.count) }) {
                    $0.name.rawValue == name ? Count(count: $0.count) : nil
                }
            })
    }
}

extension Signal: StoredCases {
    static var registry: EventRegistry<Signal> { get throws { try EventRegistry([]) } }

    static func registry(of names: [String]) throws -> EventRegistry<Signal> {
        try EventRegistry(names.map { EventType($0, Signal($0)) })
    }
}

/// A machine of these states, in which each event leads to the next one and counts.
func chain(_ states: [String], on event: String = "go") throws -> Machine<Step, Signal> {
    let words = states.map { Word(rawValue: $0) }
    return try Machine(
        "Chain", states: words, events: [Word(rawValue: event)], initial: Step(states[0]),
        MachineDefinition(
            zip(words, words.dropFirst()).map { from, to in
                From(allOf: CaseGroup(from.rawValue, of: [from])) {
                    On(allOf: CaseGroup(event, of: [Word(rawValue: event)]))
                        .goto(to) { state, _ in Step(to.rawValue, state.count + 1) }
                }.definition
            }))
}

@Suite("A machine whose cases are known only when the program runs")
struct NamedCasesTests {
    @Test("has the states and the events that it was given, in their order, and the findings of any other")
    func outline() throws {
        let machine = try chain(["c", "a", "b"])
        #expect(machine.outline.states == ["c", "a", "b"] && machine.outline.events == ["go"])
        #expect(machine.findings == [.deadEnd(state: "b")])
        #expect(throws: InvalidTransition(machine: "Chain", state: "b", event: "go", possible: [])) {
            try machine.decide(Signal("go"), in: Step("b"))
        }
    }

    @Test(
        "stores and reads its instances, and answers a repeated command as the first time",
        arguments: StoreKind.allCases)
    func stored(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        let ref = try stage.spawn(chain(["a", "b", "c"]))
        #expect(try stage.send(Signal("go"), to: ref).outcome == .moved(from: Step("a"), to: Step("b", 1)))
        let id = ULID(high: 7, low: 1)
        let answers = try [stage, MachineStage(on: stage.shared)].map { stage in
            let ref = try stage.spawn(chain(["a", "b", "c"]))
            return try stage.scheduler.run {
                try await ref.send(Signal("go"), timeout: .seconds(5), as: Metadata(commandID: id)).outcome
            }
        }
        let second = Transition<Step>.Outcome.moved(from: Step("b", 1), to: Step("c", 2))
        #expect(answers == [second, second])
        #expect(
            try stage.stored("Chain") == [
                #"1 go {"event":{},"to":"b","state":{"count":1}}"#, #"2 go {"event":{},"to":"c","state":{"count":2}}"#,
            ])
    }

    @Test("refuses a history that leads to a state which it does not have any more", arguments: StoreKind.allCases)
    func removedState(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        _ = try stage.send(Signal("go"), to: stage.spawn(chain(["a", "b", "c"])))
        let later = MachineStage(on: stage.shared)
        let ref = try later.spawn(chain(["a", "c"]))
        #expect(throws: (any Error).self) { try later.instance(ref) }
        let history = { try later.scheduler.run { try await chain(["a", "c"]).history(of: "1", in: later.store) } }
        #expect(throws: EventCodingError.self) { _ = try history() }
    }
}

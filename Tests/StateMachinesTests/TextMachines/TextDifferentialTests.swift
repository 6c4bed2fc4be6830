import EventSourcing
import Foundation
import Inspection
import SampleDomain
import StateMachines
import TestSupport
import Testing

/// An instance of a machine on a store of its own, told by events as texts, and telling all that became of them.
private struct Tested<State: StoredCases & MachineState, Event: StoredCases & MachineEvent> {
    let stage: TimedStage
    let instances: Instances<State, Event>
    let sweeper: TimerSweeper
    private let machine: Machine<State, Event>
    private let events: EventRegistry<Event>
    private let states: EventRegistry<State>

    init(_ machine: Machine<State, Event>, on store: SharedStore) throws {
        stage = TimedStage(store)
        self.machine = machine
        instances = stage.registry(machine)
        sweeper = try stage.sweeper(machine, in: instances)
        events = try Event.registry(of: machine.outline.events)
        states = try State.registry(of: machine.outline.states)
    }

    /// Sends an event that is told by its name and its values, and answers what became of it.
    func send(_ name: String, _ values: JSONObject, to id: String) throws -> String {
        let bytes = Array(JSONValue.object(values).compactText.utf8)
        let event = try bytes.withUnsafeBytes { try events.decode(type: name, version: 1, payload: $0) }
        do {
            let transition = try stage.send(event, to: id, in: instances)
            switch transition.outcome {
            case .moved(let from, let to): return "\(transition.sequenceNumber) \(try text(from)) to \(try text(to))"
            case .stayed(let state): return "\(transition.sequenceNumber) stayed in \(try text(state))"
            case .stopped(let reason): return "\(transition.sequenceNumber) stopped: \(reason)"
            }
        } catch let rejected as GuardRejected {
            // Conditions are worded as the author of the table likes.
            return "rejected \(rejected.event) in \(rejected.state)"
        } catch {
            return "\(error)"
        }
    }

    func text(_ state: State) throws -> String {
        let (name, version, payload) = try states.encode(state)
        return "\(name) \(version) \(String(decoding: payload, as: UTF8.self))"
    }

    /// All that is stored of an instance: events, and timers with what they send.
    func stored(_ id: String) throws -> [String] {
        let (store, id) = (stage.store, try PersistenceID(machine.name, id))
        return try stage.scheduler.run {
            try await store.rows(of: id)
                + store.timers(of: id).map { timer in
                    let payload = String(decoding: timer.payload ?? [], as: UTF8.self)
                    return "\(timer.name) \(timer.generation) \(timer.deadline) \(payload)"
                }
        }
    }
}

@Suite("A machine of a file beside a compiled one")
struct TextDifferentialTests {
    @Test("a purchase does the same, stores the same bytes, and each reads the other's", arguments: StoreKind.allCases)
    func purchases(_ kind: StoreKind) throws {
        var random = TestSupport.SeededRandom.announced("purchases(\(kind))")
        let (textStore, compiledStore) = (try kind.make(), try kind.make())
        let text = try Tested(MachineFile.sample(Samples.purchaseMachine), on: textStore)
        let compiled = try Tested(Purchase.machine(), on: compiledStore)
        #expect(text.stage.system.now == compiled.stage.system.now)
        var purchases: [String: (place: String, total: Int)] = [:]
        var ids = ["1"]
        var outcomes: Set<String> = []
        for step in 1...400 {
            if Int.random(in: 0..<25, using: &random) == 0 {
                let pause = Duration.seconds(
                    [60, 1_700, 1_800, 86_400, 14 * 86_400].randomElement(using: &random) ?? 1)
                text.stage.advance(pause)
                compiled.stage.advance(pause)
                continue
            }
            if Int.random(in: 0..<12, using: &random) == 0 { ids.append("\(ids.count + 1)") }
            let id = ids.suffix(3).randomElement(using: &random) ?? "1"
            var (place, total) = purchases[id] ?? ("pending", 0)
            let (name, values) = Self.event(in: place, total, &random)
            let (left, right) = (try text.send(name, values, to: id), try compiled.send(name, values, to: id))
            #expect(left == right, "step \(step): \(name) \(JSONValue.object(values).compactText)")
            if let target = left.range(of: " to ") {
                place = String(left[target.upperBound...].prefix { $0 != " " })
                total += name == "add" ? values["price"]?.number?.int64.flatMap(Int.init(exactly:)) ?? 0 : 0
            } else {
                place = left.contains(" stopped:") ? "stopped" : place
                outcomes.insert(left.hasPrefix("rejected") ? "rejected" : "refused")
            }
            outcomes.insert(place)
            purchases[id] = (place, total)
        }
        for id in ids { #expect(try text.stored(id) == compiled.stored(id)) }
        #expect(text.sweeper.metrics.fired == compiled.sweeper.metrics.fired)
        // The random events have come to something.
        let wanted: Set = ["pending", "paid", "packed", "shipped", "rejected", "refused"]
        #expect(outcomes.isSuperset(of: wanted) && text.sweeper.metrics.fired > 0, "\(outcomes)")
        let textLater = try Tested(MachineFile.sample(Samples.purchaseMachine), on: compiledStore)
        let compiledLater = try Tested(Purchase.machine(), on: textStore)
        for id in ids {
            #expect(
                try textLater.text(textLater.stage.state(of: id, in: textLater.instances))
                    == compiledLater.text(compiledLater.stage.state(of: id, in: compiledLater.instances)))
        }
    }

    /// An event that is likely to be taken, of a purchase whose articles cost so much so far.
    private static func event(
        in place: String, _ total: Int, _ random: inout TestSupport.SeededRandom
    ) -> (name: String, values: JSONObject) {
        let pay: JSONObject = [
            "amount": .number(JSONNumber(total + (Int.random(in: 0...3, using: &random) == 0 ? 1 : 0))),
            "method": "invoice",
        ]
        let add: JSONObject = ["sku": "tea", "price": .number(JSONNumber(Int.random(in: -1...9, using: &random)))]
        let ship: JSONObject = ["carrier": "rail", "tracking": "\u{1F600} \"99\""]
        if Int.random(in: 0..<4, using: &random) > 0 {
            switch place {
            case "pending": return total == 0 || Bool.random(using: &random) ? ("add", add) : ("pay", pay)
            case "paid": return ("pack", [:])
            case "packed": return ("ship", ship)
            default: break
            }
        }
        let events: [(String, JSONObject)] = [
            ("add", add), ("pay", pay), ("pack", [:]), ("ship", ship), ("deliver", [:]), ("lose", [:]),
            ("cancel", ["reason": "it is\nno use"]), ("paymentTimedOut", [:]), ("deliveryTimedOut", [:]),
        ]
        return events.randomElement(using: &random) ?? ("pack", [:])
    }
}

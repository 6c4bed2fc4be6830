import EventSourcing
import Foundation
import Inspection
import StateMachines
import TestSupport
import Testing

extension MachineFile {
    /// The machine of a file in the project's `Samples` folder.
    static func sample(_ path: String) throws -> Machine<TextState, TextEvent> {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        return try #require(try MachineFile(bytes, name: path).machines.first)
    }
}

@Suite("The samples of machine files")
struct TextSampleTests {
    @Test("have nothing that is probably not meant", arguments: [Samples.turnstileMachine, Samples.purchaseMachine])
    func warnings(_ path: String) throws {
        let file = try MachineFile(Array(try Data(contentsOf: URL(fileURLWithPath: path))), name: path)
        #expect(file.warnings.isEmpty)
        #expect(file.machines.map(\.findings).joined().allSatisfy { $0.severity == .warning } == true)
    }

    @Test(
        "a turnstile is opened by a coin, counts coins, and locks itself when nobody goes",
        arguments: StoreKind.allCases)
    func turnstile(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try MachineFile.sample(Samples.turnstileMachine)
        let gates = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: gates)
        func sent(_ events: String...) throws -> [Transition<TextState>.Outcome] {
            try events.map { try stage.send(TextEvent($0), in: gates).outcome }
        }
        let (locked, one, two) = (
            TextState("locked", ["coins": 0]), TextState("open", ["coins": 1]), TextState("open", ["coins": 2])
        )
        #expect(
            try sent("push", "coin", "coin") == [
                .stayed(in: locked), .moved(from: locked, to: one), .moved(from: one, to: two),
            ])
        #expect(try sent("push") == [.moved(from: two, to: TextState("locked", ["coins": 2]))])
        #expect(try sent("coin").count == 1)
        stage.advance(.seconds(20))
        // The coin lets the time begin anew.
        #expect(try sent("coin").count == 1)
        stage.advance(.milliseconds(29_999))
        #expect(try stage.state(in: gates) == TextState("open", ["coins": 4]))
        stage.advance(.milliseconds(1))
        #expect(try stage.state(in: gates) == TextState("locked", ["coins": 4]))
        #expect(sweeper.metrics.fired == 1)
        #expect(
            try stage.stored("Turnstile") == ["push", "coin", "coin", "push", "coin", "coin", "waitedTooLong"])
    }

    @Test(
        "a purchase is filled, paid as a whole, packed, shipped, and given up when it never arrives",
        arguments: StoreKind.allCases)
    func purchase(_ kind: StoreKind) throws {
        let stage = try TimedStage(kind)
        let machine = try MachineFile.sample(Samples.purchaseMachine)
        let purchases = stage.registry(machine)
        let sweeper = try stage.sweeper(machine, in: purchases)
        func send(_ name: String, _ values: JSONObject = [:], to id: String = "1") throws {
            try stage.send(TextEvent(name, values), to: id, in: purchases)
        }
        let condition = "event.price >= 1 and event.price <= 1000000 and articles < 1000"
        #expect(throws: GuardRejected(machine: "Purchase", state: "pending", event: "add", conditions: [condition])) {
            try send("add", ["sku": "tea", "price": 0])
        }
        try send("add", ["sku": "tea", "price": 450])
        stage.advance(.seconds(29 * 60))
        try send("add", ["sku": "cup", "price": 50])
        stage.advance(.seconds(29 * 60))
        #expect(throws: GuardRejected.self) { try send("pay", ["amount": 499, "method": "card"]) }
        try send("pay", ["amount": 500, "method": "card"])
        #expect(try stage.state(in: purchases) == TextState("paid", ["amount": 500, "method": "card"]))
        #expect(throws: InvalidTransition.self) { try send("ship", ["carrier": "post", "tracking": "99"]) }
        for id in ["2", "3"] {
            try send("add", ["sku": "tea", "price": 5], to: id)
            if id == "2" { try send("pay", ["amount": 5, "method": "cash"], to: id) }
        }
        for id in ["1", "2"] {
            try send("pack", to: id)
            try send("ship", ["carrier": "post", "tracking": "99.1"], to: id)
        }
        #expect(
            try stage.state(in: purchases) == TextState("shipped", ["carrier": "post", "tracking": "99.1"]))
        try send("lose", to: "2")
        #expect(throws: MachineStopped(machine: "Purchase", reason: "lost on the way")) { try send("deliver", to: "2") }
        stage.advance(.seconds(14 * 86_400))
        #expect(try stage.state(in: purchases) == TextState("cancelled", ["reason": "never arrived"]))
        #expect(try stage.state(of: "3", in: purchases) == TextState("cancelled", ["reason": "not paid in time"]))
        #expect(sweeper.metrics.fired == 2 && sweeper.metrics.failures == 0)
        #expect(throws: InvalidTransition(machine: "Purchase", state: "cancelled", event: "pack", possible: [])) {
            try send("pack")
        }
    }
}

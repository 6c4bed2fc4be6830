import Actors
import Testing

@testable import EventSourcing

@Suite("Entities across systems, on a store in memory")
struct RestartTests {
    /// A new system on the store of another one, as after a restart of the program.
    private func restarted(_ stage: CartStage) throws -> CartStage {
        let system = stage.system
        try stage.scheduler.run { await system.shutdown() }
        return try CartStage(on: stage.store)
    }

    @Test("engine 104, 126: what one system persisted the next one has, and goes on with the next number")
    func restart() throws {
        let first = try CartStage()
        first.tell(try first.spawn(), .add("apple"), .add("banana"), .doing(.stop))
        let second = try restarted(first)
        #expect(try second.add(second.spawn(), "cherry")?.get() == ["apple", "banana", "cherry"])
        let third = try restarted(second)
        let cart = try third.spawn()
        #expect(try third.items(cart) == ["apple", "banana", "cherry"])
        third.tell(cart, .add("date"))
        #expect(try third.stored().last == #"4 ItemAdded {"item":"date"}"#)
    }

    @Test("engine 127: with every(2), three events leave a snapshot at 2, and a restart has all three")
    func snapshots() throws {
        let first = try CartStage()
        first.tell(first.spawn(try first.cart().withSnapshots(.every(2))), .add("x"), .add("y"), .add("z"))
        let second = try restarted(first)
        #expect(try second.snapshots() == [2])
        #expect(try second.stored().count == 3)
        #expect(try second.items(second.spawn(try second.cart().withSnapshots(.every(2)))) == ["x", "y", "z"])
    }

    @Test("engine 128: the first event after a restart has the next number")
    func numbers() throws {
        let first = try CartStage()
        first.tell(try first.spawn(), .add("milk"), .add("bread"))
        let second = try restarted(first)
        second.tell(try second.spawn(), .add("eggs"))
        #expect(try second.stored().last == #"3 ItemAdded {"item":"eggs"}"#)
    }

    @Test("the same commands on a stepped system give the same bytes")
    func deterministic() throws {
        func run() throws -> [String] {
            let stage = try CartStage()
            let cart = stage.spawn(try stage.cart().withSnapshots(.every(2)))
            for item in ["a", "b", "c"] {
                stage.tell(cart, .add(item))
                stage.scheduler.advance(by: .seconds(1))
            }
            return try stage.stored()
        }
        #expect(try run() == run())
    }
}

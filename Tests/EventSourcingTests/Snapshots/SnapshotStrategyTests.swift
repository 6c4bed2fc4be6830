import Testing

@testable import EventSourcing

private typealias Strategy = SnapshotStrategy<CartEvent, Cart>

extension SnapshotStrategy<CartEvent, Cart> {
    /// Whether it asks at a number that was reached by one event.
    fileprivate func asks(at number: Int64, from before: Int64? = nil) -> Bool {
        asksForSnapshot(before: before ?? number - 1, after: number, state: Cart(), lastEvent: .added("apple"))
    }
}

@Suite("Snapshot strategies")
struct SnapshotStrategyTests {
    @Test("engine 69: every 100 asks at its multiples")
    func every() throws {
        let strategy = try Strategy.every(100)
        #expect([100, 200, 99, 101].map { strategy.asks(at: $0) } == [true, true, false, false])
    }

    @Test("engine 70: never asks for none", arguments: [1, 100, 1_000])
    func never(number: Int64) {
        #expect(!Strategy.never.asks(at: number))
    }

    @Test("engine 71: a condition decides by state, event and number")
    func condition() {
        let strategy = Strategy.when { _, event, number in event == .added("apple") && number > 50 }
        #expect([50, 51].map { strategy.asks(at: $0) } == [false, true])
    }

    @Test("engine 72: every 0 and less is refused when it is built", arguments: [0, -1])
    func refused(n: Int64) {
        let error = #expect(throws: SnapshotStrategyError.self) { try Strategy.every(n) }
        #expect(error?.description == "Snapshots can be taken every 1 or more events, and not every \(n)")
    }

    @Test("engine 84: a batch that crosses a multiple asks, and one that does not reach it does not")
    func crossing() throws {
        let strategy = try Strategy.every(3)
        #expect(strategy.asks(at: 4, from: 2))
        #expect(strategy.asks(at: 9, from: 2))
        #expect(!strategy.asks(at: 5, from: 3))
    }

    @Test("two strategies ask when one of them does")
    func either() throws {
        let strategy = try Strategy.every(2) || .when { _, _, number in number == 3 }
        #expect((1...5).map { strategy.asks(at: $0) } == [false, true, true, true, false])
    }
}

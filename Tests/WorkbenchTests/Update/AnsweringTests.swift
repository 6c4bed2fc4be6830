import EventSourcing
import Inspection
import Terminal
import Testing

@testable import Workbench

@Suite("Questions and their answers")
struct AnsweringTests {
    private func driver(_ fixture: StoreFixture, at number: Int64? = 17) throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(fixture, session: .fixture(at: number))
        driver.start()
        return driver
    }

    private static func isState(_ question: Question) -> Bool { if case .state = question { true } else { false } }

    @Test("an answer for a place that was left is dropped")
    func late() throws {
        let driver = try driver(StoreFixture())
        driver.holds = Self.isState
        driver.press("j")
        guard let old = driver.held.first else { return #expect(Bool(false), "nothing was asked") }
        driver.press("j")
        #expect(driver.held.count == 1, "the older question was cancelled")
        let view = StateView(
            sequenceNumber: 18, tree: ["stale": true], changes: [], source: .emptyState, foldedEvents: 18)
        driver.tell(.answer(old.request, .state(view)))
        #expect(driver.model.stream?.viewNumber == 17)
        driver.release()
        #expect(driver.model.stream?.viewNumber == 19)
    }

    @Test("the title says which state is shown while the next is being folded")
    func behind() throws {
        let driver = try driver(StoreFixture())
        driver.holds = Self.isState
        driver.press("j")
        #expect(driver.screen().contains("after #17"))
        driver.release()
        #expect(driver.screen().contains("after #18"))
    }

    @Test("what failed is told once and not asked again until the store changes")
    func failed() throws {
        let driver = try driver(StoreFixture())
        driver.holds = Self.isState
        driver.press("j")
        guard let open = driver.held.first else { return #expect(Bool(false), "nothing was asked") }
        driver.tell(.answer(open.request, .failed("page 7 is damaged")))
        #expect(driver.message == "page 7 is damaged")
        let asked = driver.held.count
        driver.press("Alt-4")
        #expect(driver.held.count == asked)
        driver.tell(.storeChanged)
        #expect(driver.held.count == asked + 1)
    }

    @Test("new events are told where they can't be seen, and followed where that is asked for")
    func follow() throws {
        let fixture = try StoreFixture()
        let driver = try driver(fixture)
        try fixture.appendToOrder("OrderCancelled", #"{"reason":"late"}"#)
        driver.tell(.storeChanged)
        #expect(driver.playhead == 17)
        #expect(driver.screen().contains("new: 1 event arrived below (F: follow)"))
        driver.press("F Esc")
        #expect(driver.screen().contains("▷ live #21"))
        #expect(driver.screen().contains("1 new"))
        driver.press("G")
        #expect(!driver.screen().contains("1 new"))
        try fixture.appendToOrder("OrderCancelled", #"{"reason":"again"}"#)
        driver.tell(.storeChanged)
        #expect(driver.playhead == 22, "at the end, the playhead goes with the head")
        #expect(driver.effects.contains(.follow(true)))
    }

    @Test("^C stops work, then says how to leave, then leaves")
    func interrupt() throws {
        let driver = try driver(StoreFixture())
        driver.holds = { if case .search = $0 { true } else { false } }
        driver.type("/tea")
        driver.press("Enter")
        driver.tell(.input(.interrupt))
        #expect(driver.held.isEmpty)
        #expect(!driver.effects.contains(.quit))
        driver.tell(.input(.interrupt))
        #expect(driver.message.contains("^C again leaves"))
        driver.press("j")
        driver.tell(.input(.interrupt))
        #expect(!driver.effects.contains(.quit))
        driver.tell(.input(.interrupt))
        #expect(driver.effects.last == .quit)
    }

    @Test("a terminal that is gone ends the program, and a continued one is drawn anew")
    func signals() throws {
        let driver = try driver(StoreFixture())
        driver.tell(.input(.resumed))
        #expect(driver.effects.last == .redraw)
        driver.tell(.input(.terminate))
        #expect(driver.effects.last == .quit)
    }

    @Test("an empty store says so, and what to do")
    func empty() throws {
        let fixture = try StoreFixture(isEmpty: true)
        let driver = try WorkbenchDriver(fixture, session: .fixture(nil))
        driver.start()
        #expect(driver.screen().contains("this store holds no event yet"))
        driver.press("s")
        #expect(driver.screen().contains("this store holds no stream yet"))
        driver.press("j k G S gg Enter Alt-2 j o Esc")
    }

    @Test("a stream that does not exist is told, and the streams are listed")
    func unknownStream() throws {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(StoreFixture.id("Order", "none")))
        driver.start()
        #expect(driver.message == "the store has no stream Order|none")
        #expect(driver.model.place == .streams)
    }

    @Test("secrets are masked until they are asked for")
    func secrets() throws {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(StoreFixture.basket, at: 3))
        driver.start()
        #expect(!driver.screen().contains("hunter2"))
        driver.press("gr")
        #expect(driver.screen().contains("\"hunter2\""))
    }

    @Test("what is looked at stays chosen and folded while the playhead moves")
    func cursor() throws {
        let driver = try driver(StoreFixture(), at: 19)
        driver.press("Alt-2 3j")
        #expect(driver.model.chosenPath?.description == "items")
        driver.press("h J K K")
        #expect(driver.playhead == 18)
        #expect(driver.model.chosenPath?.description == "items")
        #expect(driver.screen().contains("items [5]"))
        #expect(!driver.screen().contains("   kettle "))
    }
}

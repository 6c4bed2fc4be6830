import EventSourcing
import Inspection
import Terminal
import Testing

@testable import Workbench

@Suite("Asking: who, find, watches, lists")
struct AskingTests {
    private func driver(_ id: PersistenceID = StoreFixture.order, at number: Int64 = 17) throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(StoreFixture(), session: .fixture(id, at: number))
        driver.start()
        return driver
    }

    @Test("o goes to the event that last set the value, and again to the one before")
    func who() throws {
        let driver = try driver(at: 19)
        driver.press("Alt-2 7j")
        #expect(driver.model.chosenPath?.description == "items[3]")
        driver.press("h h")
        driver.press("G 3k")
        let path = driver.model.chosenPath?.description
        #expect(path == "total")
        driver.press("o")
        #expect(driver.playhead == 18)
        driver.press("o")
        #expect(driver.playhead == 17)
        #expect(driver.model.chosenPath?.description == "total", "the cursor keeps its value")
    }

    @Test("o without a value says how to choose one")
    func whoNothing() throws {
        let driver = try driver()
        driver.press("o")
        #expect(driver.message == "choose a value first: Alt-2, then j and k")
    }

    @Test("o at the first setter says that nothing earlier set it")
    func whoFirst() throws {
        let driver = try driver(at: 17)
        driver.press("Alt-2 j o")
        #expect(driver.model.chosenPath?.description == "customer")
        #expect(driver.playhead == 1)
        driver.press("o")
        #expect(driver.playhead == 1)
        #expect(driver.message.contains("no earlier event set customer"))
    }

    @Test("O lists all that set it, Enter goes there, and Esc goes back")
    func setters() throws {
        let driver = try driver()
        driver.press("Alt-2 j O")
        #expect(driver.model.place == .setters)
        #expect(driver.model.setters.setters.map(\.sequenceNumber) == [1])
        driver.press("Enter")
        #expect(driver.playhead == 1)
        #expect(driver.model.place == .events)
    }

    @Test("find goes to the first hit while it is typed, Enter stays there, n and N go on")
    func find() throws {
        let driver = try driver(at: 1)
        driver.type("/tea")
        #expect(driver.playhead == 2)
        #expect(driver.screen().contains("1 of 3"))
        driver.press("Enter n")
        #expect(driver.playhead == 11)
        driver.press("n n")
        #expect(driver.playhead == 2)
        #expect(driver.message == "went on at the first hit")
        driver.press("N")
        #expect(driver.playhead == 16)
        driver.press("^O ^O")
        #expect(driver.model.trail.behind.count < 5)
    }

    @Test("Esc while searching comes back to where it began")
    func findEscape() throws {
        let driver = try driver(at: 9)
        driver.type("/cocoa")
        #expect(driver.playhead == 13)
        driver.press("Esc")
        #expect(driver.playhead == 9)
        #expect(driver.model.search == nil)
    }

    @Test("Esc stops a running search and keeps its hits")
    func stopSearch() throws {
        let driver = try driver(at: 1)
        driver.holds = { if case .search = $0 { true } else { false } }
        driver.type("/tea")
        driver.press("Enter")
        guard let request = driver.held.last?.request else { return #expect(Bool(false), "nothing was asked") }
        driver.tell(.progress(request, .hits([2, 11], searched: 0.61)))
        #expect(driver.playhead == 2)
        #expect(driver.screen().contains("/tea  1 of ≥ 2 (61 % searched)"))
        driver.press("Esc")
        #expect(driver.held.isEmpty)
        #expect(driver.model.search?.hits == [2, 11])
        driver.press("n")
        #expect(driver.playhead == 11)
    }

    @Test("a watch shows its value and since when, wherever the playhead is")
    func watch() throws {
        let driver = try driver(at: 19)
        driver.press("Alt-2 a")
        #expect(driver.model.watches.map(\.path.description) == ["status"])
        #expect(driver.screen().contains("\"paid\""))
        #expect(driver.screen().contains("since #19"))
        driver.press("Esc gg j")
        #expect(driver.screen().contains("since #1"))
        driver.press("Alt-4 D")
        #expect(driver.model.watches.isEmpty)
    }

    @Test("s lists the streams in the Timeline's place, / filters by prefix, Enter opens, Esc returns")
    func streams() throws {
        let driver = try driver()
        driver.press("s")
        #expect(driver.model.place == .streams)
        #expect(driver.model.streams.heads.count == 3)
        driver.type("/Basket|ba")
        driver.press("Enter")
        #expect(driver.model.streams.heads.map(\.persistenceID) == [StoreFixture.basket])
        driver.press("Enter")
        #expect(driver.model.stream?.id == StoreFixture.basket)
        #expect(driver.model.place == .events)
        driver.press("s Esc")
        #expect(driver.model.place == .events)
    }

    @Test("S shows all events by position, and Enter goes to the event in its stream")
    func log() throws {
        let driver = try driver(at: 20)
        driver.press("S j j")
        #expect(driver.model.log.selected == 22)
        driver.press("Enter")
        #expect(driver.model.stream?.id == StoreFixture.basket)
        #expect(driver.playhead == 2)
        driver.press("S gg")
        #expect(driver.model.log.selected == 1)
        driver.press("G")
        #expect(driver.model.log.selected == 25)
    }

    @Test("y copies the address, quoted for the shell")
    func copy() throws {
        let driver = try driver()
        driver.press("y")
        guard case .copy(_, let text)? = driver.effects.last else { return #expect(Bool(false), "nothing was copied") }
        #expect(text == "'orders.db#Order|order-42@17'")
    }

    @Test("v marks A, and Diff shows what differs between A and the playhead")
    func diff() throws {
        let driver = try driver(at: 1)
        driver.press("v 3j")
        let screen = driver.screen()
        #expect(screen.contains("from A #1 to #4"))
        #expect(screen.contains("+items[0]"))
        driver.press("k k k v")
        #expect(driver.model.stream?.diffOrigin == nil)
    }

    @Test("an address is written so that it can be read again")
    func address() throws {
        let id = try PersistenceID("A%#@", "ü |x'")
        let address = Address(path: "my file#1.db", id: id, sequenceNumber: 7)
        #expect(Address(address.description) == address)
        #expect(address.description.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        #expect(Address("Order|x")?.sequenceNumber == nil)
        #expect(Address("nonsense") == nil)
        #expect(Address("Order|x@-1") == nil)
    }
}

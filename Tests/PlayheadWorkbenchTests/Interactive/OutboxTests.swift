import Actors
import Testing
import Workbench

@testable import PlayheadWorkbench

@Suite("The outbox of the answering thread")
struct OutboxTests {
    private let outbox = Outbox()

    @Test("it is quiet when everything that was asked is answered and taken")
    func counting() {
        #expect(outbox.isQuiet && outbox.isSettled)
        outbox.expectAnswer(to: .fixture(1))
        outbox.expectAnswer(to: .fixture(2, .timeline))
        #expect(!outbox.isQuiet && !outbox.isSettled)
        outbox.answer(.fixture(1), .elapsed)
        #expect(outbox.takeAll().count == 1)
        #expect(!outbox.isQuiet && !outbox.isSettled)
        outbox.answer(.fixture(2, .timeline), .elapsed)
        #expect(!outbox.isQuiet && !outbox.isSettled, "it is answered, and not taken")
        #expect(outbox.takeAll().count == 1)
        #expect(outbox.isQuiet && outbox.isSettled)
    }

    @Test("scans in the background keep it from being quiet, not from being settled", arguments: [true, false])
    func background(isSearch: Bool) {
        let scan = Request.fixture(1, isSearch ? .search : .findings)
        outbox.expectAnswer(to: scan)
        #expect(outbox.isSettled && !outbox.isQuiet)
        outbox.expectAnswer(to: .fixture(2))
        #expect(!outbox.isSettled)
        outbox.answer(.fixture(2), .elapsed)
        _ = outbox.takeAll()
        #expect(outbox.isSettled && !outbox.isQuiet)
        outbox.answer(scan, .hits([]))
        #expect(!outbox.isSettled, "it is answered, and not taken")
        _ = outbox.takeAll()
        #expect(outbox.isQuiet)
    }

    @Test("what was cancelled is waited for no more")
    func forgetting() {
        for request in [Request.fixture(1), .fixture(2, .findings)] {
            outbox.expectAnswer(to: request)
            outbox.forget(request)
            #expect(outbox.isQuiet && outbox.isSettled)
        }
        #expect(outbox.takeAll().isEmpty)
    }

    @Test("warnings come behind what was answered, the newest of very many in one message, and ring once")
    func warnings() {
        let rings = Journal()
        outbox.onArrival { rings.add("ring") }
        let system = ActorSystem(name: "test", log: outbox)
        for number in 1...1_000 { system.log(.warning, "warning \(number)") }
        system.log(.information, "this is none")
        #expect(rings.lines.count == 1)
        #expect(!outbox.isQuiet)
        outbox.tell(.storeChanged)
        let messages = outbox.takeAll()
        guard messages.count == 2, case .warned(let warnings) = messages.last else {
            Issue.record("\(messages.count) messages")
            return
        }
        #expect(warnings.count == 1_000)
        #expect(warnings.kept.map(\.sentence) == (801...1_000).map { "warning \($0)" })
        #expect(outbox.isQuiet && outbox.takeAll().isEmpty)
    }

    @Test("every arrival rings, and messages are taken in their order")
    func ringing() {
        let rings = Journal()
        outbox.onArrival { rings.add("ring") }
        outbox.expectAnswer(to: .fixture(1))
        #expect(rings.lines.isEmpty)
        outbox.tell(.storeChanged)
        outbox.answer(.fixture(1), .elapsed)
        outbox.forget(.fixture(2))
        outbox.fail("the store is gone")
        #expect(rings.lines.count == 4)
        #expect(outbox.failure == "the store is gone")
        let messages = outbox.takeAll()
        #expect(messages.count == 2)
        guard case .storeChanged = messages.first, case .answer(let request, .elapsed) = messages.last else {
            Issue.record("\(messages)")
            return
        }
        #expect(request == .fixture(1))
    }
}

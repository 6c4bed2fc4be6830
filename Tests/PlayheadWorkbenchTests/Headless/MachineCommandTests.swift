import EventSourcing
import Foundation
import Inspection
import SQLiteStorage
import TestSupport
import Testing

@testable import PlayheadWorkbench

@Suite("playhead machine")
struct MachineCommandTests {
    private let folder: TemporaryFolder
    private let file: String

    init() async throws {
        folder = try TemporaryFolder()
        file = folder.file("shop.db")
        #expect(try await playhead("sample", "--events", "100", "--machines", "5", file).code == .fine)
    }

    @Test("draws the machine with the state and the step, and says what could come next")
    func drawing() async throws {
        let run = try await playhead("machine", file + "#Purchase|purchase-00001")
        #expect(run.code == .fine && run.talk.isEmpty)
        #expect(run.lines.contains { $0.hasPrefix("│ ● shipped   │◀━") && $0.hasSuffix("┛     │") })
        #expect(run.lines.allSatisfy { !$0.hasSuffix(" ") })
        #expect(run.lines.contains("● in shipped since #6"))
        #expect(run.lines.contains("> lose              stops: lost on the way"))
        let number = try await playhead("machine", file + "#Purchase|purchase-00001@4")
        #expect(number.lines.contains("▶ #4 pay: pending → paid"))
    }

    @Test("prints JSON, Mermaid and Graphviz, one of them")
    func forms() async throws {
        let id = file + "#Purchase|purchase-00001"
        let run = try await playhead("machine", id, "--json")
        let json = try #require(try run.objects().first)
        #expect(json["machine"] == "Purchase" && json["state"] == "shipped" && json["sequenceNumber"] == 6)
        #expect(json["since"] == 6 && json["stopped"] == .null && json["problem"] == .null)
        #expect(json["step"] == ["event": "ship", "from": "packed", "to": "shipped", "stopped": .null])
        #expect(
            json["events"]?.array?.compactMap { $0["event"]?.string } == ["deliver", "lose", "deliveryTimedOut"])
        #expect(json["events"]?.array?.compactMap { $0["command"]?.string } == ["deliver", "lose"])
        #expect(json["timeouts"]?.array?.first?["armed"] == false)
        #expect(json["timeouts"]?.array?.first?["seconds"] == 1_209_600)
        #expect(try await playhead("machine", id, "--mermaid").lines.first == "stateDiagram-v2")
        #expect(try await playhead("machine", id, "--graphviz").lines.first?.hasPrefix("digraph") == true)
        let both = try await playhead("machine", id, "--json", "--mermaid")
        #expect(both.code == .wrongUse)
        #expect(both.talk.contains("machine takes one of --json and --mermaid"))
    }

    @Test("a stopped instance says why, and an entity without a machine what to do instead")
    func ends() async throws {
        let lost = try await playhead("machine", file + "#Purchase|purchase-00005", "--json")
        let json = try #require(try lost.objects().first)
        #expect(json["stopped"] == "lost on the way" && json["events"] == [] && json["timeouts"] == [])
        #expect(json["step"]?["stopped"] == "lost on the way")
        let order = try await playhead("machine", file + "#Order|order-00001")
        #expect(order.code == .findings)
        #expect(order.talk.contains("Order is no state machine; its state is shown by playhead state"))
        let nobody = try await playhead("machine", file + "#Purchase|nobody")
        #expect(nobody.code == .findings && nobody.talk.contains("Purchase|nobody is not in"))
    }

    @Test("a command for an instance is refused with what its state takes, and one that is sent arms its timer")
    func sending() async throws {
        let shipped = file + "#Purchase|purchase-00001"
        for words in [["send", shipped, "pay"], ["send", "--write", shipped, "pay amount=900"]] {
            let refused = try await playhead(words)
            #expect(refused.code == .refused)
            #expect(
                refused.talk.contains(
                    "refused: Purchase in shipped takes no pay; it takes deliver, lose, deliveryTimedOut"))
        }
        let new = file + "#Purchase|new"
        let sent = try await playhead("send", "--write", new, "add sku=tea")
        #expect(sent.code == .fine)
        #expect(sent.lines == ["appended #1 add; reply: pending(Bill(articles: 1, total: 450)) now"])
        let view = try #require(try await playhead("machine", new, "--json").objects().first)
        #expect(view["state"] == "pending" && view["timeouts"]?.array?.first?["armed"] == true)
        let seconds = try #require(view["timeouts"]?.array?.first?["left"]?.number?.int64)
        #expect((1...1_800).contains(seconds))
    }

    @Test("a timer that is due fires before a command that is sent, and those of others are left")
    func dueTimers() async throws {
        let id = try PersistenceID("Purchase", "purchase-00003")
        let stranger = try PersistenceID("Door", "south")
        let store = try SQLiteStore.open(file)
        let last = try #require(try await store.head(of: id)).sequenceNumber
        for (id, name) in [(id, "payment"), (stranger, "closing")] {
            try await store.arm(NewTimer(name, deadline: .epoch, generation: id == stranger ? 0 : last), of: id)
        }
        store.close()
        let run = try await playhead("send", "--write", "\(file)#\(id)", "add sku=tea")
        #expect(run.code == .refused)
        #expect(run.talk.contains("Purchase in cancelled takes no add; it takes nothing"))
        let again = try SQLiteStore.open(file)
        #expect(try await again.head(of: id)?.sequenceNumber == last + 1)
        #expect(try await again.timers(of: id).isEmpty)
        let left = try #require(try await again.timer("closing", of: stranger))
        #expect(left.attempts == 0 && left.claim == nil)
        again.close()
    }
}

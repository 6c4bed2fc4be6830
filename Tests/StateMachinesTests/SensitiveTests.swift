import EventSourcing
import Foundation
import StateMachines
import Testing

@Suite("Sensitive values")
struct SensitiveTests {
    private enum Login: MachineState {
        case open(id: Int, secret: Sensitive<String>, name: String)
        case hidden(Sensitive<Int>, Sensitive<String>)
        case plain([Int], [String: Bool], String?)
        case closed

        enum CaseName: String, CaseIterable { case open, hidden, plain, closed }

        var name: CaseName {
            switch self {
            case .open: .open
            case .hidden: .hidden
            case .plain: .plain
            case .closed: .closed
            }
        }
    }

    private func text(_ state: Login) -> String {
        MachineTrace(MachineHistory<Login, Push>(startingIn: state)).current.text
    }

    @Test("machines 166: a value is shown with its sensitive parts left out")
    func some() {
        let state = Login.open(id: 42, secret: Sensitive("my-secret"), name: "visible")
        #expect(text(state) == "open(id: 42, secret: {redacted}, name: \"visible\")")
        #expect(!"\(state)".contains("my-secret") && !String(reflecting: state).contains("my-secret"))
        var dumped = ""
        dump(state, to: &dumped)
        #expect(!dumped.contains("my-secret"))
    }

    @Test("machines 167: where all is sensitive nothing is shown, and where nothing is all of it is")
    func allAndNone() {
        #expect(text(.hidden(Sensitive(7), Sensitive("my-secret"))) == "hidden({redacted}, {redacted})")
        #expect(
            text(.plain([1, 2], ["b": true, "a": false], nil)) == "plain([1, 2], [\"a\": false, \"b\": true], nil)")
        #expect(text(.closed) == "closed")
    }

    @Test("what is stored is the plain value")
    func coding() throws {
        let bytes = try JSONEncoder().encode(Payment(5, card: "4242"))
        #expect(try JSONDecoder().decode(Payment.self, from: bytes) == Payment(5, card: "4242"))
        let object = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        #expect(object?["card"] as? String == "4242")
    }

    @Test("what is made to be shown has nothing of a sensitive value, and what is stored beside it has all of it")
    func shown() throws {
        let machine = try orders()
        let values = try machine.shownValues()
        let state = try machine.history(of: .pay(Payment(30, card: "4242"))).current
        let text = try values(state).compactText
        #expect(!text.contains("4242") && text.contains("{redacted}"))
        let bytes = try JSONEncoder().encode(Payment(5, card: "4242"))
        #expect(String(decoding: bytes, as: UTF8.self).contains("4242"))
    }
}

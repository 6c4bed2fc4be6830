import Testing

@testable import PlayheadWorkbench

@Suite("The name of whoever changes subscriptions")
struct OperatorNameTests {
    private func name(_ variables: [String: String]) -> String { OperatorName.name { variables[$0] } }

    @Test("is the user's, by the first variable that says it, and the program's where none does")
    func order() {
        #expect(name(["USER": "ada", "LOGNAME": "lovelace"]) == "ada")
        #expect(name(["USER": "", "LOGNAME": "lovelace"]) == "lovelace")
        #expect(name([:]) == "playhead")
        #expect(name(["USER": "  "]) == "playhead" || !name(["USER": "  "]).contains("  "))
    }

    @Test("is made harmless, and has an end")
    func hostile() {
        let name = name(["USER": "a\u{1B}]0;pwn\u{7}\u{202E}b" + String(repeating: "x", count: 10_000)])
        #expect(!name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
        #expect(name.hasPrefix("a") && name.count <= 64)
    }
}

import Terminal
import Testing

@testable import Workbench

@Suite("Keys, counts and their beginnings")
struct KeyReaderTests {
    private func read(_ notation: String, in context: Command.Context = .events) -> KeyReader.Outcome? {
        var reader = KeyReader()
        return Key.sequence(notation: notation).map { reader.read($0, in: context) }.last
    }

    @Test("a count stands before a command")
    func count() {
        #expect(read("12j") == .command(.forward, count: 12, letter: nil))
        #expect(read("0G") == .command(.last, count: 0, letter: nil))
        #expect(read("42G") == .command(.last, count: 42, letter: nil))
    }

    @Test("a command of two keys needs both")
    func two() {
        #expect(read("]") == .more)
        #expect(read("]s") == .command(.nextSnapshot, count: nil, letter: nil))
        #expect(read("gg") == .command(.first, count: nil, letter: nil))
    }

    @Test("a mark is a letter behind m, and nothing else")
    func letter() {
        #expect(read("mq") == .command(.mark, count: nil, letter: "q"))
        #expect(read("m1") == .unknown(Key.sequence(notation: "m1")))
    }

    @Test("Esc takes a count or a beginning back")
    func escape() {
        #expect(read("12 Esc") == .cancelled)
        #expect(read("] Esc") == .cancelled)
        #expect(read("Esc") == .command(.leave, count: nil, letter: nil))
    }

    @Test("what calls nothing is told, and forgotten")
    func unknown() {
        var reader = KeyReader()
        #expect(reader.read(.character("]"), in: .events) == .more)
        #expect(reader.read(.character("Q"), in: .events) == .unknown(Key.sequence(notation: "]Q")))
        #expect(reader.isEmpty)
    }

    @Test("digits are text where text is typed")
    func text() {
        #expect(read("1", in: .typing) == .unknown([.character("1")]))
    }

    @Test("a count is never too large")
    func huge() {
        #expect(
            read(String(repeating: "9", count: 200) + "j")
                == .command(.forward, count: KeyReader.largestCount, letter: nil))
    }
}

import Glibc
import Testing

@testable import Terminal

@Suite("Plain output is a door too")
struct PlainOutputTests {
    @Test("on a terminal, raw bytes pass only as harmless lines")
    func terminal() throws {
        let written = try throughPipe(isTerminal: true) { output in
            output.writeRaw("a\u{1B}[2J\nb\u{7}\n")
            output.writeLine("\("\u{202E}") done")
        }
        let text = String(decoding: written, as: UTF8.self)
        #expect(!text.utf8.contains(0x1B) && !text.utf8.contains(0x07))
        #expect(text.split(separator: "\n").count == 3)
    }

    @Test("into a pipe, bytes go as they are")
    func pipe() throws {
        let bytes: [UInt8] = [0x1B, 0x5B, 0x0A, 0xFF, 0x00]
        #expect(try throughPipe(isTerminal: false) { $0.writeRaw(bytes) } == bytes)
    }

    @Test("without UTF-8 only ASCII is written, and what is lost is named")
    func ascii() {
        #expect(ASCIIFallback.string(for: DisplayText("é→日\u{1B}\u{202E}…")) == "<E9>><65E5><1b><202E>.")
        // A drawing keeps its columns.
        #expect(ASCIIFallback.string(for: DisplayText("┌─┐├━╋◀╯╰┃◎")) == "+-++=+<++|o")
    }

    @Test("a reader that has gone ends the writing quietly")
    func closedReader() {
        var ends: [Int32] = [0, 0]
        #expect(Glibc.pipe(&ends) == 0)
        close(ends[0])
        let output = PlainOutput(descriptor: ends[1], isTerminal: false)
        output.writeLine("x")
        output.flush()
        #expect(output.isClosed)
        #expect(output.error == nil)
        output.writeLine("y")
        output.flush()
        close(ends[1])
    }

    @Test("a full disk is told")
    func fullDisk() {
        let descriptor = open("/dev/full", O_WRONLY)
        let output = PlainOutput(descriptor: descriptor, isTerminal: false)
        output.writeLine("x")
        output.flush()
        #expect(output.error?.description == "The output could not be written: No space left on device.")
        close(descriptor)
    }

    private func throughPipe(isTerminal: Bool, _ write: (PlainOutput) -> Void) throws -> [UInt8] {
        var ends: [Int32] = [0, 0]
        try #require(Glibc.pipe(&ends) == 0)
        let output = PlainOutput(descriptor: ends[1], isTerminal: isTerminal)
        write(output)
        output.flush()
        close(ends[1])
        defer { close(ends[0]) }
        return Descriptor.readAvailable(ends[0]).bytes
    }
}

import CTerminal
import Glibc
import Testing

@Suite("A frame reaches the terminal in one piece", .serialized)
struct WholeFrameTests {
    @Test("what is written in pieces arrives as one write, frame after frame, and what is between them at once")
    func onePiece() throws {
        let ends = try pair()
        defer { for end in ends { close(end) } }
        let output = terminal_frames_open(ends[1])
        try #require(output >= 0)
        defer { terminal_frames_close() }

        send("a", to: output)
        for frame in ["first", "2"] {
            #expect(terminal_frame_begin())
            for piece in frame { send(String(piece), to: output) }
            #expect(terminal_frame_end())
        }
        #expect(terminal_frame_begin())
        #expect(terminal_frame_end())
        send("b", to: output)
        #expect((0..<5).map { _ in receive(from: ends[0]) } == ["a", "first", "2", "b", nil])
    }

    @Test("a terminal that is gone loses its frame, and the next one does not carry it")
    func gone() throws {
        let ends = try pair()
        let output = terminal_frames_open(ends[1])
        defer { terminal_frames_close() }
        signal(SIGPIPE, SIG_IGN)
        close(ends[0])
        #expect(terminal_frame_begin())
        send("lost", to: output)
        #expect(!terminal_frame_end())
        #expect(terminal_frame_begin())
        #expect(terminal_frame_end())
        close(ends[1])
    }

    /// A connection that keeps each write apart.
    private func pair() throws -> [Int32] {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0)
        return ends
    }

    private func send(_ text: String, to descriptor: Int32) {
        _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    private func receive(from descriptor: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}

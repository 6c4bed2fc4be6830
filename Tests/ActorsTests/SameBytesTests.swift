import Glibc
import PseudoTerminal
import Testing

@Suite("same seed, same bytes")
struct SameBytesTests {
    /// All that the probe prints in a process of its own.
    private func output(seed: UInt64) throws -> [UInt8] {
        let pipe = try #require(popen("'\(BuiltProgram.path("step-probe"))' \(seed)", "r"))
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer.prefix(count) }
        #expect(pclose(pipe) == 0)
        return bytes
    }

    @Test(
        "two stepped systems on one store give the same bytes in two processes, identifiers included",
        arguments: [1, 42, 20_260_101])
    func twoProcesses(seed: UInt64) throws {
        let first = try output(seed: seed)
        #expect(first.count > 10_000, "seed \(seed) printed too little to compare")
        #expect(try output(seed: seed) == first)
    }

    @Test("another seed gives other bytes")
    func otherSeed() throws {
        #expect(try output(seed: 1) != output(seed: 2))
    }
}

import Glibc
public import Inspection
import Terminal
import Workbench

/// The whole program: the workbench, and the commands that print.
public enum Playhead {
    /// Reads the process's arguments, does what they say, and ends the process with its exit code.
    ///
    /// A program over domains of one's own is this call alone. Without a `sample`, the demo store is empty and `sample`
    /// makes no file.
    public static func run(domains: [Domain], sample: SampleSource? = nil) -> Never {
        FaultGuard.install()
        let words = CommandLine.arguments
        let name = words.first?.split(separator: "/").last.map(String.init) ?? "playhead"
        let program = Program(
            name: name, domains: domains, sample: sample, data: PlainOutput(descriptor: 1),
            talk: PlainOutput(descriptor: 2))
        exit(program.run(Array(words.dropFirst())).rawValue)
    }
}

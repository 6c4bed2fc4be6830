import Glibc
public import Inspection
import Terminal
import Workbench

/// The whole program: the workbench, and the commands that print.
public enum Playhead {
    /// Reads the process's arguments, does what they say, and ends the process with its exit code.
    ///
    /// A program of one's own is this call with the domains of one's own; without a `sample`, the demo store is empty.
    public static func run(domains: [Domain], sample: SampleSource? = nil) -> Never {
        var choice = StoreChoice(mode: .demo)
        if CommandLine.arguments.count > 1 { choice = StoreChoice(path: CommandLine.arguments[1], mode: .readOnly) }
        let talk = PlainOutput(descriptor: 2)
        do {
            try InteractiveSession.run(choice, options: ScreenOptions(), domains: domains, demo: sample)
        } catch {
            talk.writeLine("playhead: \(String(describing: error))")
            talk.flush()
            exit(error is TerminalError ? 2 : 3)
        }
        exit(0)
    }
}

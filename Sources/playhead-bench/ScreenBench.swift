import EventSourcing
import Glibc
import PseudoTerminal
import SQLiteStorage
import SampleDomain

/// The real program on a pseudo-terminal: its first screen, its keys, its memory and its idling.
struct ScreenBench {
    let options: BenchOptions

    init(_ options: BenchOptions) { self.options = options }

    func run() throws -> [Measurement] {
        guard let program = options.program else {
            print("screen: no program to measure; give it with --program FILE")
            return []
        }
        let folder = try TemporaryFolder()
        let (small, large) = (folder.file("small.db"), folder.file("large.db"))
        try SampleStore.make(small, events: 10_000)
        try SampleStore.make(large, events: 1_000_000)
        var (smallTimes, largeTimes): ([Double], [Double]) = ([], [])
        for _ in 0..<options.slices * 3 {
            smallTimes.append(try firstScreen(program, small).milliseconds)
            largeTimes.append(try firstScreen(program, large).milliseconds)
        }
        let (first, firstSmall) = (Slices.median(largeTimes), Slices.median(smallTimes))
        let run = try keys(program, large)
        return [
            Measurement(
                work: "first complete screen, 1,000,000 events", value: first, unit: "ms", must: .atMost(25)),
            Measurement(
                work: "the same beside 10,000 events", value: first, unit: "ms", limit: firstSmall,
                must: .atMost(max(firstSmall * 1.2, 0))),
            Measurement(work: "memory after it and 480 keys", value: run.mebibytes, unit: "MiB", must: .atMost(40)),
            Measurement(
                work: "key to complete frame, 95th percentile", value: Slices.percentile(95, of: run.times), unit: "ms",
                must: .atMost(8)),
            Measurement(work: "key to complete frame, median", value: Slices.median(run.times), unit: "ms"),
            Measurement(
                work: "bytes for a step that does not scroll", value: run.stepBytes, unit: "bytes"),
            Measurement(
                work: "bytes written while idle for a second", value: run.idleBytes, unit: "bytes", must: .atMost(0)),
            Measurement(work: "CPU while idle for a second", value: run.idleTicks, unit: "ticks", must: .atMost(0)),
        ]
    }

    /// The time until the screen stands as it then stays; a scan that goes on in the background draws nothing on it.
    private func firstScreen(_ program: String, _ path: String) throws -> (
        milliseconds: Double, terminal: PseudoTerminal
    ) {
        let start = ContinuousClock.now
        let terminal = try PseudoTerminal(program, [path], columns: 120, rows: 36)
        try terminal.waitUntilIdle()
        return ((terminal.lastPaint - start) / .milliseconds(1), terminal)
    }

    private struct Run {
        var times: [Double] = []
        var stepBytes = 0.0
        var mebibytes = 0.0
        var idleBytes = 0.0
        var idleTicks = 0.0
    }

    /// Types keys all over a stream, each when the one before is drawn to its end.
    private func keys(_ program: String, _ path: String) throws -> Run {
        var run = Run()
        let terminal = try firstScreen(program, path).terminal
        var random = SeededRandom(seed: 7)
        var steps: [Double] = []
        for turn in 0..<400 {
            for keys in Self.keys(turn, &random) {
                let start = ContinuousClock.now
                terminal.type(keys)
                let bytes = try terminal.waitUntilIdle()
                run.times.append((terminal.lastPaint - start) / .milliseconds(1))
                if keys == "k" { steps.append(Double(bytes.count)) }
            }
        }
        run.stepBytes = Slices.median(steps)
        run.mebibytes = ProcessUse.residentMebibytes(of: terminal.process)
        let before = ProcessUse.ticks(of: terminal.process)
        run.idleBytes = terminal.hasOutput(milliseconds: 1_000) ? 1 : 0
        run.idleTicks = ProcessUse.ticks(of: terminal.process) - before
        terminal.type("q")
        try terminal.waitForEnd()
        return run
    }

    /// Steps, screens and jumps in a stream; now and then another stream, by the list or by the log of the whole store.
    private static func keys(_ turn: Int, _ random: inout SeededRandom) -> [String] {
        switch turn {
        case _ where turn % 40 == 39: ["S", "k", "\u{15}", "k", "\r"]
        case _ where turn % 40 == 19: ["s", "j", "\u{04}", "j", "\r"]
        case _ where turn % 8 == 0: ["\(Int.random(in: 1...900, using: &random))G"]
        case _ where turn % 8 == 4: ["]w"]
        default: [["j", "k", "j", "k", "\u{04}", "\u{15}"][turn % 6]]
        }
    }
}

/// A sample store of any size.
enum SampleStore {
    static func make(_ path: String, events: Int) throws {
        var history = try SampleHistory(SampleHistory.Plan(events: events))
        try SQLiteStore.build(path) { builder in
            for writer in history.writers { try builder.register(writer) }
            var batch: [ImportedEvent] = []
            while let item = try history.next() {
                switch item {
                case .event(let event):
                    batch.append(event)
                    if batch.count == 4_096 {
                        try builder.add(batch)
                        batch.removeAll(keepingCapacity: true)
                    }
                case .snapshot(let snapshot): try builder.add(snapshot)
                }
            }
            try builder.add(batch)
        }
    }
}

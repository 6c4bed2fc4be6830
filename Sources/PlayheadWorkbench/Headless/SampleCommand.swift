import EventSourcing
import SQLiteStorage
import Terminal

/// `playhead sample`: makes a store file with a history to play with.
enum SampleCommand {
    static let description = Subcommand(
        name: "sample", summary: "Make a store file with a history of orders and accounts.",
        operands: [.init(name: "FILE")], options: [.events, .streams, .machines, .processes, .seed],
        notes: ["The same numbers give the same events. A file that is there is never touched."],
        example: "sample --events 1000000 big.db", run: run)

    /// The most events that a sample has; a file of them has over a hundred gigabytes.
    private static let mostEvents: Int64 = 1_000_000_000
    /// The most instances of machines that a sample has; each is made before the first event.
    private static let mostMachines: Int64 = 10_000
    /// The most processes that a sample has; their events are made in memory.
    private static let mostProcesses: Int64 = 10_000
    /// How many events are written at once.
    private static let batch = 1_000

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        let path = invocation.operands[0]
        if path.isEmpty { throw UsageError("sample: an empty name names no file.") }
        let events = try invocation.number(.events, atLeast: 1) ?? 1_000
        if events > mostEvents {
            throw UsageError("--events takes at most \(mostEvents), and \(events) were asked for.")
        }
        let streams = try invocation.number(.streams, atLeast: 1)
        let machines = try invocation.number(.machines) ?? 0
        if machines > mostMachines {
            throw UsageError("--machines takes at most \(mostMachines), and \(machines) were asked for.")
        }
        let processes = try invocation.number(.processes) ?? 0
        if processes > mostProcesses {
            throw UsageError("--processes takes at most \(mostProcesses), and \(processes) were asked for.")
        }
        let seed = try invocation.number(.seed) ?? 42
        guard let sample = program.sample else { throw UsageError("This program has no sample history.") }
        let request = SampleSource.Request(
            events: Int(events), streams: streams.map { Int($0) }, machines: Int(machines), processes: Int(processes),
            seed: UInt64(seed))
        let history = try sample.begin(request)
        var progress = RateReport(of: events, what: "events", on: program.talk)
        var count = 0
        let signals = HeldSignals()
        try SQLiteStore.build(path) { builder in
            for writer in history.writers { try builder.register(writer) }
            var waiting: [ImportedEvent] = []
            waiting.reserveCapacity(batch)
            func flush() throws {
                if signals.hasCome { throw StoreError(.cancelled, file: path) }
                try builder.add(waiting)
                count += waiting.count
                waiting.removeAll(keepingCapacity: true)
                progress.show(Int64(count))
            }
            while let item = try history.next() {
                switch item {
                case .event(let event):
                    waiting.append(event)
                    if waiting.count == batch { try flush() }
                case .snapshot(let snapshot):
                    // After the event that it was taken of.
                    try flush()
                    try builder.add(snapshot)
                }
            }
            try flush()
            count += try SampleProcesses(sample, request).add(to: builder, behind: count)
            program.talk.showProgress("\(count) events are written; making the index")
        }
        program.say("\(path, as: .name): \(progress.summary(Int64(count)))")
        return .fine
    }
}

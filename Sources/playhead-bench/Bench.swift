import Glibc

/// Measures Playhead beside the limit that the same work has without it, in one run.
@main
struct Bench {
    static func main() async throws {
        let options: BenchOptions
        do {
            options = try BenchOptions(CommandLine.arguments.dropFirst())
        } catch {
            print(error)
            exit(2)
        }
        if let path = options.memoryPath { return try ReadingMemory.report(path) }
        if let path = options.reactionPath { return try await ReactingProcesses.react(to: path) }
        var measurements: [Measurement] = []
        func add(_ more: [Measurement]) {
            for measurement in more { print(measurement.line) }
            measurements += more
        }
        print(Measurement.heading)
        for part in BenchOptions.Part.allCases where options.parts.contains(part) {
            try await add(measure(part, options))
        }
        print(MeasuringPlace.line(options))
        if let path = options.jsonPath { try Measurement.writeJSON(measurements, to: path) }
        let short = measurements.filter { $0.isReached == false }
        print("\(measurements.count) measured, \(short.count) short of what they must reach")
        let failures = options.checks ? short : short.filter(\.isCount)
        for failure in failures { print("✘ \(failure.work)") }
        if !failures.isEmpty { exit(1) }
    }

    private static func measure(_ part: BenchOptions.Part, _ options: BenchOptions) async throws -> [Measurement] {
        switch part {
        case .machine: try await Yardstick(options: options).run()
        case .appends: try await AppendBench(options).run()
        case .pressure: try await PressureBench(options: options).run()
        case .growth: try await GrowthBench(options: options).run()
        case .memory: try CommandMemory(options: options).run()
        case .claims: try await ClaimBench(options: options).run()
        case .recovery: try await RecoveryBench(options).run()
        case .messages: try await MessageBench(options: options).run()
        case .commands: try await CommandBench(options: options).run()
        case .machines: try await MachineBench(options: options).run()
        case .reactions: try await ReactionBench(options: options).run()
        case .projections: try await ProjectionBench(options: options).run()
        case .inMemory: try await MemoryAppendBench(options: options).run()
        case .allocations: try await AllocationBench(options: options).run()
        case .screen: try ScreenBench(options).run()
        }
    }
}

/// What to measure, and how long.
struct BenchOptions {
    enum Part: String, CaseIterable {
        case machine, appends, pressure, growth, memory, claims, recovery, messages, commands, machines, reactions,
            projections, allocations, screen
        case inMemory = "in-memory"

        /// What the word `engine` stands for.
        static let engine: Set<Part> = [
            .machine, .recovery, .messages, .commands, .machines, .reactions, .projections, .inMemory, .allocations,
        ]
        /// What the word `storage` stands for.
        static let storage: Set<Part> = [.appends, .pressure, .growth, .memory, .claims]

        /// The parts that a word stands for; none where it stands for nothing.
        static func named(_ word: String) -> Set<Part> {
            switch word {
            case "engine": engine
            case "storage": storage
            default: Part(rawValue: word).map { [$0] } ?? []
            }
        }
    }

    var parts: Set<Part> = []
    var isQuick = false
    var checks = false
    /// Whether work counts by the processor time it takes: for comparing two builds on a machine that others use too.
    var countsProcessorTime = false
    var jsonPath: String?
    /// A file of which nothing is wanted but the memory that reading it takes.
    var memoryPath: String?
    /// A file of which nothing is wanted but to react to its events.
    var reactionPath: String?
    /// The program that the screen is measured on.
    var program: String?

    init(_ arguments: some Sequence<String>) throws {
        var rest = Array(arguments)[...]
        while let word = rest.popFirst() {
            switch word {
            case "--quick": isQuick = true
            case "--check": checks = true
            case "--processor-time": countsProcessorTime = true
            case "--json": jsonPath = rest.popFirst()
            case ReadingMemory.option: memoryPath = rest.popFirst()
            case ReactingProcesses.option: reactionPath = rest.popFirst()
            case "--program": program = rest.popFirst()
            default:
                let named = Part.named(word)
                if named.isEmpty { throw WrongUse(word: word) }
                parts.formUnion(named)
            }
        }
        if parts.isEmpty { parts = Set(Part.allCases) }
    }

    /// How many slices each side gets; the median of them counts.
    var slices: Int { isQuick ? 3 : 9 }
}

struct WrongUse: Error, CustomStringConvertible {
    let word: String
    var description: String {
        let parts = BenchOptions.Part.allCases.map(\.rawValue).joined(separator: "|")
        return "\(word) is nothing that can be measured or set: playhead-bench [engine|storage|\(parts)] [--quick] "
            + "[--check] [--processor-time] [--json FILE] [--program FILE]"
    }
}

/// Where it was measured.
enum MeasuringPlace {
    static func line(_ options: BenchOptions) -> String {
        "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores, medians of \(options.slices)\(options.countsProcessorTime ? ", by processor time" : "")"
    }
}

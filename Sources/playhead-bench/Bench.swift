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
        var measurements: [Measurement] = []
        func add(_ more: [Measurement]) {
            for measurement in more { print(measurement.line) }
            measurements += more
        }
        print(Measurement.heading)
        if options.groups.contains(.storage) { add(try await StorageBench(options).run()) }
        if options.groups.contains(.engine) {
            add(try await EngineBench(options).run())
            add(try await MessageBench(options: options).run())
        }
        if options.groups.contains(.screen) { add(try ScreenBench(options).run()) }
        print(Machine.line(options))
        if let path = options.jsonPath { try Measurement.writeJSON(measurements, to: path) }
        let short = measurements.filter { $0.isReached == false }
        print("\(measurements.count) measured, \(short.count) short of what they must reach")
        if options.checks, !short.isEmpty { exit(1) }
    }
}

/// What to measure, and how long.
struct BenchOptions {
    enum Group: String, CaseIterable {
        case storage, engine, screen
    }

    var groups: Set<Group> = []
    var isQuick = false
    var checks = false
    var jsonPath: String?
    /// The program that the screen is measured on.
    var program: String?

    init(_ arguments: some Sequence<String>) throws {
        var rest = Array(arguments)[...]
        while let word = rest.popFirst() {
            switch word {
            case "--quick": isQuick = true
            case "--check": checks = true
            case "--json": jsonPath = rest.popFirst()
            case "--program": program = rest.popFirst()
            default:
                guard let group = Group(rawValue: word) else { throw WrongUse(word: word) }
                groups.insert(group)
            }
        }
        if groups.isEmpty { groups = Set(Group.allCases) }
    }

    /// How many slices each side gets; the median of them counts.
    var slices: Int { isQuick ? 3 : 9 }
}

struct WrongUse: Error, CustomStringConvertible {
    let word: String
    var description: String {
        "\(word) is nothing that can be measured or set: playhead-bench [storage|engine|screen] [--quick] [--check] "
            + "[--json FILE] [--program FILE]"
    }
}

/// Where it was measured.
enum Machine {
    static func line(_ options: BenchOptions) -> String {
        "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores, medians of \(options.slices)"
    }
}

import EventSourcing
import Glibc
import SampleDomain

/// The memory that commands of the program take which go through a whole file: it must not grow with the file.
struct CommandMemory {
    let options: BenchOptions

    private struct Command {
        let name: String
        /// Mebibytes, whatever the file's size.
        let most: Double
        let arguments: @Sendable (TemporaryFolder) -> [String]
    }

    private static let commands = [
        Command(name: "verify", most: 16) { ["verify", $0.file("store.db")] },
        Command(name: "export", most: 16) { ["export", $0.file("store.db"), "--to", $0.file("lines")] },
        // Of which a page cache takes 64, so that each stream's next key is found without the disk.
        Command(name: "import", most: 80) { ["import", $0.file("lines"), $0.file("again.db")] },
        Command(name: "backup", most: 16) { ["backup", $0.file("store.db"), $0.file("copy.db")] },
    ]

    func run() throws -> [Measurement] {
        guard let program = options.program else {
            print("memory: no program to measure; give it with --program FILE")
            return []
        }
        let sizes = [100_000, 1_000_000]
        var found: [String: [Double]] = [:]
        for size in sizes {
            let folder = try TemporaryFolder()
            try SampleStore.make(folder.file("store.db"), events: size)
            for command in Self.commands {
                let own = try ProcessUse.mostOwnMebibytes(of: program, command.arguments(folder))
                found[command.name, default: []].append(own)
            }
        }
        return Self.commands.flatMap { command -> [Measurement] in
            guard let values = found[command.name], let first = values.first, let last = values.last else { return [] }
            return [
                Measurement(
                    work: "memory of `playhead \(command.name)`, 1,000,000 events, beside 100,000", value: last,
                    unit: "MiB", limit: first, must: .atMost(command.most))
            ]
        }
    }
}

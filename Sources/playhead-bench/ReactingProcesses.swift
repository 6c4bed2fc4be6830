import EventSourcing
import Glibc
import Reactions
import SQLiteStorage

/// Reactions in several processes on one file, each this program once more.
enum ReactingProcesses {
    static let option = "--react-to"

    private static let events = 100_000

    /// Events per second, from when the first of them begins until the last one has nothing more to do.
    static func run(_ folder: TemporaryFolder) async throws -> [Measurement] {
        var rows: [Measurement] = []
        for count in [1, 2, 4] {
            let path = folder.file("processes-\(count).db")
            let store = try SQLiteStore.create(path, options: SQLiteStoreOptions(durability: .normal))
            try await ReactionBench.fill(store, events)
            store.close()
            let ends = try workers(count, on: path).map(end)
            guard ends.reduce(0, { $0 + $1.handled }) == events, let start = ends.map(\.start).min(),
                let end = ends.map(\.end).max()
            else { throw BenchError(reason: "of \(events) events, \(ends.map(\.handled)) were handled") }
            rows.append(
                Measurement(
                    work: "100,000 events correlated and drained by \(count) process\(count == 1 ? "" : "es"), NORMAL",
                    value: Double(events) / (Double(end - start) / 1e9), unit: "events/s"))
        }
        return rows
    }

    private static func workers(_ count: Int, on path: String) throws -> [UnsafeMutablePointer<FILE>] {
        try (0..<count).map { _ in
            guard let pipe = popen("'\(try ReadingMemory.program())' \(option) '\(path)'", "r") else {
                throw BenchError(reason: "this program can't be started")
            }
            return pipe
        }
    }

    /// What a worker says when it has ended.
    private static func end(_ pipe: UnsafeMutablePointer<FILE>) throws -> (handled: Int, start: Int, end: Int) {
        var answer = [CChar](repeating: 0, count: 128)
        let isThere = fgets(&answer, Int32(answer.count), pipe) != nil
        pclose(pipe)
        let text = String(decoding: answer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let numbers = text.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
        guard isThere, numbers.count == 3 else { throw BenchError(reason: "a worker says '\(text)'") }
        return (numbers[0], numbers[1], numbers[2])
    }

    /// Reacts to all events of a file, beside others, and says how many it handled, from when until when.
    static func react(to path: String) async throws {
        let store = try SQLiteStore.open(path, options: SQLiteStoreOptions(durability: .normal))
        let app = try ReactionBench.application("processes", on: store)
        let start = nanoseconds
        var handled = 0
        repeat { handled += try await app.settle().handled } while try await !isDone(store)
        print(handled, start, nanoseconds)
        await app.shutdown()
        store.close()
    }

    private static func isDone(_ store: SQLiteStore) async throws -> Bool {
        guard try await store.checkpoint(of: "processes") == Int64(events) else {
            try await Task.sleep(for: .milliseconds(2))
            return false
        }
        let open = try await store.list(.all, of: "processes", after: nil, limit: 1_000)
        if open.allSatisfy({ $0.watermark >= $0.workMark }) { return true }
        try await Task.sleep(for: .microseconds(200))
        return false
    }

    /// Of a clock that all processes share.
    private static var nanoseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}

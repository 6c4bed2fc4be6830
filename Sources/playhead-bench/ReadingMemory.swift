import EventSourcing
import Glibc
import SQLiteStorage

/// The memory that reading a whole file takes, in a process of its own: one that has made the file has memory to spare.
enum ReadingMemory {
    static let option = "--memory-of"

    /// Runs this program once more, on the file alone, and answers what it says: mebibytes.
    static func measure(_ path: String) throws -> Double {
        guard let pipe = popen("'\(try program())' \(option) '\(path)'", "r") else {
            throw BenchError(reason: "this program can't be started")
        }
        return try answer(of: pipe, on: path)
    }

    /// This program's own file.
    static func program() throws -> String {
        var name = [CChar](repeating: 0, count: 4_096)
        let length = readlink("/proc/self/exe", &name, name.count - 1)
        guard length > 0 else { throw BenchError(reason: "this program can't be found") }
        return String(decoding: name[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func answer(of pipe: UnsafeMutablePointer<FILE>, on path: String) throws -> Double {
        var answer = [CChar](repeating: 0, count: 64)
        let isThere = fgets(&answer, Int32(answer.count), pipe) != nil
        pclose(pipe)
        let line = answer.prefix { $0 > 32 }.map(UInt8.init(bitPattern:))
        guard isThere, let mebibytes = Double(String(decoding: line, as: UTF8.self)) else {
            throw BenchError(reason: "this program says nothing of \(path)")
        }
        return mebibytes
    }

    /// Reads all of a file, in the order of the log and stream by stream, and says what that took at most.
    static func report(_ path: String) throws {
        let before = ProcessUse.ownMebibytes
        let reader = try SQLiteReader(path, trust: .own)
        var (rows, most) = (0, before)
        func note(_: borrowing StoredEvent) -> Visit {
            rows += 1
            if rows.isMultiple(of: 20_000) { most = max(most, ProcessUse.ownMebibytes) }
            return .next
        }
        try reader.readAll(from: 1, through: .max, reversed: false, fields: .all, visit: note)
        for head in try reader.streams(StreamQuery(order: .name, limit: 1_000)) {
            let last = head.sequenceNumber
            try reader.read(
                head.persistenceID, from: max(1, last - 1_000), through: last, reversed: false, fields: .all,
                visit: note)
        }
        print(max(most, ProcessUse.ownMebibytes) - before)
    }
}

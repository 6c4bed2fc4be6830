import CSQLite
import EventSourcing
import Foundation
import Glibc
import SQLiteStorage
import Synchronization
import TestSupport
import Testing

@Suite("A disk that is full")
struct DiskFullTests {
    @Test("engine 160: an append is refused and nothing is lost, and writing goes on once there is room")
    func full() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file()
        // In a process of its own, because the system calls that it takes over are those of the whole process.
        await #expect(processExitsWith: .success) { [path = path as String] in
            try await DiskFullTests.fillUp(path)
        }
        _ = try Self.expectWhole(path)
    }

    /// What makes a disk for one process alone: the right to mount, or a name space in which everybody has it.
    private static let wrappers = [["unshare", "-m"], ["unshare", "-rm"]]

    @Test("a disk of two megabytes that is full is the same, in earnest, or with system calls in its place")
    func smallDisk() async throws {
        let folder = try TemporaryFolder()
        let (disk, other) = (folder.file("disk"), folder.file("other.db"))
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        try SQLiteStore.create(other).close()
        for wrapper in Self.wrappers {
            guard let process = try? ProbeProcess(on: other, by: wrapper),
                (try? process.ask("disk \(disk)")) == "mounted"
            else { continue }
            let answer = try process.ask("fill up \(disk)")
            let words = answer.split(separator: " ").map(String.init)
            try #require(words.count == 3 && words[0] == "filled", "\(answer)")
            let (written, found) = (try #require(Int(words[1])), try #require(Int(words[2])))
            #expect(found == written && written > 10)
            return print(
                "figures: a disk of 2 MB, made by \(wrapper.joined(separator: " ")): acknowledged \(written), found again"
                    + " \(found), lost \(written - found)")
        }
        // It says so itself where SQLite's system calls can't be replaced; then nothing of this was tested.
        let path = folder.file()
        await #expect(
            processExitsWith: .success,
            "no disk of 2 MB can be mounted here, not by 'unshare -rm' either, and its twin did not work"
        ) { [path = path as String] in
            try await DiskFullTests.fillUp(path)
        }
        let found = try Self.expectWhole(path)
        print(
            "figures: a disk of 2 MB: none may be mounted here, and system calls that fail took its place; found \(found)"
        )
    }

    /// Fails where the file is not whole, and answers how many events it has.
    private static func expectWhole(_ path: String) throws -> Int64 {
        let reader = try SQLiteReader(path)
        let head = try #require(try reader.head(of: .named("Order|1")))
        #expect(head.sequenceNumber > 10)
        let found = try reader.numbers("Order|1")
        #expect(found.keys.sorted() == Array(1...head.sequenceNumber))
        #expect(found.values.allSatisfy { $0 })
        try reader.checkPages { finding in
            Issue.record("\(finding)")
            return .next
        }
        try reader.checkStreams { finding in
            Issue.record("\(finding)")
            return .next
        }
        return head.sequenceNumber
    }

    private static func fillUp(_ path: String) async throws {
        let store = try SQLiteStore.create(path)
        SmallDisk.takeOver()
        let text = String(repeating: "x", count: 10_000)
        var written: Int64 = 0
        func append() async throws {
            try await store.append(text, to: "Order|1", expecting: .number(written))
            written += 1
        }
        try await append()
        SmallDisk.room.store(3_000_000, ordering: .relaxed)
        var failure: StoreError?
        while failure == nil, written < 1_000 {
            do {
                try await append()
            } catch {
                failure = try #require(error as? StoreError)
            }
        }
        #expect(failure?.reason == .full)
        #expect(failure?.file == path)
        #expect(written > 10)
        // It stays full, and what is there can be read.
        await #expect(throws: StoreError.self) { try await append() }
        #expect(try await store.head(of: .named("Order|1"))?.sequenceNumber == written)
        SmallDisk.room.store(.max, ordering: .relaxed)
        try await append()
        #expect(try await store.head(of: .named("Order|1"))?.sequenceNumber == written)
        store.close()
    }
}

/// A disk that takes only so many bytes more: SQLite's own door for tests, below which the system writes.
private enum SmallDisk {
    /// How many bytes files may still grow. A C function has no other way to know it than a place of its own.
    static let room = Atomic(Int.max)

    /// Has every write of SQLite in this process ask for room first.
    static func takeOver() {
        let write: @convention(c) (Int32, UnsafeRawPointer?, Int) -> Int = { file, bytes, count in
            SmallDisk.hasRoom(for: count, at: Int(lseek(file, 0, SEEK_CUR)), in: file)
                ? Glibc.write(file, bytes, count) : -1
        }
        let writeAt: @convention(c) (Int32, UnsafeRawPointer?, Int, Int) -> Int = { file, bytes, count, offset in
            SmallDisk.hasRoom(for: count, at: offset, in: file) ? pwrite(file, bytes, count, offset) : -1
        }
        guard let system = sqlite3_vfs_find(nil), let replace = system.pointee.xSetSystemCall else {
            Issue.record("this SQLite has no system calls that can be replaced")
            return
        }
        // Sound: SQLite calls each of them with the arguments of the system call whose name it stands under.
        let calls = [
            ("write", unsafeBitCast(write, to: sqlite3_syscall_ptr.self)),
            ("pwrite", unsafeBitCast(writeAt, to: sqlite3_syscall_ptr.self)),
            ("pwrite64", unsafeBitCast(writeAt, to: sqlite3_syscall_ptr.self)),
        ]
        for (name, call) in calls { #expect(replace(system, name, call) == SQLITE_OK) }
    }

    /// Takes room for a write; where there is none, the system's answer of a full disk.
    private static func hasRoom(for count: Int, at offset: Int, in file: Int32) -> Bool {
        var status = stat()
        let size = fstat(file, &status) == 0 ? Int(status.st_size) : 0
        let growth = max(0, offset + count - size)
        if growth == 0 || room.load(ordering: .relaxed) == .max { return true }
        guard room.subtract(growth, ordering: .relaxed).newValue >= 0 else {
            room.add(growth, ordering: .relaxed)
            errno = ENOSPC
            return false
        }
        return true
    }
}

import CSQLite
import Foundation
import Glibc
import TestSupport

@testable import Actors

/// What SQLite calls an operation that failed; its header has macros here, which Swift can't see.
private enum Failure {
    static let read = SQLITE_IOERR | 1 << 8
    static let write = SQLITE_IOERR | 3 << 8
    static let sync = SQLITE_IOERR | 4 << 8
    static let truncate = SQLITE_IOERR | 6 << 8
    static let delete = SQLITE_IOERR | 10 << 8
}

/// Files that fail where a test says so, and that forget what was not synced when the power is cut.
///
/// It lies between SQLite and the system's files, under a name of its own: only a store that is opened with that name goes
/// through it. What is synced and what is not is kept in memory beside the files themselves.
// Safe to send: what changes is behind the lock.
final class FaultyFiles: @unchecked Sendable {
    /// What is counted, and can fail.
    enum Operation: String, CaseIterable {
        case open, read, write, sync, truncate, delete
    }

    /// What an operation does in place of its work.
    enum Fault: String, CaseIterable {
        /// It does nothing, and says so.
        case failure
        /// The disk is full.
        case full
        /// Half of it is done, and it says that it failed.
        case half
        /// The power is cut before it; nothing works from then on.
        case powerCut
    }

    private struct State {
        var counts: [Operation: Int] = [:]
        var fault: (operation: Operation?, number: Int, fault: Fault, isLasting: Bool)?
        /// How many operations have failed since the fault was set.
        var failures = 0
        var isOff = false
        var files: [String: TrackedFile] = [:]
        var willSync: (@Sendable (String) -> Void)?
    }

    private let state = Locked(Box(State()))
    let name: String
    private let system: UnsafeMutablePointer<sqlite3_vfs>

    init() {
        name = "faulty-\(UInt64.random(in: 0 ... .max))"
        system = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        let base = sqlite3_vfs_find(nil)!
        system.initialize(to: base.pointee)
        system.pointee.szOsFile += Int32(FaultyFile.size)
        system.pointee.zName = UnsafePointer(strdup(name))
        system.pointee.pAppData = Unmanaged.passUnretained(self).toOpaque()
        system.pointee.iVersion = 2
        system.pointee.xOpen = { vfs, name, file, flags, out in
            FaultyFiles.of(vfs).open(name, file, flags, out)
        }
        system.pointee.xDelete = { vfs, name, isSynced in FaultyFiles.of(vfs).delete(name, isSynced) }
        sqlite3_vfs_register(system, 0)
    }

    deinit {
        sqlite3_vfs_unregister(system)
        free(UnsafeMutableRawPointer(mutating: system.pointee.zName))
        system.deallocate()
    }

    private static func of(_ vfs: UnsafeMutablePointer<sqlite3_vfs>?) -> FaultyFiles {
        Unmanaged<FaultyFiles>.fromOpaque(vfs!.pointee.pAppData).takeUnretainedValue()
    }

    // MARK: - What a test says

    /// Sets a fault at the operation of a kind, or of any, that comes as this one from now on, from 1.
    ///
    /// - Parameter isLasting: whether all that come after it fail too.
    func fail(_ operation: Operation?, number: Int, with fault: Fault, isLasting: Bool = false) {
        state.withLock { state in
            state.value.counts = [:]
            state.value.failures = 0
            state.value.fault = (operation, number, fault, isLasting)
        }
    }

    /// Lets everything work again, and answers how many operations have failed.
    @discardableResult
    func heal() -> Int {
        state.withLock { state in
            state.value.fault = nil
            state.value.isOff = false
            return state.value.failures
        }
    }

    /// Calls a closure with the path of each file before it is synced, on the thread that does it.
    func beforeSyncs(_ willSync: @escaping @Sendable (String) -> Void) {
        state.withLock { $0.value.willSync = willSync }
    }

    /// Writes what is on the disk if the power is cut now into a folder: all that was synced, and of the rest what chance
    /// has let through, in any order, cut at any sector.
    func disk(into folder: TemporaryFolder, random: inout SeededRandom) throws {
        let files = state.withLock { state in
            state.value.files.mapValues { (durable: $0.durable, pending: $0.pending) }
        }
        for path in files.keys.sorted() {
            guard let file = files[path] else { continue }
            var bytes = file.durable
            // Nothing of it, all of it, or each with even odds.
            let odds = Int.random(in: 0...4, using: &random)
            for change in file.pending where odds > 1 || (odds == 1 && Bool.random(using: &random)) {
                // Where odds are 2 to 4 most comes through, and at times a write is torn.
                let isTorn = odds != 4 && Int.random(in: 0...7, using: &random) == 0
                change.apply(to: &bytes, isTorn: isTorn)
            }
            try Data(bytes).write(to: URL(filePath: folder.file((path as NSString).lastPathComponent)))
        }
    }

    // MARK: - Faults

    /// Counts an operation, and answers the fault that strikes it.
    fileprivate func strike(_ operation: Operation) -> Fault? {
        state.withLock { state in
            if state.value.isOff { return .failure }
            guard let (wanted, number, fault, isLasting) = state.value.fault, wanted == nil || wanted == operation
            else {
                return nil
            }
            let count = state.value.counts[operation, default: 0] + 1
            state.value.counts[operation] = count
            let total = wanted == nil ? state.value.counts.values.reduce(0, +) : count
            guard isLasting ? total >= number : total == number else { return nil }
            state.value.failures += 1
            if fault == .powerCut { state.value.isOff = true }
            return fault
        }
    }

    fileprivate func change(_ path: String, _ change: TrackedFile.Change) {
        state.withLock { $0.value.files[path]?.pending.append(change) }
    }

    fileprivate func synced(_ path: String) {
        state.withLock { $0.value.willSync }?(path)
        state.withLock { $0.value.files[path]?.sync() }
    }

    private func open(
        _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
        _ out: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let file else { return SQLITE_INTERNAL }
        file.pointee.pMethods = nil
        if strike(.open) != nil { return SQLITE_CANTOPEN }
        let base = sqlite3_vfs_find(nil)!
        let real = FaultyFile.real(file)
        let code = base.pointee.xOpen(base, name, real, flags, out)
        guard code == SQLITE_OK else { return code }
        let path = name.map { String(cString: $0) }
        if let path {
            state.withLock { state in
                if state.value.files[path] == nil {
                    state.value.files[path] = TrackedFile(
                        durable: Array(FileManager.default.contents(atPath: path) ?? Data()))
                }
            }
        }
        FaultyFile.begin(file, in: self, at: path)
        return SQLITE_OK
    }

    private func delete(_ name: UnsafePointer<CChar>?, _ isSynced: Int32) -> Int32 {
        if strike(.delete) != nil { return Failure.delete }
        let base = sqlite3_vfs_find(nil)!
        let code = base.pointee.xDelete(base, name, isSynced)
        if code == SQLITE_OK, let name { state.withLock { $0.value.files[String(cString: name)] = nil } }
        return code
    }
}

/// What is on the disk of a file, and what is not there yet.
struct TrackedFile {
    enum Change {
        case write([UInt8], at: Int)
        case truncate(Int)

        /// - Parameter isTorn: whether it ends at a sector in its middle.
        func apply(to bytes: inout [UInt8], isTorn: Bool) {
            switch self {
            case .write(let new, let offset):
                let count = isTorn ? new.count / 2 / 512 * 512 : new.count
                if bytes.count < offset + count {
                    bytes += [UInt8](repeating: 0, count: offset + count - bytes.count)
                }
                // Copied as a whole: byte by byte it takes most of the time of these tests.
                new.withUnsafeBytes { source in
                    bytes.withUnsafeMutableBytes { target in
                        guard count > 0, let from = source.baseAddress, let to = target.baseAddress else { return }
                        (to + offset).copyMemory(from: from, byteCount: count)
                    }
                }
            case .truncate(let size):
                if size < bytes.count { bytes.removeLast(bytes.count - size) }
            }
        }
    }

    var durable: [UInt8]
    var pending: [Change] = []

    mutating func sync() {
        for change in pending { change.apply(to: &durable, isTorn: false) }
        pending = []
    }
}

/// Holds a value of a type that has no need to be safe to send: it is only reached under a lock.
private final class Box<Value>: @unchecked Sendable {
    var value: Value
    init(_ value: Value) { self.value = value }
}

/// SQLite's file: ours, and the system's behind it.
private struct FaultyFile {
    var base: sqlite3_file
    var files: Unmanaged<FaultyFiles>
    var path: Unmanaged<NSString>?

    static let size = (MemoryLayout<FaultyFile>.stride + 15) / 16 * 16

    static func real(_ file: UnsafeMutablePointer<sqlite3_file>) -> UnsafeMutablePointer<sqlite3_file> {
        (UnsafeMutableRawPointer(file) + size).assumingMemoryBound(to: sqlite3_file.self)
    }

    static func own(_ file: UnsafeMutablePointer<sqlite3_file>) -> UnsafeMutablePointer<FaultyFile> {
        UnsafeMutableRawPointer(file).assumingMemoryBound(to: FaultyFile.self)
    }

    static func begin(_ file: UnsafeMutablePointer<sqlite3_file>, in files: FaultyFiles, at path: String?) {
        own(file).initialize(
            to: FaultyFile(
                base: sqlite3_file(pMethods: methods.pointer), files: .passUnretained(files),
                path: path.map { .passRetained($0 as NSString) }))
    }

    static func strike(_ file: UnsafeMutablePointer<sqlite3_file>, _ operation: FaultyFiles.Operation)
        -> FaultyFiles.Fault?
    { own(file).pointee.files.takeUnretainedValue().strike(operation) }

    static func changed(_ file: UnsafeMutablePointer<sqlite3_file>, _ change: TrackedFile.Change) {
        guard let path = own(file).pointee.path else { return }
        own(file).pointee.files.takeUnretainedValue().change(path.takeUnretainedValue() as String, change)
    }

    static func synced(_ file: UnsafeMutablePointer<sqlite3_file>) {
        guard let path = own(file).pointee.path else { return }
        own(file).pointee.files.takeUnretainedValue().synced(path.takeUnretainedValue() as String)
    }

    /// Version 2: with shared memory, and without mapped pages, which would be written past us.
    private struct Methods: @unchecked Sendable {
        let pointer: UnsafeMutablePointer<sqlite3_io_methods>
    }

    private static let methods: Methods = {
        var methods = sqlite3_io_methods()
        methods.iVersion = 2
        methods.xClose = { file in
            let real = FaultyFile.real(file!)
            let code = real.pointee.pMethods.pointee.xClose(real)
            own(file!).pointee.path?.release()
            own(file!).pointee.path = nil
            return code
        }
        methods.xRead = { file, bytes, count, offset in
            switch strike(file!, .read) {
            case nil:
                let real = FaultyFile.real(file!)
                return real.pointee.pMethods.pointee.xRead(real, bytes, count, offset)
            default: return Failure.read
            }
        }
        methods.xWrite = { file, bytes, count, offset in
            let fault = strike(file!, .write)
            var count = count
            switch fault {
            case .failure, .powerCut: return Failure.write
            case .full: return SQLITE_FULL
            case .half: count /= 2
            case nil: break
            }
            let real = FaultyFile.real(file!)
            let code = real.pointee.pMethods.pointee.xWrite(real, bytes, count, offset)
            if code == SQLITE_OK, count > 0 {
                changed(file!, .write(Array(UnsafeRawBufferPointer(start: bytes, count: Int(count))), at: Int(offset)))
            }
            return fault == nil ? code : Failure.write
        }
        methods.xTruncate = { file, size in
            if strike(file!, .truncate) != nil { return Failure.truncate }
            let real = FaultyFile.real(file!)
            let code = real.pointee.pMethods.pointee.xTruncate(real, size)
            if code == SQLITE_OK { changed(file!, .truncate(Int(size))) }
            return code
        }
        methods.xSync = { file, flags in
            if strike(file!, .sync) != nil { return Failure.sync }
            // The real disk is not waited for: what is on it is known.
            synced(file!)
            return SQLITE_OK
        }
        methods.xFileSize = { file, size in
            let real = FaultyFile.real(file!)
            return real.pointee.pMethods.pointee.xFileSize(real, size)
        }
        methods.xLock = { file, level in
            let real = FaultyFile.real(file!)
            return real.pointee.pMethods.pointee.xLock(real, level)
        }
        methods.xUnlock = { file, level in
            let real = FaultyFile.real(file!)
            return real.pointee.pMethods.pointee.xUnlock(real, level)
        }
        methods.xCheckReservedLock = { file, out in
            let real = FaultyFile.real(file!)
            return real.pointee.pMethods.pointee.xCheckReservedLock(real, out)
        }
        methods.xFileControl = { file, operation, argument in
            let real = FaultyFile.real(file!)
            return real.pointee.pMethods.pointee.xFileControl(real, operation, argument)
        }
        methods.xSectorSize = { _ in 512 }
        // Nothing is promised: a write may be torn, and come through in any order.
        methods.xDeviceCharacteristics = { _ in 0 }
        methods.xShmMap = { file, page, size, isExtended, out in
            let real = FaultyFile.real(file!)
            return real.pointee.pMethods.pointee.xShmMap(real, page, size, isExtended, out)
        }
        methods.xShmLock = { file, offset, count, flags in
            let real = FaultyFile.real(file!)
            return real.pointee.pMethods.pointee.xShmLock(real, offset, count, flags)
        }
        methods.xShmBarrier = { file in
            let real = FaultyFile.real(file!)
            real.pointee.pMethods.pointee.xShmBarrier(real)
        }
        methods.xShmUnmap = { file, isDeleted in
            let real = FaultyFile.real(file!)
            return real.pointee.pMethods.pointee.xShmUnmap(real, isDeleted)
        }
        let pointer = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        pointer.initialize(to: methods)
        return Methods(pointer: pointer)
    }()
}

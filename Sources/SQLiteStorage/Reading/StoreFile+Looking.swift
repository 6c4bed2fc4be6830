package import EventSourcing
internal import Glibc

extension StoreFile {
    /// Whether a log with something in it, or somebody who may be writing one, is beside the file.
    var hasLog: Bool { (log?.size ?? 0) > 0 || log != nil && shared != nil }

    /// Whether a rollback journal with something in it is beside the file.
    var hasJournal: Bool { (journal?.size ?? 0) > 0 }

    /// How much shorter the file is than its header says, as a sentence; nil for a whole one.
    ///
    /// The header has the page's size at byte 16 and the count of pages at byte 28. Only for a file that this process has
    /// not locked: reading it by hand drops its locks.
    var shortfall: String? {
        let header = Self.beginning(of: path, upTo: 32)
        guard header.count == 32 else { return nil }
        let pageSize = Int64(header[16]) << 8 | Int64(header[17])
        let whole = Int64(LogHeader.word(header, at: 28)) * (pageSize == 1 ? 65_536 : pageSize)
        return whole > file.size ? "it was cut: it has \(file.size) of the \(whole) bytes that its header tells" : nil
    }

    private static func beginning(of path: String, upTo count: Int) -> [UInt8] {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, count, 0) }
        return Array(bytes.prefix(max(0, got)))
    }

    /// How the file can be looked at without changing a byte of its folder.
    ///
    /// Throws `StoreError.busy` where another process keeps readers out or is in the middle of a change,
    /// `StoreError.needsRecovery` where it can't: a plain opening would roll a journal back, or make a `-shm`; and
    /// `StoreError.unreadableLog`.
    func modeForLooking() throws -> Connection.Mode {
        // The system takes milliseconds to list its locks, and who changes a file mostly has something beside it.
        let holder = hasJournal || log != nil ? holder() : .nobody
        if holder == .exclusive { throw StoreError(.busy, file: path, detail: "it is locked exclusively") }
        if hasJournal {
            if holder == .changing { throw StoreError(.busy, file: path, detail: "a change is being written") }
            throw StoreError(
                .needsRecovery, file: path,
                detail: "'\(Self.name(of: place))-journal' belongs to a change that was not finished; look at a copy")
        }
        try requireKnownLog()
        // SQLite itself takes a log without its header for an empty one, and beside it asks for a lock it can't have.
        guard hasLog, !isLogPassedOver else { return .lookingAlone }
        guard shared != nil else {
            throw StoreError(
                .needsRecovery, file: path,
                detail: "'\(Self.name(of: place))-wal' holds changes, and its '-shm' is missing; look at a copy")
        }
        guard shared?.kind == .file else {
            throw StoreError(.inputOutput, file: path, detail: Self.obstacle(path) ?? "its '-shm' is no file")
        }
        return .lookingBesideWriter
    }
}

extension SQLiteReader {
    /// Copies a store with its log or journal into a new folder of the temporary folder, where it can be recovered and
    /// looked at, and answers the copy's path.
    ///
    /// - Parameters:
    ///   - path: the store file.
    ///   - folder: where the new folder is made; the system's temporary folder by default.
    ///   - progress: is told how many bytes of how many are copied, and stops the copying by answering `.stop`.
    ///
    /// Throws `StoreError`: what can't be read or written, `full`, and `cancelled` after a stop; nothing of the copy stays
    /// then. Whoever asked for the copy removes it with `removeCopy`.
    package static func copyForLooking(
        _ path: String, into folder: String = temporaryFolder, progress: (Int64, Int64) -> Visit = { _, _ in .next }
    ) throws -> String {
        let file = try StoreFile(path)
        var pattern = Array("\(folder)/playhead-copy-XXXXXX".utf8CString)
        let made = pattern.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } != nil }
        guard made else { throw StoreError(.readOnly, file: folder, detail: String(cString: strerror(errno))) }
        let target = String(decoding: pattern.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let copy = "\(target)/\(StoreFile.name(of: path))"
        // The log's index is made anew from the log.
        let parts = [("", file.file), ("-wal", file.log), ("-journal", file.journal)].filter { $0.1 != nil }
        let total = parts.reduce(Int64(0)) { $0 + ($1.1?.size ?? 0) }
        var done: Int64 = 0
        do {
            for (suffix, _) in parts {
                try copyFile(file.place + suffix, to: copy + suffix) { count in
                    done += Int64(count)
                    if case .stop = progress(done, max(done, total)) { throw StoreError(.cancelled, file: path) }
                }
            }
            let isLossy = try StoreFile(copy).logLoss != nil
            let connection = try Connection(copy, .writing)
            try connection.distrustSchema()
            // A damaged log stays beside the copy, so that whoever looks at that is told.
            try connection.checkpointOnClose(!isLossy)
            _ = try Layout.check(connection, file: copy, forLooking: true)
        } catch {
            removeCopy(copy)
            throw error
        }
        return copy
    }

    /// Removes a copy that was made for looking, and its folder; nothing else.
    package static func removeCopy(_ path: String) {
        guard StoreFile.name(of: StoreFile.folder(of: path)).hasPrefix("playhead-copy-") else { return }
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
        rmdir(StoreFile.folder(of: path))
    }

    /// The system's temporary folder.
    package static var temporaryFolder: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

    private static func copyFile(_ source: String, to target: String, progress: (Int) throws -> Void) throws {
        let input = Glibc.open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw failure(source) }
        defer { Glibc.close(input) }
        let output = Glibc.open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw failure(target) }
        defer { Glibc.close(output) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(input, &buffer, buffer.count)
            if count == 0 { return }
            guard count > 0 else { throw failure(source) }
            var written = 0
            while written < count {
                let more = buffer.withUnsafeBytes { bytes in
                    Glibc.write(output, bytes.baseAddress.map { $0 + written }, count - written)
                }
                guard more > 0 else { throw failure(target) }
                written += more
            }
            try progress(count)
        }
    }

    private static func failure(_ path: String) -> StoreError {
        let reason: StoreError.Reason =
            switch errno {
            case ENOENT: .missing
            case EACCES, EPERM: .permissionDenied
            case ENOSPC, EDQUOT: .full
            case EROFS: .readOnly
            default: .inputOutput
            }
        return StoreError(reason, file: path, detail: String(cString: strerror(errno)))
    }
}

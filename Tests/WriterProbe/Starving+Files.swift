internal import EventSourcing
internal import Glibc
internal import SQLiteStorage

extension Starving {
    /// Works on whole files at every so manyth point: in those between the same is asked as in their neighbours.
    mutating func runOnFiles(older: String, folder: String) async throws {
        try await migrate(older, to: folder + "/migrated.db")
        try await exportLines(to: folder + "/lines")
        try SQLiteReader(path).exportLines(to: folder + "/lines")
        try await importLines(folder + "/lines", into: folder + "/imported.db")
        try await check()
        try await repair(folder + "/imported.db", into: folder + "/repaired.db")
    }

    private static let step = 61

    private mutating func migrate(_ older: String, to copy: String) async throws {
        let expected = try Self.lines(of: older)
        try await eachPoint(every: Self.step) {
            Self.remove(copy)
            guard Self.copy(older, to: copy) else { throw StoreError(.missing, file: older) }
            try SQLiteStore.open(copy, options: SQLiteStoreOptions(migration: .afterBackup)).close()
        } check: {
            // What is of the older layout still is migrated by the next one who opens it.
            if try Self.lines(of: copy) != expected { return "events are lost" }
            try SQLiteStore.open(copy, options: SQLiteStoreOptions(migration: .afterBackup)).close()
            if try Self.lines(of: copy) != expected { return "events are lost by the next opening" }
            return try Self.lines(of: copy + ".v1-backup") == expected ? nil : "the copy is not what the file was"
        }
    }

    private mutating func exportLines(to lines: String) async throws {
        let path = path
        let expected = try Self.lines(of: path)
        try await eachPoint(every: Self.step) {
            Self.remove(lines)
            try SQLiteReader(path, trust: .own).exportLines(to: lines)
        } check: {
            if try Self.lines(of: path) != expected { return "the store is another" }
            guard access(lines, F_OK) == 0 else { return nil }
            // What has its name can be taken as a whole.
            Self.remove(lines + ".db")
            try SQLiteStore.importLines(lines, into: lines + ".db")
            return try Self.lines(of: lines + ".db") == expected ? nil : "the lines are not those of the store"
        }
        Self.remove(lines)
    }

    private mutating func importLines(_ lines: String, into copy: String) async throws {
        let expected = try Self.lines(of: path)
        try await eachPoint(every: Self.step) {
            Self.remove(copy)
            try SQLiteStore.importLines(lines, into: copy)
        } check: {
            // What an interruption has left is gone on with.
            if access(copy, F_OK) != 0 { try SQLiteStore.importLines(lines, into: copy) }
            return try Self.lines(of: copy) == expected ? nil : "what was imported is another store"
        }
    }

    private mutating func check() async throws {
        let path = path
        let known = Set(try Self.findings(of: path))
        var told: [String] = []
        try await eachPoint(every: Self.step) {
            told = try Self.findings(of: path)
        } check: {
            // Without memory nothing is known of the file.
            defer { told = [] }
            return told.first { !known.contains($0) }
        }
    }

    private mutating func repair(_ copy: String, into target: String) async throws {
        let known = try StoreRepair.survey(copy, for: target)
        var told: RepairSurvey?
        try await eachPoint(every: Self.step) {
            told = try StoreRepair(copy, into: target).survey
        } check: {
            defer { told = nil }
            if access(target + ".unfinished", F_OK) == 0 { return "something of the repair is left" }
            return told == nil || told == known ? nil : "rows are left out: \(told?.steps.first?.kind ?? "")"
        }
    }

    private static func findings(of path: String) throws -> [String] {
        var found: [String] = []
        func note(_ finding: StructuralFinding) -> Visit {
            found.append(finding.sentence)
            return .next
        }
        let reader = try SQLiteReader(path, trust: .own)
        defer { reader.close() }
        try reader.checkPages(note)
        try reader.checkStreams(note)
        try reader.checkIndexes(note)
        try reader.checkReferences(note)
        return found
    }

    // MARK: - Files

    private static func lines(of path: String) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        let reader = try SQLiteReader(path, trust: .own)
        defer { reader.close() }
        try reader.exportLines { lines.append($0) }
        return lines
    }

    private static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal", ".unfinished", ".unfinished-journal", ".v1-backup"] {
            unlink(path + suffix)
        }
    }

    private static func copy(_ path: String, to target: String) -> Bool {
        let (source, copy) = (open(path, O_RDONLY), open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o600))
        defer {
            close(source)
            close(copy)
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(source, &buffer, buffer.count)
            if count <= 0 { return count == 0 }
            guard write(copy, buffer, count) == count else { return false }
        }
    }
}

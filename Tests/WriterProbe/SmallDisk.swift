internal import Actors
internal import EventSourcing
internal import Glibc
internal import SQLiteStorage

/// A disk of two megabytes, and a store that fills it up.
struct SmallDisk {
    let folder: String

    /// Puts the disk in the place of the folder, and answers what keeps this process from it.
    func mount() -> String? {
        Glibc.mount("tmpfs", folder, "tmpfs", 0, "size=2m") == 0 ? nil : String(cString: strerror(errno))
    }

    /// Writes until there is no room and tries on, and then makes room and goes on; answers how many appends were
    /// acknowledged, how many events were found again, and what should not have been.
    func fillUp() async throws -> (written: Int64, found: Int64, strange: [String]) {
        let (path, ballast) = (folder + "/store.db", folder + "/ballast")
        try makeBallast(ballast)
        let store = try SQLiteStore.create(path)
        let id = try PersistenceID("Order", "1")
        let event = NewEvent(type: "Large", payload: Array(repeating: 0x20, count: 10_000), timestamp: .epoch)
        var (written, failures, strange): (Int64, Int, [String]) = (0, 0, [])
        func append() async throws {
            _ = try await store.append(
                [event], to: id, expecting: .number(written), by: WriterID(ULID(high: 1, low: 1)), epoch: nil,
                with: .none)
            written += 1
        }
        while failures < 5, written < 1_000 {
            do {
                try await append()
            } catch {
                failures += 1
                guard let error = error as? StoreError, error.reason == .full, error.file == path, error.stream == id
                else {
                    strange.append("\(error)")
                    continue
                }
            }
        }
        if failures < 5 || written < 10 { strange.append("\(failures) failures behind \(written) appends") }
        let head = try await store.head(of: id)?.sequenceNumber
        if head != written { strange.append("the head is \(head ?? 0), and \(written) were acknowledged") }
        unlink(ballast)
        for _ in 0..<10 { try await append() }
        store.close()
        let (found, findings) = try look(at: path, id)
        return (written, found, strange + findings)
    }

    private func makeBallast(_ path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        let bytes = [UInt8](repeating: 0, count: 400_000)
        guard write(file, bytes, bytes.count) == bytes.count else { throw StoreError(.full, file: path) }
    }

    /// How many events of a stream are there and whole, and what is wrong with the file.
    private func look(at path: String, _ id: PersistenceID) throws -> (Int64, [String]) {
        let reader = try SQLiteReader(path)
        defer { reader.close() }
        var (found, findings): (Int64, [String]) = (0, [])
        try reader.read(id, from: 1, through: .max, reversed: false, fields: .all) { event in
            if event.isIntact, event.sequenceNumber == found + 1 { found += 1 }
            return .next
        }
        func note(_ finding: StructuralFinding) -> Visit {
            findings.append(finding.sentence)
            return .next
        }
        try reader.checkPages(note)
        try reader.checkStreams(note)
        return (found, findings)
    }
}

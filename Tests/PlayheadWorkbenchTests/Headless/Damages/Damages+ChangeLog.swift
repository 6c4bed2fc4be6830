import EventSourcing
import Foundation

@testable import SQLiteStorage

extension Damage {
    /// A log of changes beside the file that can't be read as a whole; it holds three commits of one change each.
    static let changeLogs: [Damage] = [
        Damage(
            "a log whose header is damaged",
            [.of("damaged", "'store.db-wal' is damaged at its beginning, and its changes are left out")]
        ) { try killWriter(at: $0, damaging: 17) },
        Damage(
            "a log whose second change is damaged",
            [.of("damaged", "'store.db-wal' is damaged at its change 2, and 2 commits from there on are lost")]
        ) { try killWriter(at: $0, damaging: 32 + 4_120 + 1_000) },
        Damage(
            "a log whose first change is damaged",
            [.of("damaged", "'store.db-wal' is damaged at its change 1, and 3 commits from there on are lost")]
        ) { try killWriter(at: $0, damaging: 32 + 1_000) },
    ]

    /// Leaves a file as a writer does that is killed, with one byte of its log changed.
    static func killWriter(at path: String, damaging place: Int) throws {
        let parts = ["", "-wal", "-shm"]
        do {
            let connection = try Connection(path, .writing)
            try connection.execute("PRAGMA journal_mode = WAL")
            try connection.execute("PRAGMA wal_autocheckpoint = 0")
            for position in 1...3 { try connection.execute("UPDATE checkpoints SET position = \(position)") }
            for part in parts {
                try FileManager.default.copyItem(atPath: path + part, toPath: path + ".killed" + part)
            }
        }
        try FileManager.default.removeItem(atPath: path)
        for part in parts { try FileManager.default.moveItem(atPath: path + ".killed" + part, toPath: path + part) }
        let byte = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))[place]
        try BadFileTests.overwrite(path + "-wal", at: place, with: [byte ^ 0x40])
    }
}

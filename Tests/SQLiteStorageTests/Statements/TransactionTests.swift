import Testing

/// A transaction that reads first and writes then is refused in its middle where another process has written between the
/// two; one that takes the lock at its beginning waits there, or is told so there.
@Suite("Every transaction that may write takes the lock at its beginning")
struct TransactionTests {
    /// Those that begin another one, and why they may.
    private static let others = [
        // A file that nobody else has heard of is laid out.
        "Writing/SQLiteStore.swift": ["BEGIN EXCLUSIVE"],
        // What is read is of one moment.
        "Reading/ReadingSlots.swift": ["BEGIN"],
        "Repair/RepairSource.swift": ["BEGIN"],
        // A store in memory, which nobody else can open.
        "Repair/StoreRepair.swift": ["BEGIN", "BEGIN IMMEDIATE"],
    ]

    @Test(
        "the sources have no BEGIN but BEGIN IMMEDIATE, where what is begun only reads or nobody else can have the file"
    )
    func begins() throws {
        var found: [String: Set<String>] = [:]
        for literal in try SourceLiterals.all() {
            let text = literal.parts.joined(separator: "…").uppercased()
            guard text.split(separator: " ").first?.hasPrefix("BEGIN") == true else { continue }
            found[literal.file, default: []].insert(text)
        }
        for (file, texts) in found {
            #expect(texts.sorted() == Self.others[file, default: ["BEGIN IMMEDIATE"]], "\(file)")
        }
        // What is excused is there.
        for (file, texts) in Self.others { #expect(found[file]?.sorted() == texts, "\(file)") }
        #expect(found["Writing/WritingSlots.swift"] == ["BEGIN IMMEDIATE"])
        #expect(found["Layout/Migration/Layout+Migrating.swift"] == ["BEGIN IMMEDIATE"])
    }
}

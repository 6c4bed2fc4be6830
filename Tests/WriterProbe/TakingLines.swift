internal import EventSourcing
internal import SQLiteStorage

/// Writes stores as lines and takes them back, and says how far it is; it stands still where a word is said that is `stop`.
struct TakingLines {
    let stop: String?

    /// Says `read-LINES` and `compared-LINES` on the way, and at the end `imported KEPT` or `refused SENTENCE`.
    func importLines(_ lines: String, into path: String, linesPerCommit: Int64) {
        do {
            let done = try SQLiteStore.importLines(lines, into: path, linesPerCommit: linesPerCommit) { progress in
                tell("\(progress.stage == .reading ? "read" : "compared")-\(progress.lines)")
            }
            say("imported \(done.kept)")
        } catch {
            say("refused \(error)")
        }
    }

    /// Says `wrote-LINES` on the way, and at the end `exported KEPT` or `refused SENTENCE`.
    func exportLines(of store: String, to path: String) {
        do {
            let done = try SQLiteReader(store).exportLines(to: path) { tell("wrote-\($0.lines)") }
            say("exported \(done.kept)")
        } catch {
            say("refused \(error)")
        }
    }

    private func tell(_ place: String) -> Visit {
        say(place)
        if place == stop { while readLine() != nil {} }
        return .next
    }
}

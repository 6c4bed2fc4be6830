internal import Actors
internal import CFaultyMemory
internal import EventSourcing
internal import Glibc
internal import SQLiteStorage
internal import TestSupport

/// A small program that writes carts in a file, and stands still where it is told to.
///
/// `writer-probe FILE` reads a line at a time and answers each with one:
///
/// | line | answer |
/// | --- | --- |
/// | `lock MILLISECONDS` | `locking`: carts run under a lease of this term from now on |
/// | `keep SNAPSHOTS` | `keeping`: carts keep so many snapshots from now on, and not the events before them |
/// | `cart NAME` | `cart NAME`: the lines that follow are about this one |
/// | `pause MOMENT` | `pausing`: the next commit will stand still at this moment |
/// | `starve` | `starved POINTS ACKNOWLEDGED STRANGE…`: what became of all kinds of work without memory, from each allocation on: how often it had none, how many appends were acknowledged, and errors that should not be |
/// | `starve files OLDER FOLDER` | the same of what is done with whole files: a migration of copies of an older one, an export, an import, all checks and a repair |
/// | `claim KIND COUNT` | `claimed NAME…`: the entities whose `timers`, `outbox` rows or `subscriptions` it has claimed, so many at once until there are no more |
/// | `race ROUNDS` | `raced REFUSED THING…`: what it got of what another process wants too, or what should not have been, behind a `!` |
/// | `sweep` | `sweeping`: timers of the instances `Letters` fire from now on, each of which has an event that they take any number of times |
/// | `elect LEASE RENEWAL` | the same for the leader alone, with these times in milliseconds |
/// | `react LEASE RECORD` | `reacting`: tallies are noted in ledgers from now on, under claims of this term in milliseconds, and recorded in a file |
/// | `settle` | `settled COUNT`: all that can be handled now is, and it has handled so many for that |
/// | `leads` | `leads`, or `follows` |
/// | `hold` | `holding`, or `not holding`: the write lock of the file, until a `let go` |
/// | `import LINES FILE COUNT PLACE` | `read-LINES` and `compared-LINES` again and again, and then `imported KEPT` or `refused SENTENCE`; so many lines are one commit, and it stands still for good behind a line that is `PLACE` |
/// | `export STORE FILE PLACE` | `wrote-LINES` again and again, and then `exported KEPT` or `refused SENTENCE`; it stands still as the import does |
/// | `disk FOLDER` | `mounted`, or `not mounted REASON`: a disk of two megabytes in the place of the folder, for this process |
/// | `fill up FOLDER` | `filled WRITTEN FOUND STRANGE…`: how many appends were acknowledged by a store on a disk that gets full and has room again, how many were found again, and what should not have been |
/// | `fill COUNT` | lines without end, one for each thing that is done for good in so many streams at once: `e STREAM NUMBER` when events are appended up to it, `s` when a snapshot of it is saved, `d` when the events up to it are deleted |
/// | `add ITEM…` | `added ITEM…` with all that is in the cart, or `refused REASON`; on the way there may be a `paused MOMENT`, which a `resume` ends |
@main
struct Probe {
    static func main() async throws {
        guard let path = CommandLine.arguments.dropFirst().first else { return }
        guard faulty_memory_install() == 0 else { return say("SQLite was used before") }
        let gate = Gate()
        // Whoever waits behind a migration, or many others, has time; the answers alone are waited for within a limit.
        let file = try SQLiteStore.open(
            path, options: SQLiteStoreOptions(busyTimeout: .seconds(600), migration: .afterBackup))
        let store = WatchedStore(file) { gate.reach($0) }
        var cart: CartOnFile?
        var held: HeldFile?
        var sweeping: Sweeping?
        var reacting: Reacting?
        var locking = LockingStrategy.optimistic
        var retention = RetentionPolicy.keepAll
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "lock":
                let term = Duration.milliseconds(Int(words[1]) ?? 1_000)
                locking = .pessimistic(
                    try LeaseLockProvider(file, term: term, waitingAtMost: .seconds(600), askingEvery: .milliseconds(5))
                )
                say("locking")
            case "keep":
                retention = try .snapshots(keep: Int(words[1]) ?? 1, deleteEvents: true)
                say("keeping")
            case "cart":
                await cart?.shutDown()
                cart = try CartOnFile(store, named: words[1], locking: locking, retention: retention) { gate.reach($0) }
                say("cart \(words[1])")
            case "pause":
                gate.close(at: CommitMoment(rawValue: words[1]))
                say("pausing")
            case "add":
                if let cart { say(await answer(of: cart, to: Array(words.dropFirst()))) }
            case "starve":
                var starving = Starving(path)
                if words.count > 3 {
                    try await starving.runOnFiles(older: words[2], folder: words[3])
                } else {
                    try await starving.run(file)
                }
                say("starved \(starving.points) \(starving.acknowledged) \(starving.strange.joined(separator: "; "))")
            case "race":
                var racing = Racing(file)
                await racing.run(Int(words[1]) ?? 1)
                say(
                    (["raced", "\(racing.refused)"] + racing.got + racing.strange.map { "!\($0)" }).joined(
                        separator: " "))
            case "sweep":
                sweeping = try Sweeping(file)
                say("sweeping")
            case "elect":
                sweeping = try Sweeping(file, leaseAndRenewal: (Int(words[1]) ?? 1_000, Int(words[2]) ?? 100))
                say("sweeping")
            case "react":
                reacting = try Reacting(file, lease: Int(words[1]) ?? 1_000, record: words[2])
                say("reacting")
            case "settle": say("settled \(try await reacting?.settle() ?? 0)")
            case "leads":
                say(sweeping?.leads ?? false ? "leads" : "follows")
            case "hold":
                held = HeldFile(path)
                say(held == nil ? "not holding" : "holding")
            case "let":
                held = nil
                say("let go")
            case "import":
                TakingLines(stop: words.count > 4 ? words[4] : nil)
                    .importLines(words[1], into: words[2], linesPerCommit: Int64(words[3]) ?? 1)
            case "export":
                TakingLines(stop: words.count > 3 ? words[3] : nil).exportLines(of: words[1], to: words[2])
            case "disk":
                let reason = SmallDisk(folder: words[1]).mount()
                say(reason.map { "not mounted \($0)" } ?? "mounted")
            case "fill" where words.count > 2:
                let done = try await SmallDisk(folder: words[2]).fillUp()
                say("filled \(done.written) \(done.found) \(done.strange.joined(separator: "; "))")
            case "fill": try await Filling.run(file, Int(words[1]) ?? 1)
            case "claim":
                say((["claimed"] + (try await claimAll(words[1], file, Int(words[2]) ?? 1))).joined(separator: " "))
            default: say("what is '\(line)'?")
            }
        }
        await cart?.shutDown()
        await sweeping?.end()
        await reacting?.end()
    }

    private static func claimAll(_ kind: String, _ store: SQLiteStore, _ count: Int) async throws -> [String] {
        var names: [String] = []
        while true {
            let claimed = try await claim(kind, store, count)
            if claimed.isEmpty { return names }
            names += claimed.map(\.entityID)
        }
    }

    private static func claim(_ kind: String, _ store: SQLiteStore, _ count: Int) async throws -> [PersistenceID] {
        let claimer = ULID(high: 1, low: UInt64(getpid()))
        let term = Duration.seconds(600)
        switch kind {
        case "timers":
            return try await store.claimDue(limit: count, for: term, as: claimer, at: .epoch).map(\.persistenceID)
        case "outbox":
            return try await store.claim(limit: count, for: term, as: claimer, at: .epoch).map(\.persistenceID)
        default:
            return try await store.claim(
                ClaimPlaces(lagging: count, leading: 0), in: nil, of: "probe", for: term, by: WriterID(claimer),
                at: .epoch
            ).map(\.target)
        }
    }

    private static func answer(of cart: CartOnFile, to items: [String]) async -> String {
        do {
            return (["added"] + (try await cart.add(items))).joined(separator: " ")
        } catch {
            return "refused \(error)"
        }
    }
}

/// Says a line to whoever started the program.
func say(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = write(STDOUT_FILENO, bytes, bytes.count)
}

internal import Actors
internal import CSQLite
internal import EventSourcing
internal import Synchronization

/// Moves what was committed from the write-ahead log into the file, mostly on another thread than the writer's.
///
/// A passive checkpoint runs on a connection of its own when the writer pauses or a thousand events have gone by. Alone
/// it would never let the log start again under a writer that does not pause, so past a size the writer does one itself.
/// The log is never truncated while the store is open: writing over it is cheaper than growing it.
final class Checkpoints: Sendable {
    /// How many transactions were committed.
    let commits = Atomic(0)
    private let waiting = Atomic(0)
    private let frames = Atomic(0)
    private let manyFrames: Int
    private let limit: Atomic<Int>
    private let isClosed = Atomic(false)
    private let bell = Wakeup()
    private let thread = Locked<OwnThread?>(nil)
    /// Held by the checkpoint in the background, for which a writer with a far too long log waits.
    private let turn = Locked(())
    /// Whether the writer waits for it.
    let isWriterHeldUp = Atomic(false)

    /// So many events are not left waiting for a pause.
    private static let manyEvents = 1_000

    /// - Parameter manyFrames: so many pages the log may have before the writer itself makes it start again.
    init(manyFrames: Int) {
        self.manyFrames = manyFrames
        limit = Atomic(manyFrames)
    }

    /// Begins with a thread that opens its connection itself.
    func start(open: @escaping @Sendable () throws -> Connection) {
        let started = OwnThread { [self] in
            guard let connection = try? open() else { return }
            run(connection)
        }
        thread.withLock { $0 = started }
    }

    /// Counts the log's pages after each commit of a connection, which takes the place of SQLite's automatic checkpoint.
    func watch(_ connection: borrowing Connection) {
        sqlite3_wal_hook(
            connection.handle,
            { context, _, _, frames in
                if let context {
                    Unmanaged<Checkpoints>.fromOpaque(context).takeUnretainedValue().frames
                        .store(Int(frames), ordering: .relaxed)
                }
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Whether the writer's own checkpoint is due.
    var isDueInWriter: Bool { frames.load(ordering: .relaxed) >= limit.load(ordering: .relaxed) }

    func noteCommit(of events: Int64) {
        commits.add(1, ordering: .relaxed)
        let now = waiting.add(max(1, Int(clamping: events)), ordering: .relaxed)
        if now.oldValue == 0 || now.oldValue < Self.manyEvents && now.newValue >= Self.manyEvents { bell.ring() }
    }

    func checkpointInWriter(_ connection: borrowing Connection) {
        waiting.store(0, ordering: .relaxed)
        let (inLog, inFile): (Int32, Int32)
        // Beside one in the background it does nothing. That one may take long, and the log must not grow for as long.
        if frames.load(ordering: .relaxed) >= manyFrames + manyFrames / 2 {
            isWriterHeldUp.store(true, ordering: .relaxed)
            (inLog, inFile) = turn.withLock { _ in passive(connection) }
            isWriterHeldUp.store(false, ordering: .relaxed)
        } else {
            (inLog, inFile) = passive(connection)
        }
        frames.store(0, ordering: .relaxed)
        // A reader that stays in the log keeps it from starting again; then the next try waits for as many pages more.
        limit.store(manyFrames + (inFile < inLog ? Int(inLog) : 0), ordering: .relaxed)
    }

    private func run(_ connection: borrowing Connection) {
        while true {
            bell.wait()
            if isClosed.load(ordering: .relaxed) { return }
            var last = waiting.load(ordering: .relaxed)
            // As long as it neither pauses nor has written many, the writer is left alone.
            while last > 0, last < Self.manyEvents {
                _ = bell.wait(milliseconds: 100)
                if isClosed.load(ordering: .relaxed) { return }
                let now = waiting.load(ordering: .relaxed)
                if now == last { break }
                last = now
            }
            if waiting.exchange(0, ordering: .relaxed) > 0 { checkpoint(connection) }
        }
    }

    private func checkpoint(_ connection: borrowing Connection) { turn.withLock { _ in _ = passive(connection) } }

    /// Answers how many pages the log has, and how many of them are in the file by now. One that can't go on is made up for
    /// by the next, so its result says nothing else that matters.
    private func passive(_ connection: borrowing Connection) -> (inLog: Int32, inFile: Int32) {
        var (inLog, inFile): (Int32, Int32) = (0, 0)
        sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_PASSIVE, &inLog, &inFile)
        return (inLog, inFile)
    }

    func close() {
        isClosed.store(true, ordering: .relaxed)
        bell.ring()
        let started = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        started?.join()
    }
}

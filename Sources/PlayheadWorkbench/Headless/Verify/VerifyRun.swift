import Actors
import EventSourcing
import Inspection
import SQLiteStorage

/// Checks a store with several threads, each with a connection of its own, and hands out what they find in an order that
/// does not depend on who was quicker.
final class VerifyRun: Sendable {
    /// Something that was found, or the end of a part.
    enum Answer: Sendable {
        case structure(StructuralFinding)
        case finding(Finding)
        case lost(EventReading.Lost)
        case pagesDone
    }

    /// How much was looked at.
    struct Checked: Hashable, Sendable {
        var streams: Int64 = 0
        var events: Int64 = 0
    }

    /// A part of the work that one thread does.
    private enum Part: Sendable {
        case pages
        case heads
        case indexes
        case references
        case positions
        case streams([StreamHead])
    }

    private struct State {
        var fixed: [Part] = [.pages, .heads, .positions, .references, .indexes]
        /// The last stream that was given out.
        var last: StreamHead?
        var isListed = false
        var given = 0
        /// What is done, by the number of its part.
        var done: [Int: [Answer]] = [:]
        var told = 0
        var running = 0
        var kept = 0
        var isCut = false
        var checked = Checked()
        var failure: (any Error)?
        var isCancelled = false
        var interruptions: [Interruption] = []
        var threads: [OwnThread] = []
    }

    /// The most findings that are kept of one part, and of all streams.
    static let mostFindings = StoreFindingsJob.mostFindings
    private static let streamsAtOnce = 100

    private let path: String
    private let domains: [Domain]
    private let state = Locked(State())
    private let bell = Wakeup()

    init(_ path: String, domains: [Domain]) {
        self.path = path
        self.domains = domains
    }

    var checked: Checked { state.withLock { $0.checked } }
    /// Whether there is more than is kept.
    var isCut: Bool { state.withLock { $0.isCut } }

    /// Begins; throws `StoreError` where the system has no thread.
    func start(threads: Int) throws {
        state.withLock { $0.running = threads }
        for number in 0..<threads {
            guard let thread = OwnThread({ [self] in run() }) else {
                state.withLock { $0.running -= threads - number }
                if number > 0 { return }
                throw StoreError(.inputOutput, file: path, detail: "the system has no thread left")
            }
            state.withLock { $0.threads.append(thread) }
        }
    }

    /// What was found since the last time, waited for no longer than told; nil when all of it was handed out.
    func next(milliseconds: Int) -> [Answer]? {
        if state.withLock({ $0.done[$0.told] == nil && $0.running > 0 }) { _ = bell.wait(milliseconds: milliseconds) }
        return state.withLock { state in
            var answers: [Answer] = []
            var isAny = false
            while let part = state.done.removeValue(forKey: state.told) {
                answers += part
                state.told += 1
                isAny = true
            }
            return isAny || state.running > 0 ? answers : nil
        }
    }

    /// Ends the work as soon as may be.
    func cancel() {
        let interruptions = state.withLock { state in
            state.isCancelled = true
            return state.interruptions
        }
        for interruption in interruptions { interruption.cancel() }
    }

    /// Waits for the threads; throws what kept one of them from its work.
    func join() throws {
        let (threads, failure) = state.withLock { ($0.threads, $0.failure) }
        for thread in threads { thread.join() }
        if let failure { throw failure }
    }

    // MARK: - One thread

    private func run() {
        defer {
            state.withLock { $0.running -= 1 }
            bell.ring()
        }
        do {
            let store = try HeadlessStore(path, domains: domains)
            // Nothing here counts on from a head without looking at the events.
            store.reader.showsAnyNumber = true
            state.withLock { $0.interruptions.append(store.reader.interruption) }
            while let (number, part) = try take(store) {
                let answers = try check(part, in: store)
                state.withLock { $0.done[number] = answers }
                bell.ring()
            }
        } catch {
            state.withLock { state in
                if !state.isCancelled, state.failure == nil { state.failure = error }
                state.isCancelled = true
            }
        }
    }

    /// The next part; nil when there is none.
    private func take(_ store: HeadlessStore) throws -> (Int, Part)? {
        try state.withLock { state in
            if state.isCancelled { return nil }
            func give(_ part: Part) -> (Int, Part) {
                defer { state.given += 1 }
                return (state.given, part)
            }
            if !state.fixed.isEmpty { return give(state.fixed.removeFirst()) }
            if state.isListed { return nil }
            do {
                let heads = try store.reader.streams(
                    StreamQuery(order: .name, after: state.last, limit: Self.streamsAtOnce))
                // A page that is not full is the last one; a damaged name could bring the same page for ever.
                state.isListed = heads.count < Self.streamsAtOnce || heads.last == state.last
                state.last = heads.last
                return heads.isEmpty ? nil : give(.streams(heads))
            } catch let error as StoreError where error.reason == .corrupt {
                state.isListed = true
                let number = state.given
                state.given += 1
                state.done[number] = [.structure(.uncheckable("the list of streams", error))]
                return nil
            }
        }
    }

    private func check(_ part: Part, in store: HeadlessStore) throws -> [Answer] {
        var answers: [Answer] = []
        func keep(_ answer: Answer) -> Visit {
            let isRoom = answers.count < Self.mostFindings
            if isRoom { answers.append(answer) } else { state.withLock { $0.isCut = true } }
            return isRoom && !state.withLock({ $0.isCancelled }) ? .next : .stop
        }
        switch part {
        case .pages:
            try store.reader.checkPages { keep(.structure($0)) }
            answers.append(.pagesDone)
        case .heads: try store.reader.checkStreams { keep(.structure($0)) }
        case .indexes: try store.reader.checkIndexes { keep(.structure($0)) }
        case .references:
            try store.reader.checkDescription { keep(.structure($0)) }
            try store.reader.checkReferences { keep(.structure($0)) }
        case .positions: try checkPositions(store, keep)
        case .streams(let heads): try check(heads, store, keep)
        }
        return answers
    }

    /// Goes through the log by position: what can't be read is a range, and the rest is counted.
    private func checkPositions(_ store: HeadlessStore, _ keep: (Answer) -> Visit) throws {
        let before = try store.reader.positions()
        var (found, isWhole) = (Int64(0), true)
        try EventReading(reader: store.reader, stream: nil, fields: []).visit(from: 1, through: before.given) { _ in
            found += 1
            return found % 4_096 == 0 && state.withLock({ $0.isCancelled }) ? .stop : .next
        } lost: { lost in
            isWhole = false
            return keep(.lost(lost))
        }
        // Somebody may have written meanwhile, or deleted.
        guard isWhole, !state.withLock({ $0.isCancelled }), try store.reader.positions() == before else { return }
        store.reader.checkPositions(found: found, of: before) { keep(.structure($0)) }
    }

    private func check(_ heads: [StreamHead], _ store: HeadlessStore, _ keep: (Answer) -> Visit) throws {
        let job = store.inspector.findings(in: heads)
        var (before, isOver) = (Checked(), false)
        while !isOver, !state.withLock({ $0.isCancelled }) {
            isOver = try job.step(budget: 4_096) != nil
            let now = Checked(streams: job.checkedStreams, events: job.checkedEvents)
            state.withLock { state in
                state.checked.streams += now.streams - before.streams
                state.checked.events += now.events - before.events
            }
            before = now
        }
        // Of all streams together so many are kept.
        let room = state.withLock { state in
            let room = max(0, Self.mostFindings - state.kept)
            state.kept += job.findings.count
            if job.isCut || job.findings.count > room { state.isCut = true }
            return room
        }
        for finding in job.findings.prefix(room) where keep(.finding(finding)) == .stop { return }
    }
}

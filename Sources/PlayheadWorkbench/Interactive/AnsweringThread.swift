import Actors
import EventSourcing
import Inspection
import Terminal
import Workbench

/// The thread that owns the inspector: it answers the workbench's questions one after the other, and works on long ones
/// in slices, so that a key never waits for a scan.
final class AnsweringThread: Sendable {
    let inbox = Inbox()
    let outbox = Outbox()

    private let firstTry = FirstTry()
    private let ended = Wakeup()
    private let thread = Locked<OwnThread?>(nil)

    /// Starts answering, and returns when the store is open or is held by another process.
    ///
    /// `open` runs on the thread that uses the store. A store that is held is tried again after every pause until the
    /// patience is over; what comes of that is told through the outbox. Throws what the first try throws.
    ///
    /// - Parameters:
    ///   - patience: how long a store that is held is tried again.
    ///   - pause: milliseconds between two tries.
    ///   - now: the clock by which the patience ends.
    func start(
        domains: [Domain], patience: Duration = .seconds(5), pause: Int = 250,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, open: @escaping StoreOpening
    ) throws {
        let (inbox, outbox, firstTry, ended) = (inbox, outbox, firstTry, ended)
        let started = OwnThread {
            GuardedThread.prepare()
            defer { ended.ring() }
            var tries = 0
            let end = now() + patience
            while true {
                do {
                    let store = try open(nil, false)
                    firstTry.succeed()
                    Answering(store: store, domains: domains, inbox: inbox, outbox: outbox, open: open).run()
                    return
                } catch let error as StoreError where error.reason == .busy && now() < end {
                    firstTry.succeed()
                    tries += 1
                    outbox.tell(.progress(Request(number: 0, purpose: .session), .retrying(tries)))
                    if inbox.isClosed(within: pause) { return }
                } catch {
                    if !firstTry.fail(error) { outbox.fail("\(error)") }
                    return
                }
            }
        }
        guard let started else { throw StoreError(.inputOutput, detail: "the system has no thread left") }
        thread.withLock { $0 = started }
        do {
            try firstTry.wait()
        } catch {
            end()
            throw error
        }
    }

    /// Ends the thread when what was sent has been answered, and the store is closed; a store file is then whole without
    /// its log.
    ///
    /// Where there is no time for that, the thread goes on for as long as the program does, and this answers false: a
    /// store file then keeps its log, and nothing that was acknowledged is lost.
    ///
    /// - Parameter patience: how long the end is waited for; nil for as long as it takes.
    @discardableResult
    func end(within patience: Duration? = nil) -> Bool {
        inbox.post { $0.isClosed = true }
        guard let thread = thread.withLock({ $0.take() }) else { return true }
        if let patience, !ended.wait(milliseconds: Int(patience / .milliseconds(1))) {
            thread.detach()
            return false
        }
        thread.join()
        return true
    }
}

/// Opens the store that the program was started with, or another file for looking or for writing.
typealias StoreOpening = @Sendable (_ path: String?, _ forWriting: Bool) throws -> OpenedStore

/// What came of the first try to open a store, waited for by the thread that started it.
private final class FirstTry: Sendable {
    private let failure = Locked<Result<Void, any Error>?>(nil)
    private let bell = Wakeup()

    func succeed() {
        failure.withLock { $0 = $0 ?? .success(()) }
        bell.ring()
    }

    /// False where the first try is over, so that nobody waits for this failure.
    func fail(_ error: any Error) -> Bool {
        let isFirst = failure.withLock { result in
            if result != nil { return false }
            result = .failure(error)
            return true
        }
        bell.ring()
        return isFirst
    }

    func wait() throws {
        while true {
            if let result = failure.withLock({ $0 }) { return try result.get() }
            bell.wait()
        }
    }
}

/// The loop of the answering thread, and the jobs it is working on.
private final class Answering {
    private let desk: AnswerDesk
    private let inbox: Inbox
    private let outbox: Outbox
    private var jobs: [OpenJob] = []
    private var lastAsked = ContinuousClock.now
    private var lastWorked = ContinuousClock.now

    /// How long a job is worked on before the thread looks for new questions, and how many events it reads between two
    /// looks at the clock.
    private static let slice = (time: Duration.milliseconds(2), events: 64)
    private static let pause = Duration.milliseconds(10)
    private static let longestPause = Duration.milliseconds(50)

    init(
        store: OpenedStore, domains: [Domain], inbox: Inbox, outbox: Outbox, open: @escaping StoreOpening
    ) {
        self.inbox = inbox
        self.outbox = outbox
        desk = AnswerDesk(store: store, domains: domains, outbox: outbox, open: open)
    }

    func run() {
        while true {
            let mail = inbox.take(wait: wait)
            if !mail.questions.isEmpty { lastAsked = .now }
            if mail.isClosed { return desk.close() }
            if let reveals = mail.revealsSecrets { desk.reveal(reveals) }
            if let looks = mail.looksAtDrains { desk.lookAtDrains(looks) }
            for wish in mail.wishes { desk.step(wish) }
            drop(mail.cancelled)
            for (request, question) in mail.questions {
                if mail.cancelled.contains(request) {
                    outbox.forget(request)
                } else {
                    begin(question, for: request)
                }
            }
            if mayWork { workOn() }
        }
    }

    /// Whether a job is worked on now: one that the screen waits for always, a scan in the background after the pause, or
    /// when it has had none for a while.
    private var mayWork: Bool {
        if jobs.contains(where: { !$0.isPatient }) { return true }
        let now = ContinuousClock.now
        return now - lastAsked >= Self.pause || now - lastWorked >= Self.longestPause
    }

    /// A scan in the background begins when nothing was asked for a while: an answer often leads to the next question.
    private var wait: Inbox.Wait {
        if jobs.isEmpty { return .forEver }
        if jobs.contains(where: { !$0.isPatient }) { return .no }
        let left = Self.pause - (ContinuousClock.now - lastAsked)
        return left <= .zero ? .no : .atMost(milliseconds: Int(left / .milliseconds(1)) + 1)
    }

    private func drop(_ cancelled: Set<Request>) {
        if cancelled.isEmpty { return }
        jobs.removeAll { job in
            guard cancelled.contains(job.request) else { return false }
            outbox.forget(job.request)
            return true
        }
    }

    private func begin(_ question: Question, for request: Request) {
        // Only the newest request of each purpose is open, so an older job of it works for nobody.
        switch request.purpose {
        case .command, .watch: break
        default: drop(Set(jobs.map(\.request).filter { $0.purpose == request.purpose }))
        }
        switch desk.work(on: question, for: request) {
        case .answer(let answer): outbox.answer(request, answer)
        case .job(let job, let isBackground): jobs.append(OpenJob(request, job, isBackground: isBackground))
        case .elsewhere: break
        }
    }

    /// One slice of the first job that the screen waits for, else of the next one in the background.
    private func workOn() {
        guard !jobs.isEmpty else { return }
        defer { lastWorked = .now }
        let index = jobs.firstIndex { !$0.isBackground } ?? 0
        let job = jobs.remove(at: index)
        do {
            let end = ContinuousClock.now + Self.slice.time
            repeat {
                if let answer = try job.work.step(Self.slice.events) {
                    outbox.answer(job.request, answer)
                    return
                }
            } while ContinuousClock.now < end
            if let progress = job.work.progress(), job.isWorthTelling() {
                outbox.tell(.progress(job.request, progress))
            }
            if job.isBackground { jobs.append(job) } else { jobs.insert(job, at: index) }
        } catch {
            outbox.answer(job.request, .failed("\(error)"))
        }
    }
}

/// Long work with the request it is done for.
private final class OpenJob {
    let request: Request
    let work: SlicedWork
    let isBackground: Bool
    /// Whether it lets questions come first: what a person looks for is waited for, though the screen goes on.
    var isPatient: Bool { isBackground && request.purpose != .search && request.purpose != .chain }
    private var told = ContinuousClock.now

    init(_ request: Request, _ work: SlicedWork, isBackground: Bool) {
        self.request = request
        self.work = work
        self.isBackground = isBackground
    }

    /// Ten times a second is enough for an eye.
    func isWorthTelling() -> Bool {
        let now = ContinuousClock.now
        if now - told < .milliseconds(100) { return false }
        told = now
        return true
    }
}

/// Work that is done in slices.
struct SlicedWork {
    /// Works on, reading about so many events; the answer, once it is there.
    let step: (Int) throws -> Answer?
    /// Where it stands.
    let progress: () -> Progress?

    init<Job: InspectionJob>(
        _ job: Job, answer: @escaping (Job.Answer) -> Answer,
        progress: @escaping (Job) -> Progress? = { .fraction($0.progress) }
    ) {
        step = { budget in try job.step(budget: budget).map(answer) }
        self.progress = { progress(job) }
    }
}

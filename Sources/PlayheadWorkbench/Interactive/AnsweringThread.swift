import Actors
import EventSourcing
import Inspection
import SQLiteStorage
import Workbench

/// The thread that owns the inspector: it answers the workbench's questions one after the other, and works on long ones
/// in slices, so that a key never waits for a scan.
final class AnsweringThread: Sendable {
    let inbox = Inbox()
    let outbox = Outbox()

    private let firstTry = FirstTry()

    /// Starts answering, and returns when the store is open or is held by another process.
    ///
    /// `open` runs on the thread that uses the store. A store that is held is tried again, a quarter of a second apart,
    /// until the patience is over; what comes of that is told through the outbox. Throws what the first try throws.
    func start(
        domains: [Domain], patience: Duration = .seconds(5), open: @escaping @Sendable () throws -> OpenedStore
    ) throws {
        let (inbox, outbox, firstTry) = (inbox, outbox, firstTry)
        let thread = OwnThread {
            var tries = 0
            let end = ContinuousClock.now + patience
            while true {
                do {
                    let store = try open()
                    firstTry.succeed()
                    Answering(store: store, domains: domains, inbox: inbox, outbox: outbox).run()
                    return
                } catch let error as StoreError where error.reason == .busy && ContinuousClock.now < end {
                    firstTry.succeed()
                    tries += 1
                    outbox.tell(.progress(Request(number: 0, purpose: .session), .retrying(tries)))
                    if inbox.isClosed(within: 250) { return }
                } catch {
                    if !firstTry.fail(error) { outbox.fail("\(error)") }
                    return
                }
            }
        }
        guard let thread else { throw StoreError(.inputOutput, detail: "the system has no thread left") }
        thread.detach()
        try firstTry.wait()
    }
}

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

    /// How many events are read before the thread looks for new questions: about two milliseconds.
    private static let slice = 2_000

    init(store: OpenedStore, domains: [Domain], inbox: Inbox, outbox: Outbox) {
        self.inbox = inbox
        self.outbox = outbox
        desk = AnswerDesk(store: store, domains: domains, outbox: outbox)
    }

    func run() {
        while true {
            let mail = inbox.take(wait: jobs.isEmpty ? .forEver : .no)
            if mail.isClosed { return }
            if let reveals = mail.revealsSecrets { desk.reveal(reveals) }
            drop(mail.cancelled)
            for (request, question) in mail.questions {
                if mail.cancelled.contains(request) {
                    outbox.forget()
                } else {
                    begin(question, for: request)
                }
            }
            workOn()
        }
    }

    private func drop(_ cancelled: Set<Request>) {
        if cancelled.isEmpty { return }
        jobs.removeAll { job in
            guard cancelled.contains(job.request) else { return false }
            outbox.forget()
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
        let index = jobs.firstIndex { !$0.isBackground } ?? 0
        let job = jobs.remove(at: index)
        do {
            if let answer = try job.work.step(Self.slice) {
                outbox.answer(job.request, answer)
                return
            }
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

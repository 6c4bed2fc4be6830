import Actors
import EventSourcing

/// What lets projections follow the log by themselves, beside the reactions, so that neither waits for the other.
// Safe to send: what is not guarded by itself is touched only by the driver's actor, which does one thing at a time.
final class ProjectionDriver: @unchecked Sendable {
    /// What the driver is told.
    enum Message: Sendable {
        /// Something may be to be done.
        case look
        /// What was begun has ended.
        case ended(failure: (any Error)?)
        /// It is to end.
        case stop
    }

    private let application: Application
    let end = WorkEnd()
    private let bell = ChangeBell()
    private var task: Task<Void, Never>?
    private var isAwaited = false
    private var isStopping = false
    private var breaker: CircuitBreaker

    init(_ application: Application) {
        self.application = application
        let settings = application.settings
        breaker = CircuitBreaker(failuresInRow: settings.breakerFailures, pause: settings.breakerPause)
    }

    /// The actor.
    var behavior: Behavior<Message> {
        .setup { [self] context in
            let driver = context.myself
            bell.hang(on: application.store, context.log) { driver.tell(.look) }
            driver.tell(.look)
            return .receive { [self] context, message in
                switch message {
                case .look:
                    bell.hear()
                    look(in: context)
                case .ended(let failure):
                    task = nil
                    if isStopping { return .stopped }
                    sleep(behind: failure, in: context)
                case .stop:
                    isStopping = true
                    task?.cancel()
                    if task == nil { return .stopped }
                }
                return .same
            }
            .onSignal { [self] _, signal in
                if signal is PostStop {
                    task?.cancel()
                    bell.letGo()
                    application.driving.endProjections()
                    end.come()
                }
                return .unhandled
            }
        }.apartFromSiblings()
    }

    private func look(in context: ActorContext<Message>) {
        guard task == nil, !isStopping else {
            isAwaited = true
            return
        }
        if let left = breaker.wait(at: application.clock.now) {
            return context.startTimer("look", after: left, sending: .look)
        }
        isAwaited = false
        let driver = context.myself
        task = application.system.beginTask(here: false) { [application] in
            do {
                try await application.advanceProjections()
                driver.tell(.ended(failure: nil))
            } catch {
                driver.tell(.ended(failure: error))
            }
        }
    }

    private func sleep(behind failure: (any Error)?, in context: ActorContext<Message>) {
        let (settings, now) = (application.settings, application.clock.now)
        var wait = bell.hangs ? settings.longestSleep : settings.poll
        if let failure {
            application.warn("Projections could not be advanced; that is tried again.", because: failure)
            wait = breaker.noteFailure(at: now)
        } else {
            breaker.noteSuccess()
            if let due = application.nextProjectionAttempt { wait = min(wait, due.duration(since: now)) }
            if isAwaited { wait = .zero }
        }
        if wait <= .zero { context.myself.tell(.look) } else { context.startTimer("look", after: wait, sending: .look) }
    }
}

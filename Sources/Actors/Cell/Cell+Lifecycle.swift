extension Cell {
    func handle(_ message: SystemMessage) async {
        switch message {
        case .start:
            await start(restartCause: nil)
        case .restart:
            if case .restarting(let restart) = phase, !restart.waitsForBackOff {
                await start(restartCause: restart.cause)
            }
        case .restartWithSibling(let cause, let delay):
            guard case .running = phase, followsSiblings else { break }
            restarts.append(system.scheduler.ticks)
            await beginRestart(cause, after: delay)
        case .stopWithSibling:
            if followsSiblings { await beginStop() }
        case .stop:
            await beginStop()
        case .suspend:
            isSuspended = true
        case .resume:
            isSuspended = false
            // What was put aside could not be handled meanwhile.
            if asideCount == 0 { letGoHeldBack() }
        case .childStopped(let child, let cause):
            children.withLock { $0.remove(child) }
            if let cause { await childFailed(AnyActorRef(recipient: child), cause) }
            await continueAfterChildren()
        case .receiveTimeoutDue(let generation):
            await receiveTimeoutDue(generation)
        case .backOffElapsed(let generation):
            if case .restarting(var restart) = phase, generation == backOffGeneration {
                restart.waitsForBackOff = false
                phase = .restarting(restart)
                await continueAfterChildren()
            }
        case .signal(let signal):
            await raise(signal)
        case .terminated(let actor):
            if watched.remove(actor) != nil { await raise(Terminated(actor: actor)) }
        case .turn(let body):
            await body()
        }
    }

    // MARK: - Start

    private func start(restartCause: (any Error)?) async {
        phase = .starting
        startFailure = nil
        do {
            try await begin()
        } catch {
            let failure = ActorInitializationError(actor: path, cause: error)
            startFailure = failure
            return await failed(failure)
        }
        // The setup may have said `.stopped`.
        guard case .starting = phase else { return }
        phase = .running
        wellSince = system.scheduler.ticks
        armPassivation()
        if let restartCause {
            await raise(PostRestart(cause: restartCause))
        } else {
            await raise(PreStart())
        }
        await tellFirst()
        for signal in heldSignals { enqueue(.signal(signal)) }
        heldSignals = []
        letGoHeldBack()
    }

    /// Tells a signal, and treats an error that its handler throws like one from a message.
    func raise(_ signal: any Signal) async {
        switch phase {
        case .running: break
        case .starting, .restarting: return heldSignals.append(signal)
        case .stopping, .stopped: return
        }
        do {
            try await tell(signal)
        } catch {
            await failed(error)
        }
    }

    private func childFailed(_ child: AnyActorRef, _ cause: any Error) async {
        guard case .running = phase else { return }
        do {
            guard try await tell(ChildFailed(child: child, cause: cause)) else {
                return await failed(cause)
            }
        } catch {
            await failed(error)
        }
    }

    // MARK: - Failure

    func failed(_ error: any Error) async {
        switch phase {
        case .starting, .running: break
        case .restarting, .stopping, .stopped: return
        }
        system.log(for: path)(.error, "The actor failed.", ["error": "\(error)"])
        switch supervision.decide(error) {
        case .resume where startFailure == nil:
            break
        case .restart where countRestart():
            let delay = nextBackOff()
            tellSiblings(.restartWithSibling(cause: error, after: delay))
            await beginRestart(error, after: delay)
        case .escalate:
            escalatedCause = error
            fallthrough
        case .resume, .restart, .stop:
            stopsByFailure = true
            tellSiblings(.stopWithSibling)
            await beginStop()
        }
    }

    private func tellSiblings(_ message: SystemMessage) {
        guard case .failedActorAndSiblings = supervision.scope else { return }
        for sibling in parent.siblings(of: self) { sibling.enqueue(message) }
    }

    /// How long to wait before the restart that was just counted: longer each time, until the actor has been well for
    /// the quiet period.
    private func nextBackOff() -> Duration? {
        guard let backOff = supervision.backOff else { return nil }
        let quiet = (backOff.quietPeriod ?? supervision.window).wholeNanoseconds
        if let wellSince, system.scheduler.ticks - wellSince >= quiet { backOffStep = 0 }
        backOffStep += 1
        return backOff.delay(beforeRestart: backOffStep)
    }

    /// Counts one more restart; false if there were too many within the window.
    private func countRestart() -> Bool {
        let present = system.scheduler.ticks
        let window = supervision.window.wholeNanoseconds
        restarts.removeAll { present - $0 >= window }
        guard restarts.count < supervision.maximum else {
            system.log(for: path)(
                .error, "The actor was restarted too often and stops.",
                ["restarts": "\(restarts.count)", "within": "\(supervision.window)"])
            return false
        }
        restarts.append(present)
        return true
    }

    private func beginRestart(_ cause: any Error, after delay: Duration?) async {
        do {
            try await tell(PreRestart(cause: cause))
        } catch {
            system.log(for: path)(.error, "The handler of PreRestart failed.", ["error": "\(error)"])
        }
        // The handler may have said `.stopped`.
        switch phase {
        case .starting, .running: break
        case .restarting, .stopping, .stopped: return
        }
        wellSince = nil
        phase = .restarting(Restart(cause: cause, waitsForBackOff: delay != nil))
        cancelAllTimers()
        for child in children.withLock({ $0.inOrder }) { child.enqueue(.stop) }
        if let delay {
            backOffGeneration += 1
            let end = BackOffEnd(cell: self, generation: backOffGeneration)
            system.scheduler.startTimer(after: delay, end)
        }
        await continueAfterChildren()
    }

    // MARK: - Stop

    func beginStop() async {
        switch phase {
        case .starting, .running, .restarting: break
        case .stopping, .stopped: return
        }
        phase = .stopping
        cancelAllTimers()
        let living = children.withLock { children in
            children.isClosed = true
            return children.inOrder
        }
        for child in living { child.enqueue(.stop) }
        await continueAfterChildren()
    }

    private func continueAfterChildren() async {
        guard children.withLock({ $0.isEmpty }) else { return }
        switch phase {
        case .restarting(let restart) where !restart.waitsForBackOff:
            enqueue(.restart)
        case .stopping:
            await finishStop()
        case .starting, .running, .restarting, .stopped:
            break
        }
    }

    private func finishStop() async {
        await prepareStop()
        do {
            try await tell(PostStop())
        } catch {
            system.log(for: path)(.error, "The handler of PostStop failed.", ["error": "\(error)"])
        }
        phase = .stopped
        cancelAllTimers()
        for actor in watched { actor.recipient.removeWatcher(self) }
        watched = []
        let (left, watchers) = close()
        if host == nil { giveUp(left, reason: reasonOfStop) }
        end()
        for watcher in watchers { watcher.tell() }
        parent.childDidStop(self, escalating: escalatedCause)
        host?.cellDidStop(self, leaving: left)
    }
}

/// The end of the wait before a restart.
private final class BackOffEnd: TimerTarget {
    let cell: Cell
    let generation: Int

    init(cell: Cell, generation: Int) {
        self.cell = cell
        self.generation = generation
    }

    func timerFired(_ entry: TimerEntry, at ticks: Int64) {
        cell.enqueue(.backOffElapsed(generation: generation))
    }
}

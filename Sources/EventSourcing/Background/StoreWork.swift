package import Actors

/// What works on a store in the background: it looks, does what is due, and sleeps until there may be more.
package final class StoreWork<Metrics: Sendable>: Sendable {
    package let counts: WorkCounts<Metrics>
    package let end = WorkEnd()
    package let bell = ChangeBell()
    /// How long it waits before it asks a store again that does not answer.
    private let outage: SupervisionStrategy.BackOff
    /// How many times in a row the store did not answer.
    private let failures = Locked(0)

    package init(_ counts: WorkCounts<Metrics>, waitingInOutages outage: SupervisionStrategy.BackOff) {
        self.counts = counts
        self.outage = outage
    }

    /// The actor.
    ///
    /// - Parameters:
    ///   - store: whose changes wake it, where it tells of them.
    ///   - complaint: what is said where the store does not answer.
    ///   - noteFailure: counts that.
    ///   - begin: has it look for the first time, or whoever else does.
    ///   - look: does what is due, and answers when to look again; nil where somebody will say so.
    package func behavior(
        on store: any Sendable, complaint: String, noteFailure: @escaping @Sendable (inout Metrics) -> Void,
        begin: @escaping @Sendable (ActorContext<StoreLook>) -> Void,
        look: @escaping @Sendable (ActorContext<StoreLook>) async throws -> Duration?
    ) -> Behavior<StoreLook> {
        .setup { [self] context in
            let worker = context.myself
            bell.hang(on: store, context.log) { worker.tell(StoreLook()) }
            begin(context)
            return .receive { [self] context, _ in
                bell.hear()
                do {
                    let wait = try await look(context)
                    failures.withLock { $0 = 0 }
                    sleep(for: wait, in: context)
                } catch {
                    context.log(.warning, complaint, ["error": "\(error)"])
                    counts.note(noteFailure)
                    let count = failures.withLock { failures in
                        failures += 1
                        return failures
                    }
                    sleep(for: counts.jittered(outage.delay(beforeRestart: count)), in: context)
                }
                return .same
            }
            .onSignal { [self] _, signal in
                if signal is PostStop {
                    bell.letGo()
                    end.come()
                }
                return .unhandled
            }
        }.apartFromSiblings()
    }

    private func sleep(for wait: Duration?, in context: ActorContext<StoreLook>) {
        if let wait {
            context.startTimer("look", after: wait, sending: StoreLook())
        } else {
            context.cancelTimer("look")
        }
    }
}

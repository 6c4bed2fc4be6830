extension ActorSystem {
    /// Begins a task that is no actor's: at once on the present thread in a live system, as far as it goes without waiting; on
    /// the scheduler's own executor in a stepped one.
    @discardableResult
    package func beginTask(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        if let stepped = scheduler as? StepScheduler {
            return Task.detached(executorPreference: stepped) { await body() }
        }
        return Task.immediateDetached { await body() }
    }
}

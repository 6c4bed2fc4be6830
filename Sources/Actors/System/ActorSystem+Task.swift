extension ActorSystem {
    /// Begins a task that is no actor's; in a stepped system on the scheduler's own executor.
    ///
    /// - Parameter isHere: whether it begins at once on the present thread, as far as it goes without waiting; a stepped system
    ///   has but one thread.
    @discardableResult
    package func beginTask(here isHere: Bool, _ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        if let stepped = scheduler as? StepScheduler {
            return Task.detached(executorPreference: stepped) { await body() }
        }
        return isHere ? Task.immediateDetached { await body() } : Task.detached { await body() }
    }
}

import Actors

extension ActorSystem {
    /// Stops all entities, each with the snapshot that it takes when it stops, and waits for that for at most so long.
    ///
    /// Blocks this thread. What is not done in time is a warning; what was acknowledged is durable without it.
    func stopEntities(within patience: Duration) {
        let done = Wakeup()
        Task.detached { [self] in
            await shutdown()
            done.ring()
        }
        if !done.wait(milliseconds: Int(patience / .milliseconds(1))) {
            log(
                .warning,
                "an entity did not stop within \(patience), so a snapshot that it takes when it stops may be missing")
        }
    }
}

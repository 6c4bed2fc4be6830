package import Actors

extension ActorContext {
    /// Whether the actor is to stop, or all of its system: then others stop, too, and what they leave undone is no failure.
    package var isEnding: @Sendable () -> Bool {
        let (isStopping, system) = (stopProbe, system)
        return { isStopping() || system.isShuttingDown }
    }
}

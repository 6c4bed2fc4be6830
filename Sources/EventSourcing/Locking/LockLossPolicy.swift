/// What becomes of the work under a lock that is lost.
public enum LockLossPolicy: Sendable {
    /// It is cancelled, and whatever comes of it is `LockError.lost`.
    case failFast
    /// It goes on, and the handler is told once, with `LockError.lost`; what is written by then is decided by its store.
    case `continue`(@Sendable (LockError) -> Void)
}

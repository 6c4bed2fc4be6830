/// What an instance answers to a timer whose time has come.
public enum MachineFiring: Sendable {
    /// Its event was taken and is durable, and the timer is done; what failed of the actions behind it is told.
    case fired(effectsFailed: [any Error])
    /// The instance is not in the state any more whose timer it is, or has entered it anew since; nothing has happened.
    case stale
    /// Its event was refused, or can't be read; nothing has happened.
    case refused(any Error)
}

extension ActorContext {
    /// Sends this actor a message after a while, once or again and again.
    ///
    /// A timer with the same key takes the place of the one before. Timers end when the actor stops or restarts.
    ///
    /// - Parameters:
    ///   - key: names the timer within its actor.
    ///   - delay: until the message is sent, and between messages if it repeats; below one microsecond counts as one.
    ///   - repeating: whether it is sent again and again.
    ///   - message: what is sent.
    public func startTimer(
        _ key: String, after delay: Duration, repeating: Bool = false, sending message: Message
    ) {
        cell.startTimer(key, after: delay, interval: repeating ? delay : nil) { timer in
            MessageEnvelope(message, origin: timer)
        }
    }

    /// Ends a timer; a message of it that already waits is not handled any more.
    public func cancelTimer(_ key: String) {
        cell.cancelTimer(key)
    }

    /// True while a timer is set that will still fire.
    public func isTimerActive(_ key: String) -> Bool {
        cell.timers.isActive(key)
    }

    /// Raises `ReceiveTimeout` whenever no message came for so long; nil ends it, and so does a restart.
    public func setReceiveTimeout(_ duration: Duration?) {
        cell.setReceiveTimeout(duration)
    }
}

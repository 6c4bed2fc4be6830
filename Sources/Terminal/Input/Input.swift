/// Something that happened at the terminal.
package enum Input: Sendable, Hashable {
    case key(Key)
    /// Pasted text, all of it, as it came: never commands, and not yet harmless.
    case paste(String)
    /// The window has a new size.
    case resize(Size)
    /// `^C` or SIGINT: cancel what is running.
    case interrupt
    /// SIGTERM, SIGHUP, or the terminal is gone: save and leave.
    case terminate
    /// The program runs again after it was suspended; the screen must be drawn anew.
    case resumed
    /// Another thread has something to say (`Waker.wake()`).
    case woken
}

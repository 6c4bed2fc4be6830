internal import CTerminal

/// What a thread beside the main one needs, so that a fault on it leaves the terminal as it was.
package enum GuardedThread {
    /// Gives the calling thread a stack of its own for fault handlers: on the one that overflowed, none could run.
    package static func prepare() { terminal_guard_thread() }
}

internal import CTerminal

/// What happens when the program traps.
package enum FaultGuard {
    /// Sees to it, until the process ends, that a trap leaves the terminal as it was and asks no question on it.
    ///
    /// Swift's runtime would ask one and wait for half a minute; a sentence says how to get a backtrace. Whoever sets
    /// `SWIFT_BACKTRACE` gets what it says.
    package static func install() { terminal_guard_faults() }
}

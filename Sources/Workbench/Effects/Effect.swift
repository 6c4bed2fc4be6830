package import Inspection

/// Something to be done outside: the only way anything leaves the workbench.
package enum Effect: Hashable, Sendable {
    /// Answer a question with `Message.answer`, after any number of `Message.progress` with the same request.
    ///
    /// Questions are answered in their order; whoever answers may drop one that was cancelled meanwhile.
    case ask(Request, Question)
    /// Stop working on a request; its answer would be dropped.
    case cancel(Request)
    /// Tell of every change of the store at once (`Message.storeChanged`), or only when it costs nothing.
    case follow(Bool)
    /// Put text on the clipboard; say which way with a `Message.answer` to the request.
    case copy(Request, String)
    /// Take another theme by its name; say what came of it with a `Message.answer` to the request.
    case useTheme(Request, String)
    /// Show values under keys like `password` in event lines, or mask them.
    case reveal(Bool)
    /// Let the command that waits at a stage go on, or stop it there.
    case step(Request, StepWish)
    /// Have drains wait at each stage, told by `Message.drain`, or let them run as they do.
    case lookAtDrains(Bool)
    /// Let the drain that waits at a stage go on, or stop the call there.
    case stepDrain(StepWish)
    /// Draw the whole screen anew.
    case redraw
    /// Give the terminal back and stop until the program is continued.
    case suspend
    /// Leave, with everything saved.
    case quit
}

/// What a question was asked for, with a number that no other question has.
///
/// Only the newest request of each purpose is open: an older one's answer belongs to a place that was left.
package struct Request: Hashable, Sendable {
    /// Rises with every request.
    package let number: UInt64
    /// What the answer is for.
    package let purpose: Purpose

    package init(number: UInt64, purpose: Purpose) {
        self.number = number
        self.purpose = purpose
    }

    /// The part of the screen that waits for an answer.
    package enum Purpose: Hashable, Sendable {
        case session
        case overview
        case domain
        case openStream
        case head
        case timeline
        case snapshots
        case lane
        case findings
        case state
        case machine
        case detail
        case difference
        case watch(Int)
        /// Who had set the value that a change took away.
        case origin(Int)
        case streams
        case reactions
        /// Subscriptions are changed.
        case operation
        case chain
        /// The event at which a reaction failed.
        case failedEvent
        /// A lease runs out, or a due time comes.
        case reactionTime
        case log
        case search
        case jump
        case setter
        case setters
        case bisect
        case recovery
        case filters
        case decision
        case completion
        /// Commands are never dropped: each has its own number.
        case command(UInt64)
        case playing
        /// What is left of a timeout has changed.
        case countdown
        case copy
        case theme
    }
}

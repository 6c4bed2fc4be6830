extension Command {
    /// Every command's name, as it stands after a colon.
    package enum ID: String, Hashable, Sendable, CaseIterable {
        // Moving.
        case forward
        case back
        case forwardInState = "forward-in-state"
        case backInState = "back-in-state"
        case screenForward = "screen-forward"
        case screenBack = "screen-back"
        case first
        case last
        case goto
        case nextLine = "next-line"
        case previousLine = "previous-line"
        case lineScreenForward = "lines-forward"
        case lineScreenBack = "lines-back"
        case firstLine = "first-line"
        case lastLine = "last-line"
        case unfold
        case fold
        case play

        // Jumping.
        case nextSnapshot = "next-snapshot"
        case previousSnapshot = "previous-snapshot"
        case nextOtherWriter = "next-other-writer"
        case previousOtherWriter = "previous-other-writer"
        case nextSameWriter = "next-same-writer"
        case previousSameWriter = "previous-same-writer"
        case nextSameType = "next-same-type"
        case previousSameType = "previous-same-type"
        case nextChange = "next-change"
        case previousChange = "previous-change"
        case nextMark = "next-mark"
        case previousMark = "previous-mark"
        case nextFinding = "next-finding"
        case previousFinding = "previous-finding"
        case jumpAgain = "jump-again"
        case jumpAgainBack = "jump-again-back"
        case placeBefore = "place-before"
        case placeAfter = "place-after"
        case mark
        case toMark = "to-mark"

        // Asking.
        case who
        case setters
        case find
        case bisect
        case nextHit = "next-hit"
        case previousHit = "previous-hit"
        case markDiff = "mark-diff"
        case watch
        case unwatch
        case copy
        case reveal
        case recover
        case filterWriters = "filter-writers"
        case chain

        // Panes.
        case nextPane = "next-pane"
        case previousPane = "previous-pane"
        case timelinePane = "timeline"
        case statePane = "state"
        case commandPane = "commands"
        case watchPane = "watches"
        case stateTab = "state-tab"
        case eventTab = "event-tab"
        case diffTab = "diff-tab"
        case metaTab = "meta-tab"
        case machineTab = "machine-tab"
        case zoom
        case enter
        case leave
        case streams
        case log
        case sortStreams = "sort-streams"
        case filterStreams = "filter-streams"
        case reactions
        case filterReactions = "filter-reactions"
        case failedEvent = "failed-event"
        case unblock
        case reset
        case cancel

        // Typing.
        case command
        case send
        case accept
        case complete
        case older
        case newer
        case left
        case right
        case lineStart = "line-start"
        case lineEnd = "line-end"
        case deleteBack = "delete-back"
        case deleteForward = "delete-forward"
        case deleteWord = "delete-word"
        case deleteToStart = "delete-to-start"
        case deleteToEnd = "delete-to-end"
        case resultsBack = "results-back"
        case resultsForward = "results-forward"

        // Store and program.
        case step
        case runOn = "run-on"
        case follow
        case sandbox
        case openStore = "open"
        case theme
        case warnings
        case help
        case redraw
        case suspend
        case quit
    }
}

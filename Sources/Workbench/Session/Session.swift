package import EventSourcing

/// What was opened, and what may be done with it.
package struct Session: Hashable, Sendable {
    /// The name on the screen: the file's, or `demo`.
    package var storeName: String
    /// The path as it stands in addresses; nil for a store in memory.
    package var path: String?
    package var mode: Mode
    package var commands: CommandTarget
    /// The stream to show; without one, the stream with the newest event.
    package var stream: PersistenceID?
    /// Where the playhead begins; without a number, at the head.
    package var sequenceNumber: Int64?
    package var themeName: String

    /// How the store was opened.
    package enum Mode: Hashable, Sendable {
        case readOnly
        case sandbox
        case write
        case demo
    }

    /// Where typed commands go.
    package enum CommandTarget: Hashable, Sendable {
        /// To the store that is shown.
        case store
        /// To a copy, made with the first command, which is shown from then on.
        case sandboxCopy
        /// Nowhere: a clause that says why, and what would change it.
        case nowhere(reason: String, way: String)
    }

    package init(
        storeName: String, path: String? = nil, mode: Mode, commands: CommandTarget, stream: PersistenceID? = nil,
        sequenceNumber: Int64? = nil, themeName: String = "dusk"
    ) {
        self.storeName = storeName
        self.path = path
        self.mode = mode
        self.commands = commands
        self.stream = stream
        self.sequenceNumber = sequenceNumber
        self.themeName = themeName
    }
}

package import EventSourcing
package import Inspection
package import Terminal

/// Everything that is on the screen, with small indexes beside it; it does not grow with the store.
package struct Model: Sendable {
    package var size: Size
    package var session: Session
    package var overview: Overview?
    /// The stream whose events and state are shown; nil until one is open.
    package var stream: OpenStream?
    /// The stream whose head is awaited, and where the playhead goes then.
    package var opening: Opening?
    /// Whether the store was asked for a stream and has none.
    package var isStoreEmpty = false
    /// What stands in the first pane.
    package var place = Place.events
    package var streams = StreamList()
    package var log = GlobalLog()
    package var setters = SetterList()
    package var recovery: RecoveryReport?
    package var filters: FilterReport?
    package var warnings = WarningList()
    package var reactions = ReactionList()
    package var chain: ChainReport?
    package var state = StatePane()
    package var commands = CommandPane()
    package var watches: [Watch] = []
    package var search: Search?
    /// Where the cursor stood when the search line was opened.
    package var searchOrigin: Int64 = 0
    package var trail = Trail()
    package var focus = Pane.timeline
    package var isZoomed = false
    package var isFollowing = false
    package var isPlaying = false
    /// Whether values under keys like `password` are shown.
    package var showsSecrets = false
    package var prompt: Prompt?
    package var promptHistory: [Prompt.Kind: LineHistory] = [:]
    package var help: HelpOverlay?
    package var keys = KeyReader()
    package var message: StatusMessage?
    /// The theme that was asked for.
    package var wantedTheme: String?
    package var requests = Requests()
    /// The last jump with `]` or `[`, for `].`.
    package var lastJump: Jump?
    /// The jump whose landing is awaited.
    package var jumpUnderWay: Jump?
    /// The event whose finding is told until the next key, because a jump led to it.
    package var toldFinding: Int64?
    /// Whether an idle `^C` came just before.
    package var interruptedOnce = false

    /// A stream on its way to the screen.
    package struct Opening: Hashable, Sendable {
        package var id: PersistenceID
        /// Nil for its head.
        package var number: Int64?
    }

    package init(session: Session, size: Size) {
        self.session = session
        self.size = size
    }
}

/// A part of the screen that keys can be for.
package enum Pane: Int, Hashable, Sendable, CaseIterable {
    case timeline = 1
    case state
    case commands
    case watches
}

/// What stands in the first pane.
package enum Place: Hashable, Sendable {
    /// The events of the open stream.
    case events
    /// The streams of the store.
    case streams
    /// All events by global position.
    case log
    /// The events that set a value.
    case setters
    /// Recovery step by step.
    case recovery
    /// The modes of the replay filter side by side.
    case filters
    /// What the engine warned of.
    case warnings
    /// What reactions have done.
    case reactions
    /// What led to an event and what came of it.
    case chain
}

/// One sentence at the right of the status line.
package struct StatusMessage: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case note
        case warning
        case failure

        var role: Role {
            switch self {
            case .note: .accent
            case .warning: .finding
            case .failure: .error
            }
        }
    }

    package var text: DisplayText
    package var kind: Kind

    package init(_ text: DisplayText, _ kind: Kind = .note) {
        self.text = text
        self.kind = kind
    }
}

/// A jump that can be made again.
package struct Jump: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        case snapshot
        case anotherWriter
        case sameWriter
        case sameType
        case change
        case mark
        case finding
    }

    package var target: Target
    package var direction: Direction
}

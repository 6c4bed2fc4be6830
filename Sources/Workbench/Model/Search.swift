package import EventSourcing
package import Inspection

/// What is looked for, and what was found so far.
package struct Search: Hashable, Sendable {
    package var text: String
    package var scope: SearchScope
    /// Sequence numbers or global positions, rising.
    package var hits: [Int64] = []
    /// From 0 to 1.
    package var searched = 0.0
    package var isComplete = false
    /// Whether Esc stopped it.
    package var isStopped = false
    /// Whether nothing is said of it any more; its hits stay.
    package var isQuiet = false
    /// Whether the playhead went to a hit already.
    package var hasLanded = false
    /// Where the playhead stood when the search began, to which Esc returns while typing.
    package var origin: Int64

    package init(text: String, scope: SearchScope, origin: Int64) {
        self.text = text
        self.scope = scope
        self.origin = origin
    }
}

/// A value that is shown wherever the playhead stands.
package struct Watch: Hashable, Sendable {
    package var id: PersistenceID
    package var path: StatePath
    /// The event that last set it, for the playhead at `answeredFor`.
    package var since: Int64?
    /// Nil before the first answer.
    package var answeredFor: Int64?

    package init(id: PersistenceID, path: StatePath) {
        self.id = id
        self.path = path
    }
}

/// Places that were left by a jump, for `^O` and `^Y`.
package struct Trail: Hashable, Sendable {
    package struct Stop: Hashable, Sendable {
        package var id: PersistenceID
        package var number: Int64

        package init(id: PersistenceID, number: Int64) {
            self.id = id
            self.number = number
        }
    }

    package private(set) var behind: [Stop] = []
    package private(set) var ahead: [Stop] = []

    static let longest = 100

    package init() {}

    /// Remembers a place that is being left.
    package mutating func leave(_ stop: Stop) {
        ahead = []
        guard behind.last != stop else { return }
        behind.append(stop)
        if behind.count > Self.longest { behind.removeFirst() }
    }

    /// The place before, remembering the present one for the way back.
    package mutating func back(from stop: Stop) -> Stop? {
        while let last = behind.popLast() {
            if last == stop { continue }
            ahead.append(stop)
            return last
        }
        return nil
    }

    /// The place that `back` left.
    package mutating func forward(from stop: Stop) -> Stop? {
        while let last = ahead.popLast() {
            if last == stop { continue }
            behind.append(stop)
            return last
        }
        return nil
    }
}

/// A line that is being typed at the bottom of the screen.
package struct Prompt: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// `:`
        case command
        /// `/` among events.
        case search
        /// `/` among streams.
        case streamPrefix
        /// `/` among subscriptions.
        case reactionText
    }

    package var kind: Kind
    package var editor = LineEditor()

    package init(_ kind: Kind, text: String = "") {
        self.kind = kind
        editor = LineEditor(text)
    }
}

/// The list of everything that can be done here.
package struct HelpOverlay: Hashable, Sendable {
    /// Where it was opened, whose keys stand first.
    package var context = Command.Context.events
    package var top = 0
}

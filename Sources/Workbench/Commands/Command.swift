package import Terminal

/// Something that a person can do: its name, its keys, where it applies, and what is said of it.
///
/// Keys, `?`, the hint bar, `:` names and completions all come from `CommandTable.all`.
package struct Command: Sendable {
    /// A part of the screen that has its own keys.
    package enum Context: Hashable, Sendable, CaseIterable {
        case events
        case streams
        case log
        case setters
        /// What recovery would do, what the engine warned of, or a chain of causes.
        case report
        /// The subscriptions.
        case reactions
        case state
        case watches
        /// The command pane, where keys are text.
        case typing
        /// A line at the bottom, where keys are text.
        case prompt
        case help

        /// Whether digits are counts.
        var hasCounts: Bool { self != .typing && self != .prompt }

        /// Everywhere that keys are not text.
        static let browsing: Set<Context> = [
            .events, .streams, .log, .setters, .report, .reactions, .state, .watches,
        ]
        /// Where the open stream is looked at.
        static let looking: Set<Context> = [.events, .state, .watches]
        /// Lists in the Timeline's place.
        static let lists: Set<Context> = [.streams, .log, .setters, .report, .reactions]
    }

    /// A heading of `?`.
    package enum Group: String, Hashable, Sendable, CaseIterable {
        case moving = "Moving"
        case jumping = "Jumping"
        case asking = "Asking"
        case panes = "Panes"
        case editing = "Typing"
        case store = "Store and program"
    }

    /// What the hint bar shows.
    package struct Hint: Sendable {
        /// The keys as they are shown, also of a partner: `j k`.
        package var keys: String
        package var text: String
        /// Where there is little room; nil leaves the text out and keeps the keys.
        package var short: String?
        /// Where it is shown, if not everywhere that the command applies.
        package var contexts: Set<Context>?
        /// Whether it is shown however little room there is.
        package var isAlwaysShown: Bool
        /// Whether there is a reason to show it now.
        package var isDue: @Sendable (Model) -> Bool

        package init(
            _ keys: String, _ text: String, short: String? = nil, in contexts: Set<Context>? = nil,
            isAlwaysShown: Bool = false, isDue: @escaping @Sendable (Model) -> Bool = { _ in true }
        ) {
            self.keys = keys
            self.text = text
            self.short = short
            self.contexts = contexts
            self.isAlwaysShown = isAlwaysShown
            self.isDue = isDue
        }
    }

    package let id: ID
    package let keys: [KeySequence]
    /// What follows the name after a colon, as in `NUMBER|TIME|ADDRESS`; empty for none.
    package let argument: String
    package let contexts: Set<Context>
    package let group: Group
    /// One sentence.
    package let help: String
    package let hint: Hint?
    /// Why it can't be done now, with the way; nil where it can.
    package let whyNot: @Sendable (Model) -> DisplayText?

    init(
        _ id: ID, _ keys: [KeySequence], argument: String = "", in contexts: Set<Context>, _ group: Group,
        hint: Hint? = nil, _ help: String, whyNot: @escaping @Sendable (Model) -> DisplayText? = { _ in nil }
    ) {
        self.id = id
        self.keys = keys
        self.argument = argument
        self.contexts = contexts
        self.group = group
        self.hint = hint
        self.help = help
        self.whyNot = whyNot
    }

    /// The name after a colon.
    package var name: String { id.rawValue }
}

extension KeySequence: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(value) }
}

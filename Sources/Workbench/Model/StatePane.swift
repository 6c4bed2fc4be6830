package import Inspection
import Terminal

/// The second pane: which tab is open, and for each tree what is folded and chosen; kept while the playhead moves.
package struct StatePane: Hashable, Sendable {
    package enum Tab: Int, Hashable, Sendable, CaseIterable {
        case state
        case event
        case diff
        case meta
        /// The state machine; only where the entity is an instance of one.
        case machine
        /// The chosen subscription; only where subscriptions are listed.
        case reactions
    }

    package var tab = Tab.state
    package var trees: [Tab: TreeCursor] = [:]

    package init() {}

    /// The open tab's tree.
    package var tree: TreeCursor {
        get { trees[tab] ?? TreeCursor() }
        set { trees[tab] = newValue }
    }
}

extension StatePane.Tab {
    /// What stands in the row of tabs.
    var name: DisplayText {
        switch self {
        case .state: "State"
        case .event: "Event"
        case .diff: "Diff"
        case .meta: "Meta"
        case .machine: "Machine"
        case .reactions: "Reactions"
        }
    }
}

extension Model {
    /// The tabs that there are now, in their order.
    var shownTabs: [StatePane.Tab] {
        StatePane.Tab.allCases.filter { tab in
            switch tab {
            case .state, .event, .diff, .meta: true
            case .machine: stream?.domain?.isMachine == true || state.tab == .machine
            case .reactions: place == .reactions
            }
        }
    }
}

/// What is folded and chosen in a tree, by path, so that it outlives the values.
package struct TreeCursor: Hashable, Sendable {
    /// What a person opened (true) or folded (false); everything else is as it comes.
    package var isOpen: [StatePath: Bool] = [:]
    /// The chosen value's path, also while there is no such value.
    package var selected: StatePath?
    /// The first line that is shown.
    package var top = 0

    package init() {}
}

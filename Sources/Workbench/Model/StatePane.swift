package import Inspection

/// The second pane: which tab is open, and for each tree what is folded and chosen; kept while the playhead moves.
package struct StatePane: Hashable, Sendable {
    package enum Tab: Int, Hashable, Sendable, CaseIterable {
        case state
        case event
        case diff
        case meta
        /// The state machine; only where the entity is an instance of one.
        case machine
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

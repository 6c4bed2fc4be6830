import Inspection
import Terminal

/// How the second pane's lines are shared among the tree, what is wrong, and what is said below.
struct StatePaneParts {
    /// One line, where the fold stopped early.
    var problem: Area
    var tree: Area
    /// How many changes, and what the fold began with; empty where there is no room.
    var footer: Area
    /// The payload's tree, above the ids.
    var eventTree: Area
    var ids: Area

    init(area: Area, model: Model) {
        var rest = area
        let hasProblem = model.state.tab == .state && model.stream?.view?.problem != nil
        (problem, rest) = rest.split(top: hasProblem ? 1 : 0)
        let hasFooter = model.layout.form == .fourPanes && area.rows >= 8
        (footer, tree) = rest.split(bottom: hasFooter ? 3 : 0)
        (ids, eventTree) = area.split(bottom: min(area.rows / 2, StateLines.ids(model: model).count + 1))
    }
}

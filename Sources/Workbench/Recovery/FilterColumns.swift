import EventSourcing
import Inspection
import Terminal

/// The states that the modes of the replay filter give: modes with the same state share a column.
struct FilterColumns {
    struct Column {
        var modes: [ReplayFilter.Mode]
        var tree: JSONValue
        var title: DisplayText { DisplayText(modes.map(\.word).joined(separator: ", ")) }
    }

    /// A value that differs between the first column and another one.
    struct Row {
        /// The way to it, elements of arrays by what tells them apart.
        var path: StatePath
        /// The value in each column; nil where there is none.
        var values: [JSONValue?]
    }

    private(set) var columns: [Column] = []
    private(set) var rows: [Row] = []

    init(_ outcomes: [RecoveryOutcome]) {
        for outcome in outcomes where outcome.failure == nil {
            if let index = columns.firstIndex(where: { $0.tree == outcome.tree }) {
                columns[index].modes.append(outcome.filter.mode)
            } else {
                columns.append(Column(modes: [outcome.filter.mode], tree: outcome.tree))
            }
        }
        guard let first = columns.first else { return }
        var places: [StatePath: Int] = [:]
        for (index, other) in columns.enumerated().dropFirst() {
            for change in StateDiff.changes(from: first.tree, to: other.tree) {
                // A path's places in arrays are those of the state that has the value.
                let path = change.path.named(in: change.kind == .removed ? first.tree : other.tree)
                let row = places[path] ?? rows.count
                if row == rows.count {
                    rows.append(Row(path: path, values: columns.map { _ in change.before }))
                    places[path] = row
                }
                rows[row].values[index] = change.after
            }
        }
    }
}

extension StatePath {
    /// The path with places in arrays replaced by the names of the elements, where they have any.
    fileprivate func named(in tree: JSONValue) -> StatePath {
        var value: JSONValue? = tree
        return StatePath(
            steps.map { step in
                switch step {
                case .key(let key):
                    value = value?[key]
                    return step
                case .index(let index):
                    let name = value?.array.flatMap { ElementNames($0)[index] }
                    value = value?[index]
                    return name.map(Step.key) ?? step
                }
            })
    }
}

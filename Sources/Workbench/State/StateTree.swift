import EventSourcing
import Inspection
import Terminal

/// The lines of a tree, open parts only, with what changed in each: of the state, or of an event's payload.
struct StateTree {
    /// One line.
    struct Row {
        var path: StatePath
        var depth: Int
        /// The key, the element's name or its place; in a digest the whole path.
        var label: String
        /// What stands there; for a removed value what stood there.
        var value: JSONValue
        var kind: StateChange.Kind?
        /// The change at this very place.
        var change: StateChange?
        /// Changes within, where they are folded away.
        var inner: [StateChange] = []
        var canOpen = false
        var isOpen = false
        /// The key that the label was taken from, which needs not be told again.
        var identityKey: String?
        /// How many children of the parent are not listed behind this one.
        var leftOut = 0
    }

    /// At most so many children of one value are listed.
    static let mostChildren = 500

    private(set) var rows: [Row] = []
    /// Whether changed values stand first, with their whole path.
    let isDigest: Bool
    private let cursor: TreeCursor
    private var exact: [StatePath: StateChange] = [:]
    private var around: [StatePath: [StateChange]] = [:]
    private var removed: [StatePath: [StateChange]] = [:]

    /// The lines of the open tab.
    init(model: Model) {
        let changes: [StateChange]
        let value: JSONValue?
        switch model.state.tab {
        case .state:
            value = model.stream?.view?.tree
            changes = model.stream?.view?.changes ?? []
        case .event:
            if case .tree(let tree)? = model.stream?.detail?.payload { value = tree } else { value = nil }
            changes = []
        case .diff, .meta, .machine, .reactions:
            value = nil
            changes = []
        }
        self.init(
            value, changes: changes, cursor: model.state.tree,
            isDigest: model.layout.form == .stacked && !model.isZoomed && model.state.tab == .state)
    }

    init(_ value: JSONValue?, changes: [StateChange], cursor: TreeCursor, isDigest: Bool) {
        self.isDigest = isDigest
        self.cursor = cursor
        guard let value else { return }
        index(changes)
        var hoisted: Set<StatePath> = []
        if isDigest {
            for change in changes.prefix(Self.mostChildren) {
                hoist(change)
                hoisted.insert(change.path)
            }
        }
        if !value.isContainer {
            let isNothing = value == .object([:]) || value == .array([])
            if !isNothing, !hoisted.contains(.root) { rows.append(row(.root, 0, "state", value, nil)) }
        }
        addChildren(of: value, at: .root, depth: 0, inherited: nil, without: hoisted)
    }

    /// The line of a path, else of the nearest value around it; nil for no path.
    func index(of path: StatePath?) -> Int? {
        guard var path else { return nil }
        while true {
            if let index = rows.firstIndex(where: { $0.path == path }) { return index }
            if path.steps.isEmpty { return rows.isEmpty ? nil : 0 }
            path = StatePath(path.steps.dropLast())
        }
    }

    /// How many lines of the tree a pane shows beside what else stands in it.
    static func height(in area: Area, tab: StatePane.Tab, model: Model) -> Int {
        let parts = StatePaneParts(area: area, model: model)
        return max(1, tab == .event ? parts.eventTree.rows : parts.tree.rows)
    }
}

// MARK: - Building

extension StateTree {
    private mutating func index(_ changes: [StateChange]) {
        for change in changes {
            if change.kind == .removed {
                removed[StatePath(change.path.steps.dropLast()), default: []].append(change)
            } else {
                exact[change.path] = change
            }
            var path = change.path
            while !path.steps.isEmpty {
                path = StatePath(path.steps.dropLast())
                around[path, default: []].append(change)
            }
        }
    }

    private mutating func hoist(_ change: StateChange) {
        let value = change.after ?? change.before ?? .null
        var row = row(change.path, 0, change.path.description, value, nil)
        row.kind = change.kind
        row.change = change
        row.canOpen = false
        rows.append(row)
    }

    private mutating func addChildren(
        of value: JSONValue, at path: StatePath, depth: Int, inherited: StateChange.Kind?,
        without hoisted: Set<StatePath>
    ) {
        switch value {
        case .object(let object):
            for (index, member) in object.enumerated() {
                if index == Self.mostChildren {
                    rows[rows.count - 1].leftOut = object.count - index
                    break
                }
                let child = path.appending(.key(member.key))
                add(member.value, child, depth, member.key, inherited, without: hoisted)
            }
        case .array(let elements):
            let names = ElementNames(elements)
            for (index, element) in elements.enumerated() {
                if index == Self.mostChildren {
                    rows[rows.count - 1].leftOut = elements.count - index
                    break
                }
                let child = path.appending(.index(index))
                add(
                    element, child, depth, names[index] ?? String(index), inherited, without: hoisted,
                    identity: names.key)
            }
        default: break
        }
        guard !isDigest else { return }
        for change in removed[path] ?? [] {
            let label: String
            var identity: String?
            switch change.path.steps.last {
            case .key(let key)?: label = key
            case .index(let index)?:
                let names = ElementNames(change.before.map { [$0] } ?? [])
                label = names[0] ?? String(index)
                identity = names.key
            case nil: label = "state"
            }
            var row = Row(path: change.path, depth: depth, label: label, value: change.before ?? .null)
            row.kind = .removed
            row.change = change
            row.identityKey = identity
            rows.append(row)
        }
    }

    private mutating func add(
        _ value: JSONValue, _ path: StatePath, _ depth: Int, _ label: String, _ inherited: StateChange.Kind?,
        without hoisted: Set<StatePath>, identity: String? = nil
    ) {
        if hoisted.contains(path) || isHoistedWhole(value, at: path, hoisted) { return }
        var row = row(path, depth, label, value, inherited)
        row.identityKey = identity
        // What stands at the top of the digest needs not be told again around it.
        row.inner.removeAll { hoisted.contains($0.path) }
        rows.append(row)
        guard row.isOpen else { return }
        let children: StateChange.Kind? = row.change?.kind == .added ? .added : inherited
        addChildren(of: value, at: path, depth: depth + 1, inherited: children, without: hoisted)
    }

    /// Whether all that a value holds stands at the top of the digest already.
    private func isHoistedWhole(_ value: JSONValue, at path: StatePath, _ hoisted: Set<StatePath>) -> Bool {
        guard isDigest, around[path] != nil, case .object(let object) = value, !object.isEmpty else { return false }
        return object.allSatisfy { hoisted.contains(path.appending(.key($0.key))) }
    }

    private func row(
        _ path: StatePath, _ depth: Int, _ label: String, _ value: JSONValue, _ inherited: StateChange.Kind?
    ) -> Row {
        var row = Row(path: path, depth: depth, label: label, value: value)
        row.canOpen = value.isContainer && depth < 64
        let opensByItself = !isDigest && depth == 0
        row.isOpen = row.canOpen && (cursor.isOpen[path] ?? opensByItself)
        row.change = exact[path]
        if let change = row.change {
            row.kind = change.kind
        } else if let inherited {
            row.kind = inherited
        } else if let changes = around[path], !isDigest || row.canOpen {
            row.kind = .changed
            if !row.isOpen { row.inner = changes }
        }
        return row
    }
}

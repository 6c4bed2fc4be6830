/// What the two kinds of Graphviz pictures have in common.
enum Graphviz {
    static let reserved: Set<String> = ["node", "edge", "graph", "digraph", "subgraph", "strict"]

    /// Lines of text as one string.
    static func quoted(_ lines: [String]) -> String {
        let escaped = lines.map { line in
            var escaped = ""
            for character in PictureText.visible(line).unicodeScalars {
                switch character {
                case "\"", "\\": escaped += "\\\(character)"
                // It would begin an entity.
                case "&": escaped += "&amp;"
                default: escaped.unicodeScalars.append(character)
                }
            }
            return escaped
        }
        return "\"\(escaped.joined(separator: "\\n"))\""
    }

    static func digraph(_ name: String, _ lines: [String]) -> String {
        let head = ["rankdir=LR", "node [shape=box, style=rounded]"]
        return (["digraph \(name) {"] + (head + lines).map { "    \($0)" } + ["}"]).joined(separator: "\n") + "\n"
    }

    static let current = "style=\"rounded,filled\", fillcolor=\"#ffd75f\""
}

extension MachineOutline {
    /// The machine as a Graphviz graph, from left to right.
    ///
    /// Behind a history its present state is lit, and the edges that were taken are thick.
    public func graphvizDigraph(after trace: MachineTrace? = nil) -> String {
        let taken = taken(in: trace)
        let identifiers = PictureText.identifiers(of: states, reserved: Graphviz.reserved)
        func name(_ state: String) -> String { identifiers[state] ?? state }
        let start = PictureText.unused("__start__", in: identifiers.values)
        let end = PictureText.unused("__stopped__", in: identifiers.values)
        var lines = ["\(start) [shape=point]"]
        for state in states {
            var attributes: [String] = []
            let timeouts = timeoutLabels(of: state)
            if !timeouts.isEmpty || name(state) != state {
                attributes.append("label=\(Graphviz.quoted([state] + timeouts))")
            }
            if finals.contains(state) { attributes.append("peripheries=2") }
            if trace?.current.state == state { attributes.append(Graphviz.current) }
            if attributes.isEmpty { continue }
            lines.append("\(name(state)) [\(attributes.joined(separator: ", "))]")
        }
        if hasStop { lines.append("\(end) [label=\"stopped\", shape=octagon]") }
        lines.append("\(start) -> \(name(initial))")
        for edge in edges {
            let width = taken[edge] == nil ? "" : ", penwidth=3"
            lines += goals(of: edge, stopped: end, naming: name).map {
                "\(name(edge.state)) -> \($0) [label=\(Graphviz.quoted([label(of: edge)]))\(width)]"
            }
        }
        return Graphviz.digraph("FSM", lines)
    }
}

extension MachineTrace {
    /// The history as a Graphviz graph: one node for the state behind each event, from left to right, the last one lit.
    public func graphvizTimeline() -> String {
        var labels = [start.text]
        for step in steps {
            switch step.target {
            case .goto(let place): labels.append(place.text)
            case .stay: labels.append(step.from.text)
            case .stop(let reason): labels.append("stopped, \(reason)")
            }
        }
        let nodes = labels.enumerated().map { index, label in
            let lit = index == labels.count - 1 ? ", \(Graphviz.current)" : ""
            return "s\(index) [label=\(Graphviz.quoted([label]))\(lit)]"
        }
        let links = steps.enumerated().map { index, step in
            "s\(index) -> s\(index + 1) [label=\(Graphviz.quoted([step.text]))]"
        }
        return Graphviz.digraph("Timeline", nodes + links)
    }
}

/// What the three kinds of Mermaid pictures have in common.
enum Mermaid {
    /// The words that mean something to Mermaid, where a state's name would stand.
    static let reserved: Set<String> = [
        "as", "class", "classdef", "click", "default", "direction", "end", "flowchart", "graph", "linkstyle", "note",
        "participant", "state", "style", "subgraph",
    ]

    static let currentStyle = "classDef current fill:#ffd75f,stroke:#000,stroke-width:3px,color:#000"

    /// Text with everything that means something to Mermaid as entity codes: `#58;`.
    static func text(_ text: String) -> String {
        var escaped = ""
        for scalar in PictureText.visible(text).unicodeScalars {
            if isPlain(scalar) {
                escaped.unicodeScalars.append(scalar)
            } else {
                escaped += "#\(scalar.value);"
            }
        }
        return escaped
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if !scalar.isASCII { return true }
        if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) { return true }
        return " _-.,()[]/+?!'*=".unicodeScalars.contains(scalar)
    }

    /// A label of a flow chart: as it is where it is one of plain words, and quoted otherwise.
    static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.split(separator: " ").allSatisfy { PictureText.isIdentifier("_\($0)") }
        return isPlain && !reserved.contains(text.lowercased()) ? text : "\"\(Mermaid.text(text))\""
    }
}

extension MachineOutline {
    /// The machine as a Mermaid state diagram.
    ///
    /// Behind a history its present state is lit, and the edges that were taken say how many times.
    public func mermaidStateDiagram(after trace: MachineTrace? = nil) -> String {
        let identifiers = PictureText.identifiers(of: states, reserved: Mermaid.reserved)
        let taken = taken(in: trace)
        func name(_ state: String) -> String { identifiers[state] ?? "[*]" }
        var lines = states.filter { name($0) != $0 }.map { "state \"\(Mermaid.text($0))\" as \(name($0))" }
        lines.append("[*] --> \(name(initial))")
        for edge in edges {
            let count = taken[edge].map { " ×\($0)" } ?? ""
            let label = Mermaid.text(label(of: edge) + count)
            switch row(of: edge).target {
            case .goto(let targets): lines += targets.map { "\(name(edge.state)) --> \(name($0)): \(label)" }
            case .stay: lines.append("\(name(edge.state)) --> \(name(edge.state)): \(label)")
            case .stop: lines.append("\(name(edge.state)) --> [*]: \(label)")
            }
        }
        lines += finals.map { "\(name($0)) --> [*]" }
        for state in states {
            lines += timeoutLabels(of: state).map { "note right of \(name(state)): \(Mermaid.text($0))" }
        }
        if let trace, identifiers[trace.current.state] != nil {
            lines += [Mermaid.currentStyle, "class \(name(trace.current.state)) current"]
        }
        return (["stateDiagram-v2"] + lines.map { "    \($0)" }).joined(separator: "\n") + "\n"
    }

    /// The machine as a Mermaid flow chart, from left to right.
    ///
    /// Behind a history its present state is lit, and the edges that were taken are thick.
    public func mermaidFlowChart(after trace: MachineTrace? = nil) -> String {
        let identifiers = PictureText.identifiers(of: states, reserved: Mermaid.reserved)
        let taken = taken(in: trace)
        func name(_ state: String) -> String { identifiers[state] ?? state }
        var lines = states.map { state in
            let text = Mermaid.quoted(([state] + timeoutLabels(of: state)).joined(separator: ", "))
            if state == initial { return "\(name(state))((\(text)))" }
            return finals.contains(state) ? "\(name(state))([\(text)])" : "\(name(state))(\(text))"
        }
        let end = PictureText.unused("stopped", in: identifiers.values)
        if hasStop { lines.append("\(end){{stopped}}") }
        var (links, thick): ([String], [Int]) = ([], [])
        for edge in edges {
            for target in goals(of: edge, stopped: end, naming: name) {
                if taken[edge] != nil { thick.append(links.count) }
                links.append("\(name(edge.state)) -->|\(Mermaid.quoted(label(of: edge)))| \(target)")
            }
        }
        lines += links
        if let trace, identifiers[trace.current.state] != nil {
            lines += [Mermaid.currentStyle, "class \(name(trace.current.state)) current"]
        }
        if !thick.isEmpty {
            lines.append("linkStyle \(thick.map(String.init).joined(separator: ",")) stroke-width:4px")
        }
        return (["flowchart LR"] + lines.map { "    \($0)" }).joined(separator: "\n") + "\n"
    }
}

extension MachineTrace {
    /// The history as a Mermaid sequence diagram: each event that came, and the state behind it.
    public func mermaidSequenceDiagram(of machine: String) -> String {
        var lines = [
            "participant Sender", "participant Machine as \(Mermaid.text(machine))",
            "Note over Machine: \(Mermaid.text(start.text))",
        ]
        for step in steps {
            lines.append("Sender->>Machine: \(Mermaid.text(step.text))")
            switch step.target {
            case .goto(let place): lines.append("Note over Machine: \(Mermaid.text(place.text))")
            case .stay: lines.append("Note over Machine: \(Mermaid.text("\(step.from.text), stayed"))")
            case .stop(let reason): lines.append("Note over Machine: \(Mermaid.text("stopped, \(reason)"))")
            }
        }
        return (["sequenceDiagram"] + lines.map { "    \($0)" }).joined(separator: "\n") + "\n"
    }
}

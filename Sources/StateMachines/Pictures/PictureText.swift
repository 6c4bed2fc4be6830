/// Brings names and values into pictures, where they must neither end a label nor act on a terminal.
enum PictureText {
    /// The longest label, in characters.
    static let longest = 160

    /// Text in which everything that has no look of its own is written as its number: `⟨1B⟩`.
    static func visible(_ text: String) -> String {
        var visible = ""
        for scalar in text.unicodeScalars {
            if isInvisible(scalar) {
                visible += "⟨\(String(scalar.value, radix: 16, uppercase: true))⟩"
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible.count <= longest ? visible : visible.prefix(longest - 1) + "…"
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// Whether a name can stand in a picture's text as it is: letters and digits of ASCII, and none at the beginning.
    static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    /// A delay in words: `1 h 30 min`.
    static func delay(_ delay: Duration) -> String {
        let (seconds, attoseconds) = delay.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard seconds >= 0, attoseconds >= 0, attoseconds == milliseconds * 1_000_000_000_000_000 else {
            return "\(delay)"
        }
        let parts: [(Int64, String)] = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
            (milliseconds, "ms"),
        ]
        let words = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return words.isEmpty ? "0 s" : words.joined(separator: " ")
    }

    /// What each state is called in a picture: its name where that can stand there, a made one otherwise.
    static func identifiers(of states: [String], reserved: Set<String>) -> [String: String] {
        var identifiers: [String: String] = [:]
        for (index, state) in states.enumerated() {
            let isFit = isIdentifier(state) && state.utf8.count <= longest && !reserved.contains(state.lowercased())
            identifiers[state] = isFit ? state : unused("state_\(index + 1)", in: states)
        }
        return identifiers
    }

    /// A name that none of the others has: the name itself, or with as many underscores behind it as it takes.
    static func unused(_ name: String, in names: some Collection<String>) -> String {
        var name = name
        while names.contains(name) { name += "_" }
        return name
    }
}

extension MachineOutline {
    /// What stands at an edge: `pay [the whole total] / produces notify`.
    func label(of edge: Edge) -> String {
        let row = row(of: edge)
        var label = edge.event
        if row.isGuarded { label += " [\(row.guardLabel ?? "…")]" }
        var doings: [String] = []
        switch row.target {
        case .goto: break
        case .stay: doings.append("stays")
        case .stop(let reason): doings.append("stops, \(reason)")
        }
        if !row.produces.isEmpty { doings.append("produces \(row.produces.joined(separator: ", "))") }
        if !doings.isEmpty { label += " / \(doings.joined(separator: ", "))" }
        return label
    }

    /// What stands at an edge where there is little room: `pay […]`.
    func shortLabel(of edge: Edge) -> String {
        let row = row(of: edge)
        let label = row.isGuarded ? "\(edge.event) […]" : edge.event
        return switch row.target {
        case .goto: label
        case .stay: "\(label) / stays"
        case .stop: "\(label) / stops"
        }
    }

    /// The timeouts of a state where there is little room: `payment 30 min`.
    func shortTimeoutLabels(of state: String) -> [String] {
        timeouts.filter { $0.state == state }.map { "\($0.name) \(PictureText.delay($0.delay))" }
    }

    /// The timeouts of a state, in words: `payment after 30 min sends paymentTimedOut`.
    func timeoutLabels(of state: String) -> [String] {
        timeouts.filter { $0.state == state }
            .map { "\($0.name) after \(PictureText.delay($0.delay)) sends \($0.event)" }
    }
}

extension MachineOutline {
    /// Whether a row ends the machine.
    var hasStop: Bool { edges.contains { if case .stop = row(of: $0).target { true } else { false } } }

    /// Where an edge's lines end in a graph that has a node for the end.
    ///
    /// - Parameters:
    ///   - edge: the edge.
    ///   - end: the node of a machine that was stopped.
    ///   - name: what the node of a state is called.
    func goals(of edge: Edge, stopped end: String, naming name: (String) -> String) -> [String] {
        switch row(of: edge).target {
        case .goto(let states): states.map(name)
        case .stay: [name(edge.state)]
        case .stop: [end]
        }
    }
}

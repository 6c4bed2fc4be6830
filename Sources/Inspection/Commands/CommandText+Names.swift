extension CommandText {
    /// Names in a sentence: `a, b and c`.
    static func list(_ names: [String], _ word: String = "and") -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " \(word) " + last
    }

    /// What a person typed, in quotes; its beginning where it is long.
    static func quoted(_ text: String) -> String {
        let beginning = String(String.UnicodeScalarView(text.unicodeScalars.prefix(60)))
        return "\"\(beginning)\(beginning.unicodeScalars.count < text.unicodeScalars.count ? "…" : "")\""
    }

    /// The names that are likely meant: those that a typing error or two away lie nearest, or that go on like it.
    static func nearest(to name: String, of names: [String]) -> [String] {
        guard !name.isEmpty, name.unicodeScalars.count <= 64 else { return [] }
        let going = names.filter { $0.lowercased().hasPrefix(name.lowercased()) }
        if !going.isEmpty { return Array(going.prefix(3)) }
        let allowed = max(1, min(2, name.unicodeScalars.count / 2))
        let distances = names.map { ($0, distance($0.lowercased(), name.lowercased())) }
        guard let least = distances.map(\.1).min(), least <= allowed else { return [] }
        return Array(distances.filter { $0.1 == least }.map(\.0).prefix(3))
    }

    /// How many scalars must be inserted, dropped, replaced or swapped with their neighbour.
    ///
    /// The optimal string alignment distance: F. J. Damerau, Communications of the ACM 7 (3), 1964.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
        var above: [Int] = []
        var row = Array(0...right.count)
        for i in left.indices {
            var next = [i + 1]
            for j in right.indices {
                var least = min(row[j + 1] + 1, next[j] + 1, row[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    least = min(least, above[j - 1] + 1)
                }
                next.append(least)
            }
            above = row
            row = next
        }
        return row[right.count]
    }
}

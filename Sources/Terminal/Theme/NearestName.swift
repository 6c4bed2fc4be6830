/// Finds what somebody probably meant.
package enum NearestName {
    /// The name that needs the fewest changes to become this one (Levenshtein); the first of equals.
    package static func of(_ word: String, among names: [String]) -> String {
        names.min { distance($0, word) < distance($1, word) } ?? ""
    }

    private static func distance(_ left: String, _ right: String) -> Int {
        // Longer words than any name are never near, and need not cost time.
        let right = Array(right.unicodeScalars.prefix(64))
        var row = Array(0...right.count)
        for (index, scalar) in left.unicodeScalars.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let changed = diagonal + (right[column] == scalar ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}

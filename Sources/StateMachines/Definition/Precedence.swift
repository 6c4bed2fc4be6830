/// What stands when a definition says several things about the same key, such as two rows about one state and event.
///
/// This is the one rule: entries of a key stand in their order; behind one without a condition none may come, for it could
/// never be taken; and one that is overriding first removes what stood of its key before a place. A row removes what stood
/// before itself, and a whole block or fragment what stood before its first row.
struct Precedence<Key: Hashable> {
    /// What is said about some keys at once.
    struct Entry {
        var keys: [Key]
        var isConditional = false
        var overriding: Overriding?
    }

    /// What an entry removes.
    struct Overriding: Hashable {
        /// Says which of the overriding rows, blocks and fragments it belongs to.
        var scope: Int
        /// Entries before this one are removed.
        var before: Int
    }

    /// An entry that could never be taken.
    struct Conflict: Hashable {
        var key: Key
        var first: Int
        var second: Int
    }

    /// Entries that were removed.
    struct Removal: Hashable {
        var key: Key
        var removed: [Int]
        var by: Int
    }

    /// The entries of each key that stand, in their order.
    private(set) var standing: [Key: [Int]] = [:]
    private(set) var conflicts: [Conflict] = []
    private(set) var removals: [Removal] = []
    /// For each overriding scope that removed nothing, its first entry.
    private(set) var orphans: [Int] = []

    init(_ entries: [Entry]) {
        var useful: Set<Int> = []
        for (index, entry) in entries.enumerated() {
            for key in entry.keys {
                var present = standing[key] ?? []
                if let overriding = entry.overriding {
                    let removed = present.filter { $0 < overriding.before }
                    if !removed.isEmpty {
                        useful.insert(overriding.scope)
                        removals.append(Removal(key: key, removed: removed, by: index))
                        present.removeAll { $0 < overriding.before }
                    }
                }
                if let first = present.first(where: { !entries[$0].isConditional }) {
                    conflicts.append(Conflict(key: key, first: first, second: index))
                } else {
                    present.append(index)
                }
                standing[key] = present
            }
        }
        var seen: Set<Int> = []
        orphans = entries.indices.filter { index in
            guard let scope = entries[index].overriding?.scope, !useful.contains(scope) else { return false }
            return seen.insert(scope).inserted
        }
    }
}

/// Which of the subscriptions that can be claimed a claim takes.
///
/// All stores decide by this; each brings the beginnings of its frontier in three orders, long enough for the places.
package struct Frontier: Sendable {
    /// A subscription that can be claimed.
    package struct Row: Hashable, Sendable {
        /// The store's own name for it.
        package var key: Int64
        package var priority: Int64
        package var watermark: Int64
        /// `Type|id` of its target.
        package var name: String

        package init(key: Int64, priority: Int64 = 0, watermark: Int64, name: String) {
            self.key = key
            self.priority = priority
            self.watermark = watermark
            self.name = name
        }
    }

    /// By falling priority, then rising watermark, then name: at least `needed.byPriority` of each lane, or all.
    package var byPriority: [Row] = []
    /// By rising watermark, then name: at least `needed.lowest` of each lane, or all.
    package var lowest: [Row] = []
    /// By falling watermark, then name: at least `needed.highest` of each lane, or all.
    package var highest: [Row] = []

    /// Holds nothing yet.
    package init() {}

    /// How many rows of each order decide about so many places.
    package static func needed(for places: ClaimPlaces) -> (byPriority: Int, lowest: Int, highest: Int) {
        let kept = kept(of: places.lagging)
        return (
            places.lagging - kept, kept > 0 ? places.lagging : 0,
            places.leading > 0 ? places.lagging + places.leading : 0
        )
    }

    /// How many lagging places are kept for the lowest watermarks: a quarter, rounded to the nearest whole.
    private static func kept(of lagging: Int) -> Int { (lagging + 2) / 4 }

    /// The rows that are taken, each once, and whether from the lagging end; a place whose row is taken goes to the next.
    package func choose(_ places: ClaimPlaces) -> [(row: Row, isLagging: Bool)] {
        var taken: Set<Int64> = []
        var chosen: [(row: Row, isLagging: Bool)] = []
        func take(_ count: Int, of rows: [Row], isLagging: Bool, _ precedes: (Row, Row) -> Bool) {
            var left = count
            for row in rows.sorted(by: precedes) where left > 0 && taken.insert(row.key).inserted {
                chosen.append((row, isLagging))
                left -= 1
            }
        }
        let kept = Self.kept(of: places.lagging)
        take(places.lagging - kept, of: byPriority, isLagging: true) { left, right in
            if left.priority != right.priority { return left.priority > right.priority }
            return left.watermark == right.watermark ? left.precedes(right) : left.watermark < right.watermark
        }
        take(kept, of: lowest, isLagging: true) { left, right in
            left.watermark == right.watermark ? left.precedes(right) : left.watermark < right.watermark
        }
        take(places.leading, of: highest, isLagging: false) { left, right in
            left.watermark == right.watermark ? left.precedes(right) : left.watermark > right.watermark
        }
        return chosen
    }
}

extension Frontier.Row {
    fileprivate func precedes(_ other: Self) -> Bool { name.utf8.lexicographicallyPrecedes(other.name.utf8) }
}

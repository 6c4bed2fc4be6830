import Inspection
import Terminal

/// Where the parts of a subscription's line stand; what does not fit is empty, the least needed first.
struct ReactionColumns: Equatable {
    /// A column that begins somewhere and has some cells.
    struct Name: Equatable {
        var start = 2
        var count: Int
    }

    let name: Name
    var application = 0..<0
    var standing = 0..<0
    var lag = 0..<0
    var watermark = 0..<0
    var workMark = 0..<0
    var time = 0..<0
    var holder = 0..<0

    init(columns: Int, hasApplications: Bool) {
        var end = columns
        func take(_ count: Int, from least: Int) -> Range<Int> {
            guard columns >= least else { return 0..<0 }
            end -= count
            return (end + 1)..<(end + count)
        }
        holder = take(14, from: 90)
        time = take(9, from: 46)
        workMark = take(8, from: 64)
        watermark = take(8, from: 64)
        lag = take(7, from: 36)
        standing = take(9, from: 24)
        application = hasApplications ? take(13, from: 76) : 0..<0
        name = Name(count: max(1, end - 2))
    }

    /// The columns that have a title, with it.
    var titled: [(Range<Int>, DisplayText)] {
        let all: [(Range<Int>, DisplayText)] = [
            (application, "application"), (standing, "standing"), (lag, "lag"), (watermark, "handled"),
            (workMark, "mark"), (time, "when"), (holder, "holder"),
        ]
        return all.filter { !$0.0.isEmpty }
    }

    /// How many rows subscriptions have beside what stands below them: one is the titles', where there is room.
    static func rows(in area: Area, foot: Int) -> Int { max(1, area.rows - foot - (area.rows >= 5 ? 1 : 0)) }

    /// How many rows stand below the subscriptions.
    static func foot(of view: ReactionsView, rows: Int) -> Int {
        let lines = view.applications.count + view.projections.count
        guard rows >= 9, lines > 0 else { return 0 }
        return min(lines + 1, max(2, rows / 3))
    }

    /// How many rows stand above the subscriptions: what runs in this process.
    static func head(of view: ReactionsView, rows: Int) -> Int {
        guard rows >= 4 else { return 0 }
        return min(view.running.count, rows >= 12 ? 3 : 1)
    }
}

extension Model {
    /// How many subscriptions are seen at once.
    var reactionRows: Int {
        let area = layout[.timeline]
        guard let view = reactions.view else { return ReactionColumns.rows(in: area, foot: 0) }
        return ReactionColumns.rows(
            in: area,
            foot: ReactionColumns.foot(of: view, rows: area.rows) + ReactionColumns.head(of: view, rows: area.rows))
    }
}

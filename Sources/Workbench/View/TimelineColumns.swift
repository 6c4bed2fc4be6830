import Terminal

/// Which columns a list of events has in so much room; they go one by one, the least needed first.
struct TimelineColumns: Equatable {
    /// Two signs: what else is here, and the playhead.
    static let signs = 2
    let number: Int
    var distance: Int
    var stream: Int
    var type: Int
    var writer: Int

    /// Shares a row's columns out.
    init(columns: Int, last: Int64, hasStream: Bool = false) {
        let digits = String(last).count
        number = columns < 30 ? digits : max(5, digits)
        distance = columns >= 32 ? 6 : 0
        writer = columns >= 24 ? 2 : 0
        stream = hasStream ? (columns >= 100 ? 24 : columns >= 44 ? 16 : columns >= 30 ? 10 : 0) : 0
        let rest = columns - Self.signs - number - distance - writer - stream - 1
        let wanted = columns >= 90 && !hasStream ? 24 : 15
        type = max(0, min(wanted + 1, rest))
        // What a summary could not use goes to the type.
        if rest - type < 10 { type = max(0, rest) }
    }

    var distanceStart: Int { Self.signs + number }
    var streamStart: Int { distanceStart + distance + 1 }
    var typeStart: Int { streamStart + stream }
    var writerStart: Int { typeStart + type }
    var summaryStart: Int { writerStart + writer + 1 }
}

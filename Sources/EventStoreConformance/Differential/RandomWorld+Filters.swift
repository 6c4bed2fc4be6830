import Actors
import EventSourcing

extension RandomWorld {
    /// Parts of the log that are looked at again and again: by type, by no type, by chain, and by names in another case.
    static let lookedAt: [EventFilter] = [
        EventFilter(types: ["a", "é"]), EventFilter(types: []), EventFilter(correlationID: .number(3)),
        EventFilter(streams: .exact("order|a")), EventFilter(streams: .exact("Order|A")),
        EventFilter(streams: .exact("Order|a")), EventFilter(streams: .contains("der|a")),
    ]

    mutating func eventFilter() -> EventFilter {
        let text = pick(["", "a", "Order|", "é", "Order|a", "order|a", "|"])
        let types = (0..<number(0...3)).map { _ in pick(Self.names) }
        return EventFilter(
            types: once(in: 2) ? types : nil,
            streams: once(in: 2) ? pick([.exact(text), .prefix(text), .suffix(text), .contains(text)]) : nil,
            correlationID: once(in: 3) ? .number(UInt64(number(0...9))) : nil,
            happenedAfter: once(in: 3) ? now().adding(.seconds(number(-20...1))) : nil,
            happenedBefore: once(in: 3) ? now().adding(.seconds(number(-20...1))) : nil)
    }

    mutating func statisticsQuery() -> StatisticsQuery {
        StatisticsQuery(
            StatisticsQuery.Parts(rawValue: number(0...7)),
            excluding: once(in: 2) ? (0..<number(0...3)).map { _ in pick(Self.names) } : [],
            belowPosition: once(in: 3) ? Int64(number(-1...200)) : nil)
    }
}

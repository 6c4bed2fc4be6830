public import EventSourcing

/// What an operation on subscriptions came to.
public struct SubscriptionOperation: Hashable, Sendable {
    /// How many subscriptions it changed, or would change.
    public var count: Int
    /// Those that it would change, the first `previewed` of them as they stand; none where it was done.
    public var subscriptions: [Subscription]

    /// How many subscriptions a dry run shows at most.
    public static let previewed = 100

    /// Describes an operation.
    public init(count: Int, subscriptions: [Subscription] = []) {
        self.count = count
        self.subscriptions = subscriptions
    }
}

/// What an operator did, as it is remembered: an event of the stream `Operations|<application>`.
struct OperationNote: Sendable {
    /// The first part of the stream's name.
    static let entityType = "Operations"

    /// The event's type.
    let type: String
    let values: JSONObject

    init(_ type: String, of count: Int, by operatorName: String?, _ details: JSONObject = [:]) {
        self.type = type
        var values: JSONObject = ["count": .number(JSONNumber(count))]
        for detail in details { values[detail.key] = detail.value }
        if let operatorName { values["operator"] = .string(operatorName) }
        self.values = values
    }
}

extension Application {
    /// Remembers what was done; throws `OperatingError.notRemembered` where the store does not take that.
    func remember(_ note: OperationNote, count: Int) async throws {
        do {
            let event = NewEvent(
                type: note.type, payload: Array(JSONValue.object(note.values).compactText.utf8), timestamp: clock.now)
            _ = try await store.append(
                [event], to: PersistenceID(OperationNote.entityType, name), expecting: .any, by: system.writerID,
                epoch: nil, with: .none)
        } catch {
            throw OperatingError.notRemembered(note.type, count: count, error)
        }
    }
}

extension SubscriptionFilter {
    /// What it means, in words.
    var words: String {
        var words: [String] = []
        switch targets {
        case .these(let streams): words.append(streams.map(\.description).joined(separator: ", "))
        case .matching(let pattern): words.append("targets: \(pattern)")
        case nil: break
        }
        if let lane { words.append("lane: \(lane)") }
        if let isBlocked { words.append(isBlocked ? "blocked" : "not blocked") }
        if let source { words.append("source: \(source)") }
        if let fedBy { words.append("fed by: \(fedBy.map(\.description).joined(separator: ", "))") }
        return words.isEmpty ? "all" : words.joined(separator: "; ")
    }
}

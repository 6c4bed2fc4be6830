public import Actors

/// What failed, at which event, at each try.
public struct SubscriptionFailure: Hashable, Sendable {
    /// One try.
    public struct Attempt: Hashable, Sendable {
        /// When it failed: UTC, microseconds.
        public var time: Timestamp
        /// What the reaction said, without a payload.
        public var message: String

        /// Describes a try.
        public init(time: Timestamp, message: String) {
            self.time = time
            self.message = message
        }
    }

    /// The name of the reaction.
    public var reaction: String
    /// The global position of the event.
    public var position: Int64
    /// The tries, in their order.
    public var attempts: [Attempt]

    /// Describes a failure.
    public init(reaction: String, position: Int64, attempts: [Attempt]) {
        self.reaction = reaction
        self.position = position
        self.attempts = attempts
    }
}

// What only looks the same is another text in a store, and is written.
extension SubscriptionFailure.Attempt {
    /// Whether both are the same, byte for byte.
    public static func == (left: Self, right: Self) -> Bool {
        left.time == right.time && left.message.hasSameBytes(as: right.message)
    }
}

extension SubscriptionFailure {
    /// Whether both are the same, byte for byte.
    public static func == (left: Self, right: Self) -> Bool {
        left.reaction.hasSameBytes(as: right.reaction) && left.position == right.position
            && left.attempts == right.attempts
    }
}

// MARK: - As text in a store

extension SubscriptionFailure {
    /// The failure as JSON, for a person who looks into a store.
    package var text: String {
        let attempts = attempts.map { attempt in
            JSONValue.object(
                JSONObject([
                    .init("time", .number(JSONNumber(attempt.time.microseconds))),
                    .init("message", .string(attempt.message)),
                ]))
        }
        return JSONValue.object(
            JSONObject([
                .init("reaction", .string(reaction)), .init("position", .number(JSONNumber(position))),
                .init("attempts", .array(attempts)),
            ])
        ).compactText
    }

    /// Reads what `text` wrote; nil for anything else.
    package init?(text: String) {
        guard let value = try? JSONReader().read(Array(text.utf8)).value, let reaction = value["reaction"]?.string,
            let position = value["position"]?.number?.int64, let elements = value["attempts"]?.array
        else { return nil }
        var attempts: [Attempt] = []
        for element in elements {
            guard let time = element["time"]?.number?.int64, let message = element["message"]?.string else {
                return nil
            }
            attempts.append(Attempt(time: Timestamp(microseconds: time), message: message))
        }
        self.init(reaction: reaction, position: position, attempts: attempts)
    }
}

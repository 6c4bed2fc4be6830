import EventSourcing

/// One call on one port, drawn once and done on several stores.
struct RandomOperation: Sendable {
    /// What a store answered.
    enum Outcome: Sendable {
        case answer(any Hashable & Sendable)
        case refusal(any Error)
    }

    let text: @Sendable () -> String
    let run: @Sendable (StoreUnderTest) async -> Outcome
    /// Keeps of an answer what later operations are drawn from.
    let remember: @Sendable (Outcome, inout RandomWorld) -> Void

    init<Port, Answer: Hashable & Sendable>(
        _ port: Port.Type, _ text: @autoclosure @escaping @Sendable () -> String,
        _ body: @escaping @Sendable (Port) async throws -> Answer,
        remember: (@Sendable (Answer, inout RandomWorld) -> Void)? = nil
    ) {
        self.init(
            text,
            { underTest in
                try await body(try require(underTest.store as? Port, "the store must be \(Port.self)"))
            }, remember: remember)
    }

    /// An operation on a reader of the store.
    init<Answer: Hashable & Sendable>(
        reading text: @autoclosure @escaping @Sendable () -> String,
        _ body: @escaping @Sendable (any StoreReader) throws -> Answer
    ) {
        self.init(
            text, { try body(try require($0.makeReader, "a reader was given")()) }, remember: nil)
    }

    private init<Answer: Hashable & Sendable>(
        _ text: @escaping @Sendable () -> String, _ body: @escaping @Sendable (StoreUnderTest) async throws -> Answer,
        remember: (@Sendable (Answer, inout RandomWorld) -> Void)?
    ) {
        self.text = text
        run = { underTest in
            do {
                return .answer(try await body(underTest))
            } catch let error as StoreError {
                // Where a store keeps its file, and how it says it, is its own business.
                return .refusal(StoreError(error.reason, stream: error.stream))
            } catch {
                return .refusal(error)
            }
        }
        self.remember = { outcome, world in
            if case .answer(let answer) = outcome, let answer = answer as? Answer { remember?(answer, &world) }
        }
    }
}

extension RandomOperation.Outcome: Equatable {
    static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.answer(let left), .answer(let right)):
            AnyHashable(left) == AnyHashable(right) && haveSameBytes(left, right)
        case (.refusal(let left), .refusal(let right)): isSame(left, right)
        default: false
        }
    }

    // Texts that look the same are equal in Swift, and other texts in a store.
    private static func haveSameBytes(_ left: Any, _ right: Any) -> Bool {
        String(reflecting: left).utf8.elementsEqual(String(reflecting: right).utf8)
    }

    private static func isSame(_ left: any Error, _ right: any Error) -> Bool {
        guard let one = left as? any Hashable, let other = right as? any Hashable else {
            return "\(left)" == "\(right)"
        }
        return AnyHashable(one) == AnyHashable(other) && haveSameBytes(one, other)
    }

    /// For a message, cut where it would fill the screen.
    var text: String {
        let text =
            switch self {
            case .answer(let answer): "\(answer)"
            case .refusal(let error): "a refusal: \(error)"
            }
        return text.utf8.count <= 2_000 ? text : "\(text.prefix(2_000))… (\(text.utf8.count) bytes)"
    }
}

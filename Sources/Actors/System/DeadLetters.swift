/// The place where messages end up that nobody handled.
///
/// It keeps the last ones for reading and tells its subscribers of each as it comes.
public final class DeadLetters: Sendable {
    private struct State {
        var recent: [DeadLetter] = []
        var oldest = 0
        var total = 0
        var subscribers: [(token: Int, handler: @Sendable (DeadLetter) -> Void)] = []
        var nextToken = 0
    }

    /// How many letters are kept for `recent`.
    public let capacity: Int
    private let state = Locked(State())

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// The last letters, oldest first, at most `capacity` of them.
    public var recent: [DeadLetter] {
        state.withLock { Array($0.recent[$0.oldest...] + $0.recent[..<$0.oldest]) }
    }

    /// How many letters there have been since the system began.
    public var count: Int {
        state.withLock { $0.total }
    }

    /// Calls a closure with each letter to come, on the task that gave the letter up.
    ///
    /// Subscribers are called in the order they subscribed in, until the subscription is cancelled.
    @discardableResult
    public func subscribe(_ handler: @escaping @Sendable (DeadLetter) -> Void) -> Subscription {
        let token = state.withLock { state in
            state.nextToken += 1
            state.subscribers.append((state.nextToken, handler))
            return state.nextToken
        }
        return Subscription(letters: self, token: token)
    }

    func add(_ letter: DeadLetter) {
        let subscribers = state.withLock { state in
            state.total += 1
            if state.recent.count < capacity {
                state.recent.append(letter)
            } else {
                state.recent[state.oldest] = letter
                state.oldest = (state.oldest + 1) % capacity
            }
            return state.subscribers
        }
        for subscriber in subscribers {
            subscriber.handler(letter)
        }
    }

    /// A subscription to dead letters, which lasts until it is cancelled.
    public struct Subscription: Sendable {
        let letters: DeadLetters
        let token: Int

        /// Ends the subscription; a letter that is being handed out may still arrive.
        public func cancel() {
            letters.state.withLock { $0.subscribers.removeAll { $0.token == token } }
        }
    }
}

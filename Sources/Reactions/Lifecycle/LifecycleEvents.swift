import Actors
import EventSourcing

/// What happens in an application, as it happens, for one listener.
///
/// It keeps as many events as it was asked for until the listener takes them; what comes then is dropped and counted, so that
/// nobody waits for a slow listener. It ends when the application has shut down, or its task is cancelled.
public struct LifecycleEvents: AsyncSequence, Sendable {
    public typealias Element = LifecycleEvent

    let hub: LifecycleHub
    let capacity: Int

    /// Begins to listen.
    public func makeAsyncIterator() -> Iterator { Iterator(listener: hub.listen(keeping: capacity)) }

    /// One listener.
    public struct Iterator: AsyncIteratorProtocol {
        let listener: LifecycleListener

        /// The next event, waited for; nil at the end.
        public mutating func next() async -> LifecycleEvent? { await listener.next() }
    }
}

/// Tells all listeners of what happens, and waits for none.
final class LifecycleHub: Sendable {
    private struct State: Sendable {
        var listeners: [WeakListener] = []
        var isOver = false
    }

    private struct WeakListener: Sendable {
        weak let listener: LifecycleListener?
    }

    private let state = Locked(State())

    func listen(keeping capacity: Int) -> LifecycleListener {
        let listener = LifecycleListener(capacity: capacity)
        let isOver = state.withLock { state in
            state.listeners.removeAll { $0.listener == nil }
            if !state.isOver { state.listeners.append(WeakListener(listener: listener)) }
            return state.isOver
        }
        if isOver { listener.end() }
        return listener
    }

    func tell(_ event: @autoclosure () -> LifecycleEvent) {
        let listeners = state.withLock { $0.listeners }
        if listeners.isEmpty { return }
        let event = event()
        for listener in listeners { listener.listener?.take(event) }
    }

    func end() {
        let listeners = state.withLock { state in
            state.isOver = true
            defer { state.listeners = [] }
            return state.listeners
        }
        for listener in listeners { listener.listener?.end() }
    }
}

/// What one listener has not taken yet.
final class LifecycleListener: Sendable {
    private struct State: Sendable {
        var waiting: [LifecycleEvent] = []
        /// How many were dropped behind those that wait.
        var missed = 0
        var isOver = false
        var taker: UnsafeContinuation<LifecycleEvent?, Never>?
    }

    private let capacity: Int
    private let state = Locked(State())

    init(capacity: Int) { self.capacity = max(1, capacity) }

    func take(_ event: LifecycleEvent) {
        let taker = state.withLock { state in
            if state.isOver { return UnsafeContinuation<LifecycleEvent?, Never>?.none }
            if let taker = state.taker.take() { return taker }
            if state.missed > 0 || state.waiting.count >= capacity {
                state.missed += 1
            } else {
                state.waiting.append(event)
            }
            return nil
        }
        taker?.resume(returning: event)
    }

    func end() {
        let taker = state.withLock { state in
            state.isOver = true
            return state.taker.take()
        }
        taker?.resume(returning: nil)
    }

    func next() async -> LifecycleEvent? {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let ready: LifecycleEvent?? = state.withLock { state in
                    if !state.waiting.isEmpty { return state.waiting.removeFirst() }
                    if state.missed > 0 {
                        defer { state.missed = 0 }
                        return .missed(state.missed)
                    }
                    if state.isOver { return .some(nil) }
                    state.taker = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            end()
        }
    }
}

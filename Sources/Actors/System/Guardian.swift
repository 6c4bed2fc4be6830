/// The root above the actors that `ActorSystem.spawn` starts.
final class Guardian: ActorParent {
    private struct State {
        var children = Children()
        var isStopping = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    var children: [Cell] { state.withLock { $0.children.inOrder } }

    /// Whether all actors are to stop, or have.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    var pendingMessages: Int { children.reduce(0) { $0 + $1.pendingMessages } }

    /// Adds the cell that a closure makes for a free name; nil once the system stops.
    func add<Child: Cell>(name: String?, _ make: (String) -> Child) -> Child? {
        state.withLock { state in
            guard !state.isStopping else { return nil }
            let name = state.children.freeName(name)
            let cell = make(name)
            state.children.add(cell, name: name)
            return cell
        }
    }

    func siblings(of child: Cell) -> [Cell] { children.filter { $0 !== child } }

    func childDidStop(_ child: Cell, escalating cause: (any Error)?) {
        let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
            state.children.remove(child)
            guard state.isStopping, state.children.isEmpty else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Stops all actors and returns when the last one has.
    func stop() async {
        await withCheckedContinuation { continuation in
            let children: [Cell]? = state.withLock { state in
                state.isStopping = true
                guard !state.children.isEmpty else { return nil }
                state.waiters.append(continuation)
                return state.children.inOrder
            }
            guard let children else { return continuation.resume() }
            for child in children { child.enqueue(.stop) }
        }
    }
}

/// The actor above a registry's actors: it handles no message, and its children come from outside its activations.
// Safe to send: what it adds to `Cell` guards itself.
final class EntityRegion: Cell, @unchecked Sendable {
    /// Places whose messages wait for a successor to start, first come first; nil once the region has stopped.
    private let waiting = Locked<[any WaitingPlace]?>([])

    /// A region at the top level; one that has stopped if the system has shut down.
    static func spawn(in system: ActorSystem, name: String) -> EntityRegion {
        let root = ActorPath(system: system.name, elements: [])
        func make(_ name: String) -> EntityRegion {
            EntityRegion(path: root.appending(name), parent: system.guardian, system: system)
        }
        if let region = system.guardian.add(name: name, make) {
            region.enqueue(.start)
            return region
        }
        let stopped = make(name)
        stopped.children.withLock { $0.isClosed = true }
        _ = stopped.close()
        stopped.end()
        return stopped
    }

    /// An entity that fails is its registry's to deal with.
    override func begin() async throws {
        supervision = .resume
    }

    /// Entities do not depend on what else lives at the top level.
    override var followsSiblings: Bool { false }

    /// Starts an actor with messages that wait for it; nil if the region stops.
    func spawn<Message: Sendable>(
        _ behavior: Behavior<Message>, name: String, host: any CellHost, idle: Duration?, waiting: [Envelope]
    ) -> Cell? {
        let cell: Cell? = children.withLock { children in
            guard !children.isClosed else { return nil }
            let free = children.freeName(name)
            let cell = BehaviorCell(
                behavior: behavior, path: path.appending(free), parent: self, system: system, host: host,
                passivation: idle)
            children.add(cell, name: free)
            return cell
        }
        cell?.adopt(waiting)
        cell?.enqueue(.start)
        return cell
    }

    /// What waits for an actor that will not start any more is given up.
    override func end() {
        let places = waiting.withLock { $0.take() } ?? []
        for place in places { place.giveUpWaiting() }
    }

    /// Has a place told when the region stops; false if it has.
    func add(_ place: any WaitingPlace) -> Bool {
        waiting.withLock { places in
            places?.append(place)
            return places != nil
        }
    }

    func remove(_ place: any WaitingPlace) {
        waiting.withLock { $0?.removeAll { $0 === place } }
    }

    /// Frees the child's name at once, for its successor may be started next.
    override func childDidStop(_ child: Cell, escalating cause: (any Error)?) {
        children.withLock { $0.remove(child) }
        super.childDidStop(child, escalating: cause)
    }
}

/// A place with messages that wait for a successor to start.
protocol WaitingPlace: AnyObject, Sendable {
    func giveUpWaiting()
}

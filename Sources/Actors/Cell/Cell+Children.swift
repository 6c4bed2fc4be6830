extension Cell {
    func spawn<Child: Sendable>(_ behavior: Behavior<Child>, name: String?) -> ActorRef<Child> {
        switch phase {
        case .starting, .running: break
        case .restarting, .stopping, .stopped:
            return ActorRef(recipient: NoRecipient(path: path.appending(name ?? "#"), system: system))
        }
        let child = children.withLock { children in
            let free = children.freeName(name)
            let child = BehaviorCell<Child>(
                behavior: behavior, path: path.appending(free), parent: self, system: system)
            children.add(child, name: free)
            return child
        }
        child.enqueue(.start)
        return ActorRef(recipient: child)
    }
}

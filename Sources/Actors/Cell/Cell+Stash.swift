extension Cell {
    /// The backlog holds the next message last, so what goes in front is appended in reverse.
    func unstashAll() {
        backlog.append(contentsOf: stash.reversed())
        stash = []
    }
}

/// The timers of one actor, by key; touched only within its activations.
struct ActorTimers {
    private var timers: [String: ActorTimer] = [:]

    var keys: [String] { timers.keys.sorted() }

    func isActive(_ key: String) -> Bool {
        timers[key].map { !$0.isRevoked && !$0.isSpent } ?? false
    }

    /// Puts a timer in; the one it takes the place of is returned to be cancelled.
    mutating func set(_ timer: ActorTimer, forKey key: String) -> ActorTimer? {
        timers.updateValue(timer, forKey: key)
    }

    mutating func remove(_ key: String) -> ActorTimer? {
        timers.removeValue(forKey: key)
    }

    mutating func removeAll() -> [ActorTimer] {
        defer { timers = [:] }
        return Array(timers.values)
    }
}

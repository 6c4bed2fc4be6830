package import Actors

/// What a store keeps of a name that was ever armed, and how each call changes it.
///
/// All stores decide by this, so that the rule of the timers stands in one place.
package struct TimerRow: Hashable, Sendable {
    /// The last generation; it outlives the timer.
    package var generation: Int64
    /// Nil where the timer has fired or was cancelled.
    package var armed: StoredTimer?

    package init(generation: Int64, armed: StoredTimer? = nil) {
        self.generation = generation
        self.armed = armed
    }

    /// When it can be claimed, where nobody holds it.
    package var due: Timestamp? { heldUntil == nil ? armed?.deadline : nil }

    /// Until when it can't be claimed: claimed, or to be tried again later.
    package var heldUntil: Timestamp? { armed?.claim?.until ?? armed?.retryAt }

    /// The row with the timer armed, nil where its generation is not a new one.
    package static func arming(
        _ timer: NewTimer, of id: PersistenceID, generation: Int64, over known: TimerRow?
    ) -> TimerRow? {
        if let known, known.generation >= generation { return nil }
        let stored = StoredTimer(
            persistenceID: id, name: timer.name, generation: generation, deadline: timer.deadline,
            payload: timer.payload)
        return TimerRow(generation: generation, armed: stored)
    }

    package mutating func disarm() -> Bool {
        defer { armed = nil }
        return armed != nil
    }

    package mutating func complete(generation: Int64) -> Bool { self.generation == generation && disarm() }

    /// Arms what was given up once more; false where it is not the last generation, or armed.
    package mutating func replay(_ letter: StoredDeadLetter, name: String, at now: Timestamp) -> Bool {
        guard armed == nil, generation == letter.sequenceNumber, let id = letter.persistenceID else { return false }
        armed = StoredTimer(
            persistenceID: id, name: name, generation: generation, deadline: now, payload: letter.payload)
        return true
    }

    /// Lets others claim it again, as nobody holds it any more.
    package mutating func wake() {
        armed?.claim = nil
        armed?.retryAt = nil
    }

    package mutating func claim(_ claim: RowClaim) {
        armed?.claim = claim
        armed?.attempts += 1
    }

    package mutating func release(_ known: StoredTimer) -> Bool {
        guard isClaimed(by: known) else { return false }
        armed?.claim = nil
        armed?.attempts -= 1
        return true
    }

    package mutating func fail(_ known: StoredTimer, error: String, retryAt: Timestamp) -> Bool {
        guard isClaimed(by: known) else { return false }
        armed?.claim = nil
        armed?.lastError = error
        armed?.retryAt = retryAt
        return true
    }

    /// Whether a timer is held by the claim that it came with.
    package func isClaimed(by known: StoredTimer) -> Bool {
        known.claim != nil && armed?.claim == known.claim && generation == known.generation
    }

    /// Throws `StoreError.invalid` for a name that no timer can have.
    package static func require(_ name: String, of id: PersistenceID) throws {
        guard (1...NewTimer.longestName).contains(name.utf8.count) else {
            throw StoreError(
                .invalid, stream: id,
                detail: "the name of a timer has from 1 to \(NewTimer.longestName) bytes, not \(name.utf8.count)")
        }
    }
}

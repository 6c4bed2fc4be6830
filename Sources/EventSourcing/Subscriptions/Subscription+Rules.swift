package import Actors

// All stores decide by these, so that the rules of the subscriptions stand in one place.
extension Subscription {
    /// Whether it can be claimed once leases that have run out and due times that have come are looked after.
    package var isInFrontier: Bool { blocked == nil && holding == nil && due == nil && watermark < workMark }

    /// Takes what a further registration says.
    ///
    /// - Parameter correlated: up to where everything was correlated before: one that had nothing to do has nothing to do there.
    package mutating func subscribe(_ new: NewSubscription, behind correlated: Int64 = 0) {
        let hadWork = watermark < workMark
        if source != new.source {
            // What is still to be done may be of the source before, so that only all streams hold both. And its own stream alone
            // is the source of what no other ever fed, because that is what a reset keeps.
            source = hadWork || new.isFedByItself ? nil : new.source
        }
        if !hadWork { begin(behind: correlated, upTo: new.workMark) }
        lane = new.lane
        priority = max(priority, new.priority)
        workMark = max(workMark, new.workMark)
    }

    /// Begins behind what was correlated before it was registered, which did not concern it.
    package mutating func begin(behind correlated: Int64) { begin(behind: correlated, upTo: workMark) }

    private mutating func begin(behind correlated: Int64, upTo mark: Int64) {
        // A late correlation may find what another one has gone beyond.
        watermark = max(watermark, min(correlated, max(0, mark) - 1))
    }

    /// Gives up a lease that has run out.
    package mutating func giveUp() {
        holding = nil
        retries = retries == .max ? .max : retries + 1
    }

    /// The latest end that a lease may have which was given before `now`, by whomever: beyond it, the clock was put back since.
    package static func latestEnd(for term: Duration, at now: Timestamp) -> Timestamp {
        (0..<termsAhead).reduce(now) { end, _ in end.adding(term) }
    }

    /// Has a lease of before the clock was put back end as if it had been given now.
    package mutating func shorten(to until: Timestamp) { holding?.until = until }

    /// Leases it.
    package mutating func claim(by holder: WriterID, until: Timestamp) throws {
        guard fencingNumber < .max else {
            throw StoreError(
                .invalid, stream: target, detail: "the fencing number of its subscription can't rise any further")
        }
        fencingNumber += 1
        holding = Holding(holder: holder, until: until)
    }

    /// Who has the last claim, be it that its lease has run out.
    package var lastClaim: LastClaim { LastClaim(fencingNumber: fencingNumber, holder: holding?.holder) }

    /// Lets a claim that is still held go on, and answers whether it was.
    package mutating func renew(_ claim: SubscriptionClaim, until: Timestamp) -> Bool {
        guard let held = holding, lastClaim.isHeld(by: claim) else { return false }
        holding = Holding(holder: held.holder, until: max(held.until, until))
        return true
    }

    /// Ends a claim that is still held, and answers whether it was.
    package mutating func ack(_ done: Acknowledgement) -> Bool {
        guard finish(done) else { return false }
        if let due = done.due { self.due = self.due.map { max($0, due) } ?? due }
        return true
    }

    /// Ends a claim that is still held and blocks, and answers whether it was.
    package mutating func block(_ done: Acknowledgement, at now: Timestamp) -> Bool {
        guard finish(done) else { return false }
        blocked = now
        due = nil
        return true
    }

    private mutating func finish(_ done: Acknowledgement) -> Bool {
        guard lastClaim.isHeld(by: done.claim) else { return false }
        holding = nil
        watermark = max(watermark, done.watermark)
        handled = done.handled
        retries = max(0, done.retries)
        failure = done.failure
        return true
    }

    /// Begins again at the first event.
    ///
    /// Its source is that of what came last; before, other streams may have fed it, unless it is fed by itself.
    package mutating func reset() {
        if source != .exact(target.description) { source = nil }
        (watermark, retries, handled, failure, blocked, holding, due) = (0, 0, [], nil, nil, nil, nil)
    }

    /// Lets a blocked one be claimed again, and answers whether it was blocked.
    package mutating func unblock() -> Bool {
        guard blocked != nil else { return false }
        (blocked, failure, retries) = (nil, nil, 0)
        return true
    }
}

extension NewSubscription {
    /// Whether its own stream alone feeds it.
    fileprivate var isFedByItself: Bool { source == .exact(target.description) }
}

// MARK: - Bounds

extension Subscription {
    /// Throws `StoreError.invalid` for a name that no application or lane can have.
    package static func require(_ name: String, as what: StaticString) throws {
        guard (1...longestName).contains(name.utf8.count) else {
            throw StoreError(
                .invalid, detail: "the name of \(what) has from 1 to \(longestName) bytes, not \(name.utf8.count)")
        }
    }

    /// Throws `StoreError.invalid` where an application or a target's lane has a name that it can't have.
    package static func require(_ subscriptions: [NewSubscription], of application: String) throws {
        try require(application, as: "an application")
        for subscription in subscriptions {
            try require(subscription.lane, as: "a lane")
            try StoredText.require(subscription.source?.text, of: subscription.target)
        }
    }

    /// Throws `StoreError.invalid` where the ends of claims say more than can be read again.
    package static func require(_ acknowledgements: [Acknowledgement]) throws {
        for done in acknowledgements where done.failure != nil || !done.handled.isEmpty {
            try StoredText.require(done.failure?.text, of: done.claim.target)
            try StoredText.require(handledText(of: done.handled), of: done.claim.target)
        }
    }

    /// Throws `StoreError.invalid` for a claim that can't be made.
    package static func require(application: String, lane: String?, term: Duration) throws {
        try require(application, as: "an application")
        if let lane { try require(lane, as: "a lane") }
        try require(term: term)
    }

    /// Throws `StoreError.invalid` for a term that no claim can have.
    package static func require(term: Duration) throws {
        guard term > .zero else { throw StoreError(.invalid, detail: "the term of a claim is above zero") }
    }
}

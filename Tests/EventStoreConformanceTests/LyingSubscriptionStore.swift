import Actors
import EventSourcing

/// A store of subscriptions that breaks one rule on purpose.
struct LyingSubscriptionStore: SubscriptionStore {
    enum Lie: String, CaseIterable {
        case acksForAnybody
        case losesWhatWasDoneLate
        case forgetsRetries
        case forgetsWhatIsHandled
        case claimsFromAllLanes
        case claimsFromTheWrongEnd
        case lowersPriorities
        case blocksNothing
        case defersNothing
        case unblocksWhatIsNot
        case resetsWithoutCounting
        case prioritizesAll
        case mixesApplications
        case movesNoCheckpoint
        case listsBackwards
        case listsLanesBackwards
        case listsWhateverFeedsIt
        case waitsForNothing
        case renewsForAnybody
        case losesWhatIsRenewedLate
        case shortensClaims
        case answersClaimsAsTheyWere

        /// How the name of a case begins that must catch it.
        var caughtBy: String {
            switch self {
            case .acksForAnybody: "reactions 53, 67"
            case .losesWhatWasDoneLate: "what was done under a lease that has run out counts"
            case .forgetsRetries: "reactions 49, 56"
            case .forgetsWhatIsHandled: "reactions 77, 78, 80"
            case .claimsFromAllLanes: "reactions 99"
            case .claimsFromTheWrongEnd: "the lagging places go by priority"
            case .lowersPriorities: "reactions 33, 34"
            case .blocksNothing: "reactions 65, 66, 68"
            case .defersNothing: "reactions 70, 71"
            case .unblocksWhatIsNot: "reactions 87"
            case .resetsWithoutCounting: "reactions 43, 82"
            case .prioritizesAll: "reactions 95, 101, 136"
            case .mixesApplications: "what one application operates on"
            case .movesNoCheckpoint: "reactions 35, 36, 37, 38, 39"
            case .listsBackwards: "reactions 117"
            case .listsLanesBackwards: "the lanes in which something can be claimed"
            case .listsWhateverFeedsIt: "reactions 132"
            case .waitsForNothing: "the next moment"
            case .renewsForAnybody: "of several claims those that are held are renewed"
            case .losesWhatIsRenewedLate: "a claim that has run out goes on where nobody has followed"
            case .shortensClaims: "a renewed claim goes on under the same number"
            case .answersClaimsAsTheyWere: "a renewed claim is answered as it is then"
            }
        }
    }

    let lie: Lie
    let inner = InMemoryStore()

    private func name(_ application: String) -> String { lie == .mixesApplications ? "all" : application }

    func subscribe(_ subscriptions: [NewSubscription], of application: String) async throws -> Int {
        let count = try await inner.subscribe(subscriptions, of: name(application))
        for new in subscriptions where lie == .lowersPriorities {
            try await inner.prioritize(.these(new.target), of: application, to: new.priority)
        }
        return count
    }

    func correlated(
        _ subscriptions: [NewSubscription], through position: Int64, of application: String, at now: Timestamp
    ) async throws -> Correlation {
        let position = lie == .movesNoCheckpoint ? 0 : position
        return try await inner.correlated(subscriptions, through: position, of: name(application), at: now)
    }

    func checkpoint(of application: String) async throws -> Int64 {
        try await inner.checkpoint(of: name(application))
    }

    func claim(
        _ places: ClaimPlaces, in lane: String?, of application: String, for term: Duration, by holder: WriterID,
        at now: Timestamp
    ) async throws -> [SubscriptionClaim] {
        var places = places
        if lie == .claimsFromTheWrongEnd {
            places = ClaimPlaces(lagging: places.leading, leading: places.lagging)
        }
        var claims = try await inner.claim(
            places, in: lie == .claimsFromAllLanes ? nil : lane, of: name(application), for: term, by: holder, at: now)
        if lie == .forgetsRetries { for index in claims.indices { claims[index].subscription.retries = 0 } }
        return claims
    }

    func renew(
        _ claims: [SubscriptionClaim], for term: Duration, at now: Timestamp
    ) async throws -> [SubscriptionClaim] {
        var renewed: [SubscriptionClaim] = []
        for claim in claims {
            var (own, row) = (claim, claim.subscription)
            switch lie {
            case .renewsForAnybody:
                let rows = try await inner.list(.these(row.target), of: row.application, after: nil, limit: 1)
                own.subscription = rows.first ?? row
            case .losesWhatIsRenewedLate: if own.hasRunOut(at: now) { continue }
            case .shortensClaims:
                row.holding?.until = now.adding(term)
                if !(try await inner.renew([own], for: term, at: now)).isEmpty {
                    renewed.append(SubscriptionClaim(row, isLagging: own.isLagging))
                }
                continue
            default: break
            }
            let answer = try await inner.renew([own], for: term, at: now)
            renewed += lie == .answersClaimsAsTheyWere && !answer.isEmpty ? [claim] : answer
        }
        return renewed
    }

    func ack(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription] {
        var acknowledgements = acknowledgements
        if lie == .losesWhatWasDoneLate { acknowledgements.removeAll { $0.claim.hasRunOut(at: now) } }
        for index in acknowledgements.indices {
            let claim = acknowledgements[index].claim.subscription
            switch lie {
            case .acksForAnybody:
                let rows = try await inner.list(.these(claim.target), of: claim.application, after: nil, limit: 1)
                if let row = rows.first { acknowledgements[index].claim.subscription = row }
            case .forgetsWhatIsHandled: acknowledgements[index].handled = []
            default: break
            }
        }
        return try await inner.ack(acknowledgements, at: now)
    }

    func block(_ acknowledgements: [Acknowledgement], at now: Timestamp) async throws -> [Subscription] {
        if lie == .blocksNothing { return try await inner.ack(acknowledgements, at: now) }
        return try await inner.block(acknowledgements, at: now)
    }

    func `defer`(_ filter: SubscriptionFilter, of application: String, until: Timestamp) async throws -> Int {
        if lie == .defersNothing {
            return try await inner.list(filter, of: application, after: nil, limit: .max).count
        }
        return try await inner.defer(filter, of: name(application), until: until)
    }

    func reset(_ filter: SubscriptionFilter, of application: String) async throws -> Int {
        let count = try await inner.reset(filter, of: name(application))
        return lie == .resetsWithoutCounting ? min(count, 0) : count
    }

    func unblock(_ filter: SubscriptionFilter, of application: String) async throws -> Int {
        let meant = try await inner.list(filter, of: name(application), after: nil, limit: .max).count
        let count = try await inner.unblock(filter, of: name(application))
        return lie == .unblocksWhatIsNot ? meant : count
    }

    func prioritize(_ filter: SubscriptionFilter, of application: String, to priority: Int64) async throws -> Int {
        let filter = lie == .prioritizesAll ? .all : filter
        return try await inner.prioritize(filter, of: name(application), to: priority)
    }

    func list(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) async throws -> [Subscription] {
        var filter = filter
        if lie == .listsWhateverFeedsIt { filter.fedBy = nil }
        let found = try await inner.list(filter, of: name(application), after: target, limit: limit)
        return lie == .listsBackwards ? found.reversed() : found
    }

    func lanes(of application: String) async throws -> [String] {
        let lanes = try await inner.lanes(of: name(application))
        return lie == .listsLanesBackwards ? lanes.reversed() : lanes
    }

    func nextDue(of application: String) async throws -> Timestamp? {
        lie == .waitsForNothing ? nil : try await inner.nextDue(of: name(application))
    }
}

extension SubscriptionClaim {
    fileprivate func hasRunOut(at now: Timestamp) -> Bool { subscription.holding.map { $0.until <= now } ?? true }
}

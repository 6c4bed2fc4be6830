internal import Actors
internal import EventSourcing
internal import Glibc
internal import SQLiteStorage

/// Wants again and again what another process wants too: the next number of a stream, a claim, a lease.
struct Racing {
    /// What it got, each a word: `e:STREAM:NUMBER`, `c:TARGET:FENCING`, `l:FENCING`.
    private(set) var got: [String] = []
    /// How often somebody else was first.
    private(set) var refused = 0
    /// What should not have been.
    private(set) var strange: [String] = []
    private let store: SQLiteStore
    private let writer = WriterID(ULID(high: 9, low: UInt64(getpid())))

    init(_ store: SQLiteStore) { self.store = store }

    mutating func run(_ rounds: Int) async {
        for round in 0..<rounds {
            do {
                try await append(to: "Race|\(round % 3)")
                try await claim()
                try await lease(UInt64(round))
            } catch {
                strange.append("\(error)".replacing(" ", with: "_"))
            }
        }
    }

    /// Answers whether nobody else was first.
    @discardableResult
    private mutating func append(to name: String) async throws -> Bool {
        let id = try PersistenceID(parsing: name)
        let number = try await store.head(of: id)?.sequenceNumber ?? 0
        let event = NewEvent(type: "Raced", payload: Array("{}".utf8), timestamp: .epoch)
        do {
            let receipt = try await store.append(
                [event], to: id, expecting: .number(number), by: writer, epoch: nil, with: .none)
            let given = receipt.sequenceNumbers.lowerBound
            got.append("e:\(name):\(given)")
            if given != number + 1 { strange.append("\(number + 1)_was_wanted_and_\(given)_was_given") }
            return true
        } catch is ConcurrentModificationError {
            refused += 1
            return false
        }
    }

    private mutating func claim() async throws {
        let claims = try await store.claim(
            ClaimPlaces(lagging: 2, leading: 1), in: nil, of: "race", for: .seconds(600), by: writer, at: .epoch)
        if claims.isEmpty { refused += 1 }
        for claim in claims { got.append("c:\(claim.target):\(claim.subscription.fencingNumber)") }
        // Where it stood: so that it can be claimed again.
        let kept = try await store.ack(claims.map { Acknowledgement($0, watermark: 0) }, at: .epoch)
        if kept.count != claims.count { strange.append("\(claims.count - kept.count)_claims_were_lost") }
    }

    private mutating func lease(_ round: UInt64) async throws {
        let answer = try await store.acquire(
            "race", for: .seconds(600), as: ULID(high: UInt64(getpid()), low: round), by: writer, at: .epoch)
        guard case .acquired(let lease) = answer else {
            refused += 1
            return
        }
        got.append("l:\(lease.fencingNumber)")
        // Nobody else writes what the lease is for.
        if try await !append(to: "Race|leased") { strange.append("written_without_the_lease") }
        if try await !store.release(lease) { strange.append("the_lease_was_lost") }
    }
}

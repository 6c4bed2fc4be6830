import Actors

extension SubscriptionRows.Application {
    mutating func subscribe(
        _ subscriptions: [NewSubscription], of application: String, behind correlated: Int64
    ) -> Int {
        let before = rows.count
        for new in subscriptions {
            if let index = indexes[new.target] {
                _ = change(index) { row in
                    row.subscribe(new, behind: correlated)
                    return true
                }
            } else {
                indexes[new.target] = rows.count
                byName.insert(RowKey(first: 0, name: new.target.description, index: rows.count))
                var row = Subscription(new, of: application)
                row.begin(behind: correlated)
                row.fencingNumber = firstNumber
                rows.append(row)
                changes += 1
                file(rows.count - 1)
            }
        }
        return rows.count - before
    }

    /// Takes over what is kept elsewhere; nobody has a claim of it here.
    mutating func adopt(_ others: [Subscription], checkpoint position: Int64) {
        for var row in others {
            row.holding = nil
            indexes[row.target] = rows.count
            byName.insert(RowKey(first: 0, name: row.target.description, index: rows.count))
            rows.append(row)
            file(rows.count - 1)
        }
        checkpoint = position
    }

    mutating func advance(to position: Int64) -> Int64 {
        if position > checkpoint { (checkpoint, changes) = (position, changes + 1) }
        return checkpoint
    }

    mutating func change(_ target: PersistenceID, _ body: (inout Subscription) -> Bool) -> Subscription? {
        indexes[target].flatMap { change($0, body) }
    }

    private mutating func change(_ index: Int, _ body: (inout Subscription) -> Bool) -> Subscription? {
        var row = rows[index]
        guard body(&row) else { return nil }
        if row != rows[index] {
            unfile(index)
            rows[index] = row
            file(index)
            changes += 1
        }
        return row
    }

    // MARK: Orders

    /// Puts a row into the orders that it belongs to.
    private mutating func file(_ index: Int) { forEachOrder(of: index) { $0.insert($1) } }

    /// Takes a row out of the orders that it belongs to.
    private mutating func unfile(_ index: Int) { forEachOrder(of: index) { $0.remove($1) } }

    private mutating func forEachOrder(of index: Int, _ body: (inout SortedKeys, RowKey) -> Void) {
        let (row, name) = (rows[index], rows[index].target.description)
        if row.isInFrontier {
            let lane = lane(row.lane)
            body(&lanes[lane].byPriority, .byPriority(row, name, index))
            body(&lanes[lane].lowest, .lowest(row, name, index))
            body(&lanes[lane].highest, .highest(row, name, index))
        }
        if let until = row.holding?.until { body(&leased, .at(until, name, index)) }
        if let due = row.due { body(&waiting, .at(due, name, index)) }
    }

    private mutating func lane(_ name: String) -> Int {
        if let index = lanes.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) { return index }
        lanes.append(SubscriptionRows.Lane(name: name))
        return lanes.count - 1
    }

    // MARK: Claims

    mutating func claim(
        _ places: ClaimPlaces, in lane: String?, for term: Duration, by holder: WriterID, at now: Timestamp
    ) throws -> [SubscriptionClaim] {
        let until = now.adding(term)
        wake(at: now)
        shorten(behind: Subscription.latestEnd(for: term, at: now), to: until)
        let needed = Frontier.needed(for: places)
        var frontier = Frontier()
        for found in lanes where lane.map({ $0.utf8.elementsEqual(found.name.utf8) }) ?? true {
            frontier.byPriority += found.byPriority.prefix(needed.byPriority).map { row($0.index) }
            frontier.lowest += found.lowest.prefix(needed.lowest).map { row($0.index) }
            frontier.highest += found.highest.prefix(needed.highest).map { row($0.index) }
        }
        let chosen = frontier.choose(places)
        // All or none: a fencing number at its end fails the claim before anything is changed.
        for choice in chosen {
            var row = rows[Int(choice.row.key)]
            try row.claim(by: holder, until: until)
        }
        return try chosen.compactMap { choice in
            var failure: (any Error)?
            let claimed = change(Int(choice.row.key)) { row in
                do { try row.claim(by: holder, until: until) } catch { failure = error }
                return failure == nil
            }
            if let failure { throw failure }
            return claimed.map { SubscriptionClaim($0, isLagging: choice.isLagging) }
        }
    }

    private func row(_ index: Int) -> Frontier.Row {
        let row = rows[index]
        return Frontier.Row(
            key: Int64(index), priority: row.priority, watermark: row.watermark, name: row.target.description)
    }

    private mutating func wake(at now: Timestamp) {
        for key in leased.prefix(Subscription.wokenAtOnce) where key.first <= now.microseconds {
            _ = change(key.index) { row in
                row.giveUp()
                return true
            }
        }
        for key in waiting.prefix(Subscription.wokenAtOnce) where key.first <= now.microseconds {
            _ = change(key.index) { row in
                row.due = nil
                return true
            }
        }
    }

    private mutating func shorten(behind latest: Timestamp, to until: Timestamp) {
        guard latest.microseconds < .max else { return }
        var found: [RowKey] = []
        leased.visit(from: RowKey(first: latest.microseconds + 1, name: "", index: 0)) { key in
            found.append(key)
            return found.count < Subscription.wokenAtOnce
        }
        for key in found {
            _ = change(key.index) { row in
                row.shorten(to: until)
                return true
            }
        }
    }

    // MARK: Lists

    func list(_ filter: SubscriptionFilter, after target: PersistenceID?, limit: Int) -> [Subscription] {
        let behind = target?.description
        func isBehind(_ name: String) -> Bool { behind.map { $0.utf8.lexicographicallyPrecedes(name.utf8) } ?? true }
        guard limit > 0 else { return [] }
        if let names = filter.names {
            return Array(
                names.lazy.compactMap { indexes[$0].map { rows[$0] } }
                    .filter { isBehind($0.target.description) && filter.matches($0) }.prefix(limit))
        }
        let prefix = filter.prefix
        var found: [Subscription] = []
        let start = behind.map { $0.utf8.lexicographicallyPrecedes(prefix.utf8) ? prefix : $0 } ?? prefix
        byName.visit(from: RowKey(first: 0, name: start, index: 0)) { key in
            guard key.name.utf8.starts(with: prefix.utf8) else { return false }
            let row = rows[key.index]
            if isBehind(key.name), filter.matches(row) { found.append(row) }
            return found.count < limit
        }
        return found
    }
}

extension RowKey {
    // A complement turns an order of numbers around, whatever the number.
    fileprivate static func byPriority(_ row: Subscription, _ name: String, _ index: Int) -> RowKey {
        RowKey(first: ~row.priority, second: row.watermark, name: name, index: index)
    }

    fileprivate static func lowest(_ row: Subscription, _ name: String, _ index: Int) -> RowKey {
        RowKey(first: row.watermark, name: name, index: index)
    }

    fileprivate static func highest(_ row: Subscription, _ name: String, _ index: Int) -> RowKey {
        RowKey(first: ~row.watermark, name: name, index: index)
    }

    fileprivate static func at(_ time: Timestamp, _ name: String, _ index: Int) -> RowKey {
        RowKey(first: time.microseconds, name: name, index: index)
    }
}

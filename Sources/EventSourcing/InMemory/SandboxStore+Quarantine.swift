public import Actors

extension SandboxStore: QuarantineStore {
    @discardableResult
    public func quarantine(_ event: QuarantinedEvent) async throws -> Bool { try write { try $0.quarantine(event) } }

    public func quarantined(of id: PersistenceID, after number: Int64, limit: Int) async throws -> [QuarantinedEvent] {
        try read { try $0.quarantined(of: id, after: number, limit: limit) }
    }

    public func quarantined(after event: QuarantinedEvent?, limit: Int) async throws -> [QuarantinedEvent] {
        try read { try $0.quarantined(after: event, limit: limit) }
    }

    @discardableResult
    public func release(_ id: PersistenceID, sequenceNumber: Int64, at time: Timestamp) async throws -> Bool {
        try write { try $0.release(id, sequenceNumber) }
    }
}

extension SandboxState {
    mutating func quarantine(_ event: QuarantinedEvent) throws -> Bool {
        try event.requireStorable()
        if try isApartBeneath(event.persistenceID, event.sequenceNumber) { return false }
        guard memory.quarantine.add(event) else { return false }
        memory.changes += 1
        return true
    }

    mutating func release(_ id: PersistenceID, _ number: Int64) throws -> Bool {
        let isBeneath = try isApartBeneath(id, number)
        if isBeneath { releasedBeneath.insert(EventName(persistenceID: id, sequenceNumber: number)) }
        guard memory.quarantine.remove(id, number) || isBeneath else { return false }
        memory.changes += 1
        return true
    }

    func quarantined(of id: PersistenceID, after number: Int64, limit: Int) throws -> [QuarantinedEvent] {
        let above = memory.quarantine.events(of: id, after: number, limit: limit)
        let beneath = try shown(limit) { last, count in
            try base.quarantined(of: id, after: last?.sequenceNumber ?? number, limit: count)
        }
        return Array((beneath + above).sorted { $0.sequenceNumber < $1.sequenceNumber }.prefix(max(0, limit)))
    }

    func quarantined(after event: QuarantinedEvent?, limit: Int) throws -> [QuarantinedEvent] {
        let above = memory.quarantine.events(after: event, limit: limit)
        let beneath = try shown(limit) { last, count in try base.quarantined(after: last ?? event, limit: count) }
        let all = (beneath + above).sorted { left, right in
            let (one, other) = (left.persistenceID.description, right.persistenceID.description)
            if one.utf8.elementsEqual(other.utf8) { return left.sequenceNumber < right.sequenceNumber }
            return one.utf8.lexicographicallyPrecedes(other.utf8)
        }
        return Array(all.prefix(max(0, limit)))
    }

    private func isApartBeneath(_ id: PersistenceID, _ number: Int64) throws -> Bool {
        guard number > .min, !releasedBeneath.contains(EventName(persistenceID: id, sequenceNumber: number)) else {
            return false
        }
        return try base.quarantined(of: id, after: number - 1, limit: 1).first?.sequenceNumber == number
    }

    /// What is read beneath, page by page, without what the sandbox has let go.
    private func shown(
        _ limit: Int, page: (_ last: QuarantinedEvent?, _ count: Int) throws -> [QuarantinedEvent]
    ) throws -> [QuarantinedEvent] {
        var found: [QuarantinedEvent] = []
        var last: QuarantinedEvent?
        while found.count < limit {
            let count = limit - found.count
            let read = try page(last, count)
            found += read.filter {
                !releasedBeneath.contains(
                    EventName(persistenceID: $0.persistenceID, sequenceNumber: $0.sequenceNumber))
            }
            last = read.last
            if read.count < count { break }
        }
        return found
    }
}

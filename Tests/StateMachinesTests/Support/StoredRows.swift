import EventSourcing

extension EventStore {
    /// The stored events of an instance, as `number type payload`.
    func rows(of id: PersistenceID) async throws -> [String] {
        // A few at a time, which a file reads on the spot.
        let few: Int64 = 50
        var rows: [String] = []
        while rows.count % Int(few) == 0 {
            let next = Int64(rows.count) + 1
            let part = try await load(id, from: next, through: next + few - 1, fields: .all, into: [String]()) {
                part, event in
                let payload = event.withPayload { String(decoding: $0, as: UTF8.self) }
                part.append("\(event.sequenceNumber) \(event.type) \(payload)")
                return .next
            }
            if part.isEmpty { break }
            rows += part
        }
        return rows
    }
}

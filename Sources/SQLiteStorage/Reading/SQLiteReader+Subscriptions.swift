package import EventSourcing

extension SQLiteReader: SubscriptionReader {
    package func applications() throws -> [String] {
        try ask { try $0.applications(limit: SubscriptionReading.mostNames) }
    }

    package func subscriptions(
        _ filter: SubscriptionFilter, of application: String, after target: PersistenceID?, limit: Int
    ) throws -> [Subscription] {
        try ask {
            try $0.subscriptions(filter, of: application, after: target, limit: limit, passingOver: true)
                .map(\.subscription)
        }
    }

    package func checkpoint(of application: String) throws -> Int64 {
        try ask { try $0.checkpoint(of: application) ?? 0 }
    }

    package func projections() throws -> [ProjectionDescription] {
        try ask { try $0.projections(limit: SubscriptionReading.mostNames) }
    }

    package func lease(_ name: String) throws -> Lease? { try ask { try $0.leaseRow(name)?.lease } }
}

/// Says who still needs events of the log, so that nobody deletes them before.
public protocol ConsumerStore: Sendable {
    /// Who has not come to a position, in the order of their kinds and names, at most `limit`.
    ///
    /// A subscription counts where the stream feeds it and it knows of work; the correlation of an application, and every
    /// checkpoint of a reader, wherever it stands. A version of a projection that lies below the one that is read is nobody's.
    /// Throws `StoreError`.
    func consumers(of stream: PersistenceID, below position: Int64, limit: Int) async throws -> [LogConsumer]

    /// Deletes the events of a stream up to a number, unless somebody has not come to the last of them: the first one who has
    /// not is answered then, and nothing goes.
    ///
    /// Nobody can come in between: who is known before the first event goes is asked in the transaction in which it goes. Where
    /// there are many, the others may go in later ones. All subscriptions are gone through meanwhile, and others wait to write:
    /// about a second for each million. Throws `StoreError`.
    ///
    /// - Parameters:
    ///   - stream: the stream.
    ///   - number: the last number that goes.
    ///   - known: consumers that do not need these events, as long as they are where they are said to be, or further on.
    /// - Returns: who needs them; nil where they are gone.
    func deleteEvents(
        of stream: PersistenceID, upTo number: Int64, besides known: [LogConsumer]
    ) async throws -> LogConsumer?
}

/// Somebody who reads the log, and how far that one has got.
public struct LogConsumer: Hashable, Sendable {
    /// Who it is.
    public enum Name: Hashable, Sendable {
        /// What finds the targets of an application's events.
        case correlation(application: String)
        /// A subscription of an application.
        case subscription(application: String, target: PersistenceID)
        /// A projection.
        case projection(Projection)
        /// A reader that keeps a checkpoint.
        case reader(String)
    }

    /// Who it is.
    public var name: Name
    /// The last position that it is done with; 0 for nothing yet.
    public var position: Int64

    /// Describes a consumer.
    public init(_ name: Name, at position: Int64) {
        self.name = name
        self.position = position
    }
}

extension LogConsumer: CustomStringConvertible {
    /// Who it is, and where.
    public var description: String {
        switch name {
        case .correlation(let application): "the correlation of '\(application)' is at position \(position)"
        case .subscription(let application, let target):
            "the subscription \(target) of '\(application)' is at position \(position)"
        case .projection(let projection): "the projection \(projection) is at position \(position)"
        case .reader(let name): "the reader '\(name)' is at position \(position)"
        }
    }
}

extension LogConsumer {
    /// Whether it still needs events of a stream below a position; all stores decide by this.
    package init?(_ subscription: Subscription, of stream: PersistenceID, below position: Int64) {
        guard subscription.watermark < position, subscription.watermark < subscription.workMark,
            subscription.source?.matches(stream.description) ?? true
        else { return nil }
        self.init(
            .subscription(application: subscription.application, target: subscription.target),
            at: subscription.watermark)
    }

    /// The first consumer that is not known to need nothing; all stores decide by this.
    package static func first(of found: [LogConsumer], besides known: [LogConsumer]) -> LogConsumer? {
        found.first { consumer in
            !known.contains { $0.name == consumer.name && $0.position <= consumer.position }
        }
    }

    /// The versions of projections that still need events below a position; of each name all come together.
    package static func behind(_ versions: [ProjectionDescription], below position: Int64) -> [LogConsumer] {
        versions.filter { version in
            version.position < position
                && !versions.contains { other in
                    other.isLive && other.projection.name.hasSameBytes(as: version.projection.name)
                        && other.projection.version > version.projection.version
                }
        }.map { LogConsumer(.projection($0.projection), at: $0.position) }
    }
}

extension LiveStore {
    /// All events above a global position, and at the end of the log whatever is appended from then on.
    ///
    /// - Parameters:
    ///   - position: the position of the last event that is known already; 0 begins with the first.
    ///   - fields: what to read of each event beyond its numbers, type, time, writer and epoch.
    public func events(after position: Int64 = 0, fields: EventFields = .all) -> EventFeed<Self> {
        EventFeed(store: self, position: position, fields: fields)
    }
}

/// The log of a store as a sequence that goes on at its end, also with what other processes write.
///
/// Positions rise, none is left out and none comes twice; positions whose events were deleted are not there. Memory is
/// bounded by one page, at most 256 events and about a mebibyte. Nothing is read before it is asked for, and no
/// transaction is open between two pages, so a slow reader holds up nobody. The sequence ends when its task is cancelled.
/// It throws `StoreError` where the store can't be read or is closed, after every event that stands before that place.
public struct EventFeed<Store: LiveStore>: AsyncSequence, Sendable {
    public typealias Element = RecordedEvent

    let store: Store
    let position: Int64
    let fields: EventFields

    /// Begins at the position.
    public func makeAsyncIterator() -> Iterator { Iterator(store: store, position: position, fields: fields) }

    /// A place in the log; each iterator goes its own way.
    public struct Iterator: AsyncIteratorProtocol {
        private let store: Store
        private let fields: EventFields
        /// The position of the last event that was read into a page.
        private var position: Int64
        private var page = FeedPage()
        /// How many events of the page were handed out.
        private var taken = 0
        /// Nil until the end of the log was reached once.
        private var waiting: (signal: FeedSignal, watch: ChangeWatch)?

        init(store: Store, position: Int64, fields: EventFields) {
            self.store = store
            self.position = position
            self.fields = fields
        }

        /// The next event, waited for at the end of the log; nil once the task is cancelled.
        public mutating func next() async throws -> RecordedEvent? {
            while !Task.isCancelled {
                if taken < page.events.count {
                    defer { taken += 1 }
                    return page.events[taken]
                }
                if let failure = page.failure { throw failure }
                // What is written from here on rings again, so that it is either read now or waited for in vain never.
                let seen = waiting?.signal.count
                page = await FeedPage.read(from: store, after: position, fields: fields)
                taken = 0
                if let last = page.events.last {
                    position = last.position
                } else if page.failure != nil {
                    continue
                } else if let waiting, let seen {
                    await waiting.signal.wait(beyond: seen)
                } else {
                    let signal = FeedSignal()
                    waiting = (signal, try store.watchChanges { signal.ring() })
                }
            }
            return nil
        }
    }
}

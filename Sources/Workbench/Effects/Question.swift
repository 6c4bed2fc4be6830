package import Actors
package import EventSourcing
package import Inspection

/// What the workbench wants to know, or to have done, and which answer it expects.
package enum Question: Hashable, Sendable {
    /// How much the store holds and who wrote it: `Answer.overview`.
    case overview
    /// What is known of an entity type's domain: `Answer.domain`.
    case domain(entityType: String)
    /// A stream's head; without an id, the head of the stream with the newest event: `Answer.head`.
    case head(PersistenceID?)
    /// Heads of streams: `Answer.streams`.
    case streams(StreamQuery)
    /// A stream's events with these numbers: `Answer.rows`.
    case timeline(PersistenceID, ClosedRange<Int64>)
    /// All events with these global positions: `Answer.rows`.
    case log(ClosedRange<Int64>)
    /// One event in full: `Answer.detail`.
    case detail(PersistenceID, Int64)
    /// A stream's snapshots: `Answer.snapshots`.
    case snapshots(PersistenceID)
    /// A stream's whole length in at most so many cells: `Answer.lane`.
    case lane(PersistenceID, cells: Int)
    /// What is wrong in a stream, looked for outward from a number: progress, then `Answer.findings`.
    case findings(PersistenceID, outwardFrom: Int64)
    /// The state after an event: `Answer.state`.
    case state(PersistenceID, at: Int64)
    /// Where an instance of a machine is after an event: `Answer.machine`.
    case machine(PersistenceID, at: Int64)
    /// How far reactions and projections have come: `Answer.reactions`.
    case reactions(ReactionsQuery)
    /// The event at a global position, or the first one behind it: `Answer.event`.
    case event(position: Int64)
    /// Change subscriptions: `Answer.done`.
    case operate([ReactionOperation])
    /// What led to an event and what came of it, across streams: progress, then `Answer.chain`.
    case chain(PersistenceID, Int64)
    /// What differs between the states after two events: `Answer.difference`.
    case difference(PersistenceID, from: Int64, to: Int64)
    /// The event that last set a value, at or below a number: `Answer.setter`.
    case setter(PersistenceID, StatePath, atOrBelow: Int64)
    /// Every event that ever set a value: progress, then `Answer.setters`.
    case setters(PersistenceID, StatePath)
    /// The first event after which a condition holds: `Answer.bisection`.
    case bisect(PersistenceID, Condition)
    /// Recovery as the stream's domain does it: `Answer.recovery`.
    case recovery(PersistenceID)
    /// Recovery with each mode of the replay filter: `Answer.filters`.
    case filters(PersistenceID, ReplayFilter.Comparison)
    /// Events that hold a text, or fields as in `type:ItemAdded sku=tea`: progress, then `Answer.hits`.
    case search(String, SearchScope)
    /// The number of another event, found from one: `Answer.landing`.
    case jump(PersistenceID, Landmark, from: Int64, Direction, count: Int)
    /// The number of the last event at or before a time, 0 before the first: `Answer.landing`.
    case eventAt(PersistenceID, Timestamp)
    /// What the real handler makes of a typed command, without writing: `Answer.decision` or `.misspelt`.
    case decide(String, PersistenceID, at: Int64)
    /// Send a typed command to the live entity: `Answer.sent`.
    case send(String, PersistenceID)
    /// Send a typed command, one stage at a time: progress at each stage, where it waits for `Effect.step`; then
    /// `Answer.sent`.
    case sendStepped(String, PersistenceID)
    /// Look at the store in another way, or at another store: `Answer.session`.
    case change(SessionChange)
    /// Nothing but time: `Answer.elapsed`.
    case wait(milliseconds: Int)
}

/// Where a search looks.
package enum SearchScope: Hashable, Sendable {
    /// In one stream, outward from a number; hits are sequence numbers.
    case stream(PersistenceID, from: Int64)
    /// In the whole store, outward from a global position; hits are global positions.
    case store(from: Int64)
}

/// An event that a jump looks for.
package enum Landmark: Hashable, Sendable {
    /// One by another writer than the one before it in the jump's direction.
    case anotherWriter
    /// The next one by the writer of the event under the playhead.
    case sameWriter
    /// The next one of the type of the event under the playhead.
    case sameType
    /// One that changes a value of the state.
    case change(StatePath)
    /// One with a finding.
    case finding
}

/// How the way in which a store is looked at may be changed from within.
package enum SessionChange: Hashable, Sendable {
    /// Send commands to a sandbox copy from now on.
    case sandbox
    /// Open a file, for writing if asked.
    case open(path: String, forWriting: Bool)
}

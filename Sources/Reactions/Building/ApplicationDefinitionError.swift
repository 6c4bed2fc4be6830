public import EventSourcing

/// A mistake in what an application declares.
public enum ApplicationDefinitionError: Error, CustomStringConvertible {
    /// The application's name is empty or too long, with its length in bytes of UTF-8.
    case applicationName(bytes: Int)
    /// Two aggregates have one entity type.
    case aggregateTwice(String)
    /// No stream can have the entity type.
    case entityType(String, PersistenceIDError)
    /// An aggregate has the entity type of the streams in which the store remembers what operators did.
    case reservedType(String)
    /// An aggregate emits one type of event twice.
    case eventTwice(String, in: String)
    /// An aggregate accepts one type of action twice.
    case actionTwice(String, in: String)
    /// Two invariants that are asked of one action have the same name.
    case invariantTwice(String, in: String)
    /// The events of an aggregate do not make a registry.
    case registry(String, EventRegistryError)
    /// The snapshots of an aggregate can't be taken like that.
    case snapshots(String, SnapshotStrategyError)
    /// Two reactions have one name.
    case reactionTwice(String)
    /// The name of a reaction is empty or too long, with its length in bytes of UTF-8.
    case reactionName(String, bytes: Int)
    /// A reaction is for events that no aggregate emits, and that the application does not hear.
    case unknownEvent(String, reaction: String)
    /// The name of a reaction's lane is empty or too long, with its length in bytes of UTF-8.
    case lane(String, reaction: String, bytes: Int)
    /// Two reactions of different lanes write to one stream.
    case lanes(String, String, target: PersistenceID)
    /// The retries of a reaction can't be: fewer than none, or waits below zero or above their cap.
    case retry(reaction: String)
    /// A reaction is deferred by a time below zero.
    case delay(Duration, reaction: String)
    /// A void reaction has what only drained ones have.
    case voidTarget(reaction: String)
    /// Two projections have one name.
    case projectionTwice(String)
    /// The name of a projection is empty or too long, with its length in bytes of UTF-8.
    case projectionName(String, bytes: Int)
    /// The version of a projection is below 1.
    case projectionVersion(Int, projection: String)
    /// A window of a projection has no event.
    case projectionWindow(Int, projection: String)
    /// A projection waits for a time below zero, or above its cap, before it tries an event again.
    case projectionBackoff(projection: String)
    /// A projection folds nothing.
    case projectionEmpty(String)
    /// A projection folds one type of event twice.
    case foldedTwice(String, in: String)
    /// A projection folds events that no aggregate emits, and that the application does not hear.
    case foldedUnknown(String, projection: String)
    /// The store keeps no projections.
    case projectionStore(String, store: String)

    /// A sentence that says what is wrong, where, and what would be right.
    public var description: String {
        switch self {
        case .applicationName(let bytes):
            "the name of an application has from 1 to \(Subscription.longestName) bytes, not \(bytes)"
        case .aggregateTwice(let name): "two aggregates have the entity type \(name); each has its own"
        case .entityType(let name, let error): "'\(name)' can't be the entity type of an aggregate: \(error)"
        case .reservedType(let name):
            "no aggregate has the entity type \(name): in streams of that type it is remembered what operators did"
        case .eventTwice(let event, let name): "\(name) emits \(event) twice; each type of event is declared once"
        case .actionTwice(let action, let name): "\(name) accepts \(action) twice; each action is declared once"
        case .invariantTwice(let invariant, let name):
            "\(name) has two invariants called '\(invariant)'; an error would not say which"
        case .registry(let name, let error): "the events of \(name) can't be: \(error)"
        case .snapshots(let name, let error): "the snapshots of \(name) can't be: \(error)"
        case .reactionTwice(let reaction): "two reactions are called '\(reaction)'; each has its own name"
        case .reactionName(let name, let bytes):
            "the name of a reaction has from 1 to \(Subscription.longestName) bytes, and '\(name.prefix(40))' has \(bytes)"
        case .unknownEvent(let event, let reaction):
            "the reaction '\(reaction)' is for \(event), which no aggregate emits; declare its aggregate, or that it is heard"
        case .lane(_, let reaction, let bytes):
            "the lane of the reaction '\(reaction)' has from 1 to \(Subscription.longestName) bytes, not \(bytes)"
        case .lanes(let first, let second, let target):
            "the reactions '\(first)' and '\(second)' write to \(target) in different lanes; a stream is in one lane"
        case .retry(let reaction):
            "the reaction '\(reaction)' is retried 0 times or more, after waits from zero up to their cap"
        case .delay(let delay, let reaction): "the reaction '\(reaction)' can't be deferred by \(delay)"
        case .voidTarget(let reaction):
            "the reaction '\(reaction)' is void: it has no target, source, lane, priority, retries or deferral"
        case .projectionTwice(let name): "two projections are called '\(name)'; each has its own name"
        case .projectionName(let name, let bytes):
            "the name of a projection has from 1 to \(Projection.longestName) bytes, and '\(name.prefix(40))' has \(bytes)"
        case .projectionVersion(let version, let projection):
            "the versions of the projection '\(projection)' begin at 1, and \(version) is none"
        case .projectionWindow(let window, let projection):
            "a window of the projection '\(projection)' has 1 event or more, and not \(window)"
        case .projectionBackoff(let projection):
            "the projection '\(projection)' tries an event again after waits from zero up to their cap"
        case .projectionEmpty(let projection):
            "the projection '\(projection)' folds nothing; say what it folds with Folding"
        case .foldedTwice(let event, let projection):
            "the projection '\(projection)' folds \(event) twice; each type of event is folded once"
        case .foldedUnknown(let event, let projection):
            "the projection '\(projection)' folds \(event), which no aggregate emits; declare its aggregate, or that it is heard"
        case .projectionStore(let projection, let store):
            "the projection '\(projection)' can't be kept in a \(store); use a store that is a ProjectionStore"
        }
    }
}

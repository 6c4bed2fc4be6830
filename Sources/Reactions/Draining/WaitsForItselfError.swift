public import EventSourcing

/// Somebody waits within a reaction until all reactions are done, of which it is one; nothing was begun.
public struct WaitsForItselfError: Error, Hashable, CustomStringConvertible {
    /// The target of the subscription under whose claim the reaction runs.
    public var target: PersistenceID

    /// A sentence that says what to do instead.
    public var description: String {
        "a reaction for \(target) can't wait until all reactions are done, because it is one of them; "
            + "let it return, and wait outside of it"
    }
}

/// The claim under which reactions run in a task, and in those that it begins.
struct ReactionScope: Sendable {
    @TaskLocal static var present: ReactionScope?

    private let application: ObjectIdentifier
    private let target: PersistenceID

    init(of application: Application, under claim: SubscriptionClaim) {
        self.application = ObjectIdentifier(application)
        target = claim.target
    }

    /// Throws `WaitsForItselfError` within a reaction of an application.
    static func requireOutside(of application: Application) throws {
        guard let present, present.application == ObjectIdentifier(application) else { return }
        throw WaitsForItselfError(target: present.target)
    }
}

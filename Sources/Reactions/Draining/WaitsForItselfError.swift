import Actors
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

/// The call of a reaction within which a task runs, or was begun.
final class ReactionScope: Sendable {
    @TaskLocal static var present: ReactionScope?

    private let application: ObjectIdentifier
    private let target: PersistenceID
    /// A task that the reaction began may outlive it, and waits for it no more then.
    private let hasReturned = Locked(false)

    private init(of application: Application, under claim: SubscriptionClaim) {
        self.application = ObjectIdentifier(application)
        target = claim.target
    }

    /// Calls a reaction, within which nobody may wait for the application's reactions.
    static func call(
        of application: Application, under claim: SubscriptionClaim, _ body: () async throws -> Void
    ) async throws {
        let scope = ReactionScope(of: application, under: claim)
        defer { scope.hasReturned.withLock { $0 = true } }
        try await $present.withValue(scope, operation: body)
    }

    /// Throws `WaitsForItselfError` within a reaction of an application, as long as that has not returned.
    static func requireOutside(of application: Application) throws {
        guard let present, present.application == ObjectIdentifier(application),
            !present.hasReturned.withLock({ $0 })
        else { return }
        throw WaitsForItselfError(target: present.target)
    }
}

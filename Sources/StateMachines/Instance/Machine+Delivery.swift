public import EventSourcing

/// What an instance answers to an event that the outbox brings.
public enum MachineDelivery: Sendable {
    /// It was taken, and is durable; what failed of the actions behind it is told.
    case taken(effectsFailed: [any Error])
    /// It had been taken before; nothing has happened now.
    case repeated
    /// It was refused, or can't be read; nothing has happened.
    case refused(any Error)
}

// Kept with the id of the row, for when it comes again.
extension MachineDelivery: Codable {
    /// Reads the answer to a row that was taken before.
    public init(from decoder: any Decoder) throws {
        _ = try decoder.container(keyedBy: CodingKeys.self)
        self = .repeated
    }

    /// Writes that it was taken; throws the error of one that was refused, which is never kept.
    public func encode(to encoder: any Encoder) throws {
        if case .refused(let error) = self { throw error }
        _ = encoder.container(keyedBy: CodingKeys.self)
    }

    private enum CodingKeys: CodingKey {}
}

extension Machine where State: StoredCases, Event: StoredCases {
    /// A row of the outbox that brings an event to an instance, whoever's append it is written with.
    ///
    /// The instance takes one event of a key, whatever store its row is from: where rows of several stores come to it, each
    /// row needs a key that no other store gives, which the usual one, made of the stream and its number, is not.
    ///
    /// Throws what encoding the event throws, and `PersistenceIDError` for an id that no instance can have.
    ///
    /// - Parameters:
    ///   - event: what the instance gets.
    ///   - id: the instance's own id.
    ///   - key: by what the row is known when it comes twice; nil for its place in its append.
    public func message(_ event: Event, to id: String, idempotencyKey key: String? = nil) throws -> NewOutboxEntry {
        let coding = try TransitionCoding<State, Event>(outline)
        return NewOutboxEntry(
            to: "\(try PersistenceID(name, id))", payload: try coding.encode(later: event), idempotencyKey: key)
    }

    /// What an instance does about an event that the outbox brings.
    @usableFromInline
    func take(
        _ entry: OutboxEntry, _ replyTo: ActorRef<MachineDelivery>, to instance: MachineInstance<State>,
        _ context: CommandContext<MachineCommand<State, Event>>, _ coding: TransitionCoding<State, Event>
    ) -> Effect<MachineTransition<State, Event>, MachineInstance<State>> {
        let prepared: PreparedTransition<State, Event>
        do {
            prepared = try prepare(coding.decode(later: entry.payload), for: instance, context, coding)
        } catch {
            // Not by a state that others have gone on from.
            return .reply(to: replyTo, .refused(error)).onCurrentState()
        }
        guard let run = prepared.run else {
            return prepared.effect.thenReply(to: replyTo) { _ in .taken(effectsFailed: []) }
        }
        return prepared.effect.keepingReply(.taken(effectsFailed: []), to: replyTo).thenRun { _ in
            replyTo.tell(.taken(effectsFailed: await run()))
        }
    }
}

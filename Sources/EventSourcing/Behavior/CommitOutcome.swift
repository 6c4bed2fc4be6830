import Actors

/// What came of writing what a command persists.
enum CommitOutcome {
    case durable
    /// Somebody else was first; nothing is durable.
    case conflict(ConcurrentModificationError)
    /// The command was handled before; nothing more is durable.
    case repeated(CommandAlreadyHandledError)
    /// What was to be written has been overtaken; nothing is durable, and the entity stands where it stood.
    case stale(StaleTimerError)
    /// The lock that it was written under is another one's; nothing is durable, and the entity stands where it stood.
    case lockLost(LeaseLostError)
    /// The store, or another writer, does not let the entity write; nothing is durable.
    case refused(any Error)
    /// All of it is durable or nothing.
    case unknown(String)

    /// Reads what a store threw at an entity that writes as `writer` and stands at `number`.
    init(_ error: any Error, writer: WriterID?, number: Int64) {
        switch error {
        case let conflict as ConcurrentModificationError: self = .conflict(conflict)
        case let repetition as CommandAlreadyHandledError: self = .repeated(repetition)
        case let fenced as WriterFencedError where fenced.writer == writer:
            // The stream's first events came from another entity of this very writer: a conflict, and no take-over.
            self = .conflict(
                ConcurrentModificationError(
                    persistenceID: fenced.persistenceID, expected: .number(number), actual: number))
        case let fenced as WriterFencedError: self = .refused(fenced)
        case let stale as StaleTimerError: self = .stale(stale)
        case let loss as LeaseLostError: self = .lockLost(loss)
        // A handler's claim of a subscription: whoever has claimed it since does the work.
        case let loss as ClaimLostError: self = .refused(loss)
        case let error as StoreError where error.reason != .outcomeUnknown: self = .refused(error)
        // Also an error that no store of ours throws: nobody knows whether it came before or after the commit.
        default: self = .unknown("\(error)")
        }
    }
}

extension ActorContext {
    /// Tells whoever asked what came of a write that can't be tried again, and how the entity goes on.
    ///
    /// One that can't write stops: its next message recovers it, after a wait where a registry starts it.
    func end(
        _ command: Message, of id: PersistenceID, _ headers: CommandHeaders?, with outcome: CommitOutcome
    ) -> Behavior<Message> {
        switch outcome {
        case .durable: return .same
        case .conflict(let conflict):
            refuse(command, conflict)
            return .same
        case .stale(let stale):
            refuse(command, stale)
            return .same
        case .lockLost(let loss):
            let number = loss.lease.fencingNumber
            let error = LockError.lost(id, fencingNumber: number, holder: loss.current?.holder)
            log(.warning, "A command lost its lock, and nothing was written.", ["error": "\(error)"])
            refuse(command, error)
            return .same
        case .repeated(let error):
            answer(error.command, to: headers)
            return .same
        case .refused(let error): refuse(command, error)
        case .unknown(let cause):
            refuseUnknown(command, OutcomeUnknownError(commandID: headers?.metadata.commandID, cause: cause))
        }
        countStopAsFailure()
        return .stopped
    }
}

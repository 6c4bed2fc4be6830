public import EventSourcing

extension Application {
    /// Does an action to a stream: its events are decided in the present state, and written if nobody has written since.
    ///
    /// Where others write at the same time it is decided anew, as often as the settings say. An action that comes to no
    /// events is done, and writes nothing.
    ///
    /// Throws `ActionError` for an action that can't be done whatever the state, `InvariantError`, `ConcurrencyError`, what
    /// the action's own decision throws, `RecoveryError`, and `StoreError`; nothing was written then, unless a `StoreError`
    /// says that the outcome is unknown.
    ///
    /// - Parameters:
    ///   - action: what is to be done.
    ///   - stream: what it is done to; one that is not there begins with it.
    ///   - expected: the number that the stream must be at, which is 0 for one that is not there; nil for any.
    ///   - metadata: what its events carry beside where they come from.
    /// - Returns: the state, and one outcome for each event.
    @discardableResult
    public func `do`<Done: Action>(
        _ action: Done, on stream: PersistenceID, expecting expected: Int64? = nil, metadata: JSONObject = [:]
    ) async throws -> ActionResult<Done.State> {
        let id = system.identifiers.next(at: clock.now)
        return try await perform(
            action, on: stream, expecting: expected,
            as: Metadata(correlationID: id, causationID: id, commandID: id, values: metadata), in: nil)
    }

    /// Does an action because of an event: it belongs to the event's chain, is written only as long as the reaction's claim is
    /// held, and is done once, however often the reaction is called for the event.
    ///
    /// Throws as any action, and `ClaimLostError` once another worker may have the event.
    @discardableResult
    public func `do`<Done: Action, Payload>(
        _ action: Done, on stream: PersistenceID, reactingTo event: ReactionEvent<Payload>,
        expecting expected: Int64? = nil, metadata: JSONObject = [:]
    ) async throws -> ActionResult<Done.State> {
        let now = clock.now
        let id = event.call?.nextActionID(Done.name, on: stream) ?? system.identifiers.next(at: now)
        var values = metadata
        values["reactsTo"] = .string("\(event.stream) #\(event.sequenceNumber)")
        if let reaction = event.call?.reaction { values["reaction"] = .string(reaction) }
        return try await perform(
            action, on: stream, expecting: expected,
            as: Metadata(
                correlationID: event.correlationID ?? event.commandID ?? id, causationID: event.commandID ?? id,
                commandID: id, values: values),
            in: event.call)
    }

    private func perform<Done: Action>(
        _ action: Done, on stream: PersistenceID, expecting expected: Int64?, as origin: Metadata,
        in call: ReactionCall?
    ) async throws -> ActionResult<Done.State> {
        // What is in hand is finished, and nothing else is begun.
        if call == nil ? driving.isStopping : driving.isOver { throw ActionError.shuttingDown(action: Done.name) }
        let table = try table(of: Done.State.self, for: stream, reading: Done.name)
        guard let part = table.part(of: ObjectIdentifier(Done.self)) else {
            throw ActionError.undeclaredAction(Done.name, aggregate: Done.State.entityType)
        }
        if let expected, expected < 0 { throw ActionError.expectedNumber(expected) }
        do { try action.validate() } catch { throw ActionError.invalid(action: Done.name, error) }
        var origin = origin
        origin.values["action"] = .string(Done.name)
        let doing = Doing(
            application: self, table: table, part: part, action: action, stream: stream, expected: expected,
            origin: origin, call: call)
        let (result, written) = try await doing.run()
        if !written.isEmpty {
            call?.writes?.add(written)
            await announce(result, written, of: Done.name)
        }
        return result
    }

    /// Tells of a commit, and has the void reactions called.
    private func announce<State>(_ result: ActionResult<State>, _ written: [RecordedEvent], of action: String) async {
        guard let first = written.first, let last = written.last else { return }
        lifecycleHub.tell(
            .committed(
                stream: result.stream, action: action, sequenceNumbers: first.sequenceNumber..<last.sequenceNumber + 1,
                positions: first.position..<last.position + 1))
        for (record, outcome) in zip(written, result.outcomes) {
            guard let listeners = definition.listeners(to: record.type, of: record.persistenceID.entityType) else {
                continue
            }
            for reaction in listeners.void {
                guard case .void(let handle) = reaction.handler else { continue }
                do {
                    try await handle(HeardEvent(record: record, payload: outcome.event, call: nil))
                } catch {
                    warn(
                        "A void reaction failed, and is not tried again.", reaction: reaction.name,
                        of: record.persistenceID, at: record.position, because: error)
                }
            }
        }
    }
}

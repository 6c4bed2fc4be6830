import EventSourcing

/// One action on its way: loaded for, decided, written, and decided again where others were first.
struct Doing<Done: Action>: Sendable {
    typealias State = Done.State

    let application: Application
    let table: AggregateTable<State>
    let part: ActionPart<State>
    let action: Done
    let stream: PersistenceID
    let expected: Int64?
    let origin: Metadata
    let call: ReactionCall?

    /// Does it, and answers what was written beside the result.
    func run() async throws -> (ActionResult<State>, [RecordedEvent]) {
        if let result = try await doneBefore() { return (result, []) }
        var retriesLeft = application.settings.conflictRetries
        var cached = await application.cached(stream, of: table)
        while true {
            let isCached = cached != nil
            let loaded: LoadedEntity<State>
            if let known = cached.take() {
                loaded = known
            } else {
                loaded = try await application.readOpen(stream, of: table)
            }
            if let expected, expected != loaded.sequenceNumber {
                if isCached { continue }
                throw ConcurrencyError(stream: stream, expected: expected, actual: loaded.sequenceNumber)
            }
            let decided: DecidedAction<State>
            do {
                decided = try decide(in: loaded)
            } catch {
                // What is refused is refused in the present state, and not in one that the cache remembers.
                if isCached, try await !application.isCurrent(loaded, stream) { continue }
                throw error
            }
            if decided.stored.isEmpty {
                if isCached, try await !application.isCurrent(loaded, stream) { continue }
                return (result(decided, behind: loaded, nil), [])
            }
            do {
                return try await write(decided, behind: loaded)
            } catch let conflict as ConcurrentModificationError {
                await application.forget(stream)
                if expected == nil, retriesLeft > 0 {
                    retriesLeft -= 1
                    continue
                }
                throw ConcurrencyError(
                    stream: stream, expected: loaded.sequenceNumber, actual: conflict.actual)
            } catch is CommandAlreadyHandledError {
                // Another worker has done it since it was looked for.
                if let result = try await doneBefore() { return (result, []) }
                throw ConcurrencyError(
                    stream: stream, expected: loaded.sequenceNumber, actual: loaded.sequenceNumber)
            } catch {
                // Nobody knows what is in the store now.
                await application.forget(stream)
                throw error
            }
        }
    }

    /// What it came to where a reaction did it before; nil where it did not.
    private func doneBefore() async throws -> ActionResult<State>? {
        guard call != nil, let id = origin.commandID, let commands = application.store as? any CommandStore,
            try await commands.command(id) != nil
        else { return nil }
        let loaded = try await application.current(stream, of: table)
        return ActionResult(
            stream: stream, state: loaded.state, sequenceNumber: loaded.sequenceNumber, outcomes: [],
            wasDoneBefore: true)
    }

    private func decide(in loaded: LoadedEntity<State>) throws -> DecidedAction<State> {
        try table.decide(
            action, by: part, in: loaded.state, of: stream, as: origin, at: application.clock.now)
    }

    private func write(
        _ decided: DecidedAction<State>, behind loaded: LoadedEntity<State>
    ) async throws -> (ActionResult<State>, [RecordedEvent]) {
        guard let last = decided.events.last, let state = decided.states.last else {
            return (result(decided, behind: loaded, nil), [])
        }
        let command = call == nil ? nil : origin.commandID.map { CommandRecord(id: $0) }
        let (receipt, lastSnapshot) = try await application.access(table).commit(
            decided.stored, endingIn: last, to: stream, behind: loaded, leadingTo: state,
            with: Companions(command: command, claim: call?.claim))
        let present = LoadedEntity(
            state, at: receipt.sequenceNumbers.upperBound - 1, lastSnapshot: lastSnapshot, isRepaired: loaded.isRepaired
        )
        if present.isRepaired {
            await application.forget(stream)
        } else {
            await application.keep(present, position: receipt.positions.upperBound - 1, of: stream)
        }
        let result = result(decided, behind: loaded, receipt)
        let records = zip(decided.stored, zip(receipt.sequenceNumbers, receipt.positions)).map { event, place in
            RecordedEvent(
                event, of: stream, number: place.0, position: place.1, by: application.system.writerID,
                epoch: receipt.epoch)
        }
        return (result, records)
    }

    private func result(
        _ decided: DecidedAction<State>, behind loaded: LoadedEntity<State>, _ receipt: AppendReceipt?
    ) -> ActionResult<State> {
        var outcomes: [ActionResult<State>.Outcome] = []
        for (index, event) in decided.events.enumerated() {
            outcomes.append(
                ActionResult.Outcome(
                    event: event.payload, type: decided.stored[index].type,
                    sequenceNumber: loaded.sequenceNumber + Int64(index) + 1,
                    position: (receipt?.positions.lowerBound ?? 0) + Int64(index), state: decided.states[index]))
        }
        return ActionResult(
            stream: stream, state: decided.states.last ?? loaded.state,
            sequenceNumber: loaded.sequenceNumber + Int64(outcomes.count), outcomes: outcomes, wasDoneBefore: false)
    }
}

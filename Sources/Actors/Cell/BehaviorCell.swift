/// What an actor does with its messages: the part of its cell that knows their type.
// Safe to send: its variables are touched only within an activation, like those of `Cell`.
final class BehaviorCell<Message: Sendable>: Cell, @unchecked Sendable {
    private let spawnedBehavior: ActiveBehavior<Message>
    private var behavior: ActiveBehavior<Message>
    private lazy var context = ActorContext(cell: self)
    /// What a handler that does not suspend said, where that takes more than going on.
    private var outcome: Result<Behavior<Message>, any Error>?
    /// What the present behavior is still to be told first.
    private var firstSignal: (any Signal)?

    init(
        behavior: Behavior<Message>, path: ActorPath, parent: any ActorParent, system: ActorSystem,
        host: (any CellHost)? = nil, passivation: Duration? = nil
    ) {
        if case .active(let active) = behavior.form {
            self.spawnedBehavior = active
        } else {
            self.spawnedBehavior = ActiveBehavior(action: .nothing)
        }
        self.behavior = spawnedBehavior
        super.init(
            path: path, parent: parent, system: system, capacity: spawnedBehavior.traits.mailboxCapacity ?? .max,
            host: host, passivation: passivation)
    }

    override var followsSiblings: Bool { !spawnedBehavior.traits.isApart }

    override func begin() async throws {
        firstSignal = nil
        supervision = spawnedBehavior.supervision ?? .stop
        try await become(spawnedBehavior)
    }

    override func end() {
        behavior = ActiveBehavior(action: .nothing)
    }

    override func tellFirst() async {
        // Where the life has ended before it was told, its successor's behavior has a signal of its own.
        guard case .running = phase, let signal = firstSignal.take() else { return }
        await raise(signal)
    }

    override func prepareStop() async {
        if !stopsByFailure { await behavior.traits.beforeStop?(context) }
    }

    override func receiveNow(_ envelope: Envelope) -> Bool {
        guard case .receive(_, let handler?) = behavior.action else { return false }
        // Sound: see `Recipient`; the references to this cell take messages of this type only.
        let typed = unsafeDowncast(envelope, to: MessageEnvelope<Message>.self)
        do {
            guard let next = try handler(context, typed.message) else { return false }
            if case .same = next.form { return true }
            outcome = .success(next)
        } catch {
            outcome = .failure(error)
        }
        return false
    }

    override func receive(_ envelope: Envelope) async {
        guard case .receive(let handler, _) = behavior.action else {
            return system.giveUp(envelope, for: path, reason: .unhandled)
        }
        do {
            try await handle(envelope, handler)
        } catch {
            await failed(error)
        }
    }

    /// Handles a message and follows what its handler says; whoever asked hears what it throws.
    private func handle(_ envelope: Envelope, _ handler: Behavior<Message>.Receive) async throws {
        // Sound: see `Recipient`; the references to this cell take messages of this type only.
        let typed = unsafeDowncast(envelope, to: MessageEnvelope<Message>.self)
        do {
            let next =
                if let outcome = outcome.take() { try outcome.get() } else { try await handler(context, typed.message) }
            if case .same = next.form { return }
            try await follow(next)
        } catch {
            current?.origin?.fail(.rejected(error))
            current = nil
            throw error
        }
    }

    /// Handles a message that was put aside; false where the actor does not run, which then has it held back again.
    ///
    /// Throws what the handler throws, which supervision is told too.
    func handle(aside envelope: Envelope, _ handler: @escaping Behavior<Message>.Receive) async throws -> Bool {
        asideCount -= 1
        guard canReceive else {
            heldBack.insert(envelope, at: 0)
            return false
        }
        if envelope.origin?.isRevoked ?? false { return true }
        current = envelope
        defer { current = nil }
        do {
            if let headers = envelope.headers {
                try await MessageHeaders.$current.withValue(headers.passedOn) { try await handle(envelope, handler) }
            } else {
                try await handle(envelope, handler)
            }
        } catch {
            await failed(error)
            throw error
        }
        return true
    }

    override func tell(_ signal: any Signal) async throws -> Bool {
        guard let handler = behavior.onSignal else { return false }
        let next = try await handler(context, signal)
        if case .unhandled = next.form { return false }
        try await follow(next)
        return true
    }

    /// Goes over to what a handler returned.
    private func follow(_ next: Behavior<Message>) async throws {
        switch next.form {
        case .same:
            break
        case .unhandled:
            if let current { system.giveUp(current, for: path, reason: .unhandled) }
        case .stopped:
            await beginStop()
        case .active(let active):
            let previous = behavior
            do {
                try await become(active)
            } catch {
                behavior = previous
                throw error
            }
            await tellFirst()
        }
    }

    /// Makes a behavior the present one, running its setups first.
    private func become(_ next: ActiveBehavior<Message>) async throws {
        var next = next
        while true {
            if let strategy = next.supervision { supervision = strategy }
            guard case .setup(let make) = next.action else { break }
            behavior = ActiveBehavior(action: .nothing, onSignal: next.onSignal)
            let made = try await make(context)
            switch made.form {
            case .active(let active):
                var traits = active.traits
                traits.onSignal = traits.onSignal ?? next.onSignal
                next = ActiveBehavior(action: active.action, traits: traits)
            case .stopped:
                return await beginStop()
            case .same, .unhandled:
                next = ActiveBehavior(action: .nothing, onSignal: next.onSignal)
            }
        }
        behavior = next
        firstSignal = next.traits.firstSignal
        if case .receive(_, .some) = next.action { handlesNow = true } else { handlesNow = false }
    }
}

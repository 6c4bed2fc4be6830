/// A message that its actor has put aside to go on with others, until a child of the actor has it handled.
///
/// The child must not end before it has called `handle`, and `end` behind that: what is put aside is nowhere else.
package struct AsideMessage<Message: Sendable>: Sendable {
    private let cell: BehaviorCell<Message>
    private let envelope: Envelope

    init(_ envelope: Envelope, of cell: BehaviorCell<Message>) {
        self.envelope = envelope
        self.cell = cell
    }

    /// Has the actor handle the message next, and returns once it has.
    ///
    /// False where the actor does not run any more, or begins anew: then the message waits in front of all others, and goes
    /// where they go. Throws what the handler throws, which the asker and supervision have been told by then.
    package func handle(_ handler: @escaping Behavior<Message>.Receive) async throws -> Bool {
        let outcome = Locked(Result<Bool, any Error>.success(false))
        await turn {
            do {
                let isHandled = try await cell.handle(aside: envelope, handler)
                outcome.withLock { $0 = .success(isHandled) }
            } catch {
                outcome.withLock { $0 = .failure(error) }
            }
        }
        return try outcome.withLock { $0 }.get()
    }

    /// Has the actor do something in its own turn, and lets go what it has held back.
    package func end(_ body: @escaping @Sendable () -> Void) async {
        await turn {
            body()
            if cell.canReceive { cell.letGoHeldBack() }
        }
    }

    private func turn(_ body: @escaping @Sendable () async -> Void) async {
        // Resumed once: the actor does not end before its child, and takes all turns until then.
        await withUnsafeContinuation { continuation in
            cell.enqueue(
                .turn {
                    await body()
                    continuation.resume()
                })
        }
    }
}

extension ActorContext {
    /// Puts the message being handled aside, with the ask that it came from; nil outside the handling of a message.
    package func putAside() -> AsideMessage<Message>? {
        guard let envelope = cell.current else { return nil }
        cell.current = nil
        cell.asideCount += 1
        return AsideMessage(envelope, of: cell)
    }

    /// Has the message being handled wait, behind those that do, until what is put aside has ended.
    package func holdBack() {
        guard let envelope = cell.current else { return }
        cell.current = nil
        cell.holdBack(envelope)
    }
}

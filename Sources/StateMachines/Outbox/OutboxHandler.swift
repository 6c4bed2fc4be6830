public import EventSourcing

/// Does what rows of the outbox are for that no instance of a machine takes: sends a mail, calls a service.
public protocol OutboxHandler: Sendable {
    /// Handles a row.
    ///
    /// It comes again where the courier ended, or was not heard, before it could note that the row is done; then it has the
    /// same `idempotencyKey`, by which the handler, or the service behind it, knows what it has done already. `attempts` counts
    /// the present one. What it throws is a failed attempt. Its task is cancelled when the courier does not wait any longer;
    /// one that goes on all the same may still run when the row comes again.
    func handle(_ entry: OutboxEntry) async throws -> OutboxOutcome
}

extension OutboxHandler {
    /// Handles a row; where the end comes first, cancels that, and waits for it all the same.
    func handle(_ entry: OutboxEntry, until end: WorkEnd) async -> Result<OutboxOutcome, any Error> {
        await withTaskGroup(of: Result<OutboxOutcome, any Error>?.self) { group in
            group.addTask {
                do {
                    return .success(try await handle(entry))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                await withUnsafeContinuation { _ = end.wait($0) }
                return nil
            }
            var result: Result<OutboxOutcome, any Error> = .failure(CancellationError())
            for await outcome in group {
                if let outcome {
                    result = outcome
                    end.come()
                } else {
                    group.cancelAll()
                }
            }
            return result
        }
    }
}

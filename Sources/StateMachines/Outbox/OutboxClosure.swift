import EventSourcing

/// A handler that is a closure.
struct OutboxClosure: OutboxHandler {
    let body: @Sendable (OutboxEntry) async throws -> OutboxOutcome

    func handle(_ entry: OutboxEntry) async throws -> OutboxOutcome { try await body(entry) }
}

public import Actors

/// A request with the address its answer goes to.
public struct Asked<Request: Sendable>: Sendable {
    /// What is asked for.
    public let request: Request
    /// Where the answer goes.
    public let replyTo: ActorRef<Reply>

    /// Puts a request beside its return address.
    public init(_ request: Request, replyTo: ActorRef<Reply>) {
        self.request = request
        self.replyTo = replyTo
    }
}

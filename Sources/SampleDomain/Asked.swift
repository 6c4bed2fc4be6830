public import Actors

/// A request with the address its answer goes to.
public struct Asked<Request: Sendable>: Sendable {
    public let request: Request
    public let replyTo: ActorRef<Reply>

    public init(_ request: Request, replyTo: ActorRef<Reply>) {
        self.request = request
        self.replyTo = replyTo
    }
}

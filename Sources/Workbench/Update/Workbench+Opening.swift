import EventSourcing
import Inspection
import Terminal

extension Workbench {
    /// Opens a stream; without a number, at its head.
    mutating func open(_ id: PersistenceID, at number: Int64?) {
        model.opening = Model.Opening(id: id, number: number)
        ask(.head(id), for: .openStream)
    }

    /// Takes a head that was asked for.
    mutating func take(_ head: StreamHead?, for purpose: Request.Purpose) {
        switch purpose {
        case .openStream:
            let number = model.opening.map(\.number) ?? model.session.sequenceNumber
            let asked = model.opening?.id ?? model.session.stream
            model.opening = nil
            guard let head else {
                if let asked {
                    model.message = StatusMessage("the store has no stream \(asked.description, as: .name)", .failure)
                    if model.stream == nil { model.place = .streams }
                } else {
                    model.isStoreEmpty = true
                }
                return
            }
            model.isStoreEmpty = false
            show(head, at: number)
        case .head:
            if let head { take(newer: head) } else if model.stream == nil { model.isStoreEmpty = true }
        default: break
        }
    }

    private mutating func show(_ head: StreamHead, at number: Int64?) {
        let last = head.sequenceNumber
        let playhead = max(head.deletedTo, min(last, number ?? last))
        if let number, number != playhead {
            model.message = StatusMessage("there is no #\(number): the last event is #\(last)")
        }
        forgetStream()
        var stream = OpenStream(head: head, playhead: playhead)
        stream.top = max(head.deletedTo, playhead - Int64(model.timelineRows / 2))
        model.stream = stream
        scrollToPlayhead()
    }

    /// Gives up what was asked about the stream that is being left.
    private mutating func forgetStream() {
        let purposes: [Request.Purpose] = [
            .head, .timeline, .snapshots, .lane, .findings, .state, .detail, .difference, .jump, .setter, .setters,
            .bisect, .recovery, .filters, .decision, .domain,
        ]
        for purpose in purposes { stop(purpose) }
        for index in 0..<4 { stop(.origin(index)) }
        for index in model.watches.indices {
            stop(.watch(index))
            model.watches[index].answeredFor = nil
        }
        model.commands.verdict = nil
        model.commands.verdictQuestion = nil
        if case .stream? = model.search?.scope {
            stop(.search)
            model.search = nil
        }
    }

    /// Looks at the store as a new session says, at the same place where that exists.
    mutating func reopen(_ session: Session) {
        var session = session
        let isOtherStore = session.path != model.session.path && session.mode != .sandbox
        if session.stream == nil, !isOtherStore { session.stream = model.stream?.id }
        if session.sequenceNumber == nil, !isOtherStore { session.sequenceNumber = model.stream?.playhead }
        if isOtherStore {
            forgetStream()
            model.stream = nil
            model.watches = []
            model.trail = Trail()
            model.warnings = WarningList()
        }
        model.session = session
        model.overview = nil
        model.streams = StreamList()
        model.log = GlobalLog()
        model.reactions = ReactionList()
        model.chain = nil
        model.requests.forgetFailures()
        model.place = .events
        ask(.overview, for: .overview)
        ask(.head(session.stream), for: .openStream)
    }

    // MARK: - News

    /// The store holds something else: asks what, and lets what failed be asked again.
    mutating func takeStoreChange() {
        model.requests.forgetFailures()
        ask(.overview, for: .overview)
        if let stream = model.stream {
            ask(.head(stream.id), for: .head)
        } else if !model.requests.isOpen(.openStream) {
            ask(.head(model.session.stream), for: .openStream)
        }
        if model.place == .streams {
            model.streams.isLoaded = false
            model.streams.hasMore = false
        }
        model.reactions.isStale = true
    }

    /// Longer streams are looked through for findings once, when they are opened, and not again with each new event.
    static let longestToLookThroughAgain: Int64 = 20_000

    /// Takes a newer head of the open stream.
    mutating func take(newer head: StreamHead) {
        guard var stream = model.stream, head.persistenceID == stream.id else { return }
        let old = stream.head
        guard head != old else { return }
        let wasAtEnd = stream.playhead == old.sequenceNumber
        stream.head = head
        if head.sequenceNumber > old.sequenceNumber {
            if head.sequenceNumber <= Self.longestToLookThroughAgain {
                stream.looked = nil
                stream.findingsOrigin = head.sequenceNumber
            }
        }
        stream.playhead = max(head.deletedTo, min(head.sequenceNumber, stream.playhead))
        model.stream = stream
        if wasAtEnd, model.isFollowing { movePlayhead(to: head.sequenceNumber) }
        scrollToPlayhead()
    }

    mutating func follow() {
        model.isFollowing.toggle()
        effects.append(.follow(model.isFollowing))
        if model.isFollowing {
            model.message = StatusMessage("following: new events are shown as they arrive")
            if let stream = model.stream { ask(.head(stream.id), for: .head) }
        } else {
            model.message = StatusMessage("not following any more")
        }
    }
}

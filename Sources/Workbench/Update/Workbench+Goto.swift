import Actors
import EventSourcing
import Inspection
import Terminal

extension Workbench {
    /// Goes where `:goto` says.
    mutating func goTo(_ text: String) {
        let now = model.stream.flatMap { $0.window[$0.playhead]?.timestamp ?? $0.head.lastTime }
        guard !text.isEmpty else {
            model.message = StatusMessage("say where: :goto 42, 09:15, 2025-03-02, +1h or Type|id@7")
            return
        }
        guard let target = GotoTarget(text, now: now, entityType: model.stream?.id.entityType) else {
            model.message = StatusMessage(
                "\(text) is no place: a number, 09:15, 2025-03-02, +1h or Type|id@7 would be one", .failure)
            return
        }
        switch target {
        case .address(let address): goTo(address)
        case .number, .steps, .span, .time:
            guard let stream = model.stream else {
                model.message = StatusMessage("no stream is open: s lists the streams")
                return
            }
            model.place = .events
            goTo(target, in: stream, now: now)
        }
    }

    private mutating func goTo(_ target: GotoTarget, in stream: OpenStream, now: Timestamp?) {
        switch target {
        case .number(let number): jump(to: number)
        case .steps(let steps): jump(to: stream.playhead.addingReportingOverflow(steps).partialValue)
        case .time(let time): ask(.eventAt(stream.id, time), for: .jump)
        case .span(let microseconds):
            guard let now else { return }
            let (sum, overflow) = now.microseconds.addingReportingOverflow(microseconds)
            guard !overflow else { return }
            ask(.eventAt(stream.id, Timestamp(microseconds: sum)), for: .jump)
        case .address: break
        }
    }

    /// Goes to a place in any stream of the store.
    mutating func goTo(_ address: Address) {
        model.place = .events
        if model.focus != .state { model.focus = .timeline }
        if address.id == model.stream?.id {
            if let number = address.sequenceNumber { jump(to: number) }
        } else {
            if let stream = model.stream { model.trail.leave(Trail.Stop(id: stream.id, number: stream.playhead)) }
            open(address.id, at: address.sequenceNumber)
        }
    }
}

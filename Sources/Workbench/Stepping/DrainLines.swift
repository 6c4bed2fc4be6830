import Actors
import EventSourcing
import Reactions
import Terminal

/// The stages of a drain as lines: what each works on.
struct DrainLines {
    typealias Line = StageLines.Line

    /// The most targets, claims and events of one stage that are listed.
    private static let mostListed = 6

    let glyphs: Glyphs

    func lines(of stage: DrainStage) -> [Line] {
        switch stage {
        case .correlate(let correlated): lines(of: correlated)
        case .claim(let claimed): lines(of: claimed)
        case .fetch(let fetched): lines(of: fetched)
        case .handle(let call): [Line(name: "handle", text: text(of: call))]
        case .handled(let call, let written, let failure): lines(of: call, written, failure)
        case .ack(let ended): lines(of: ended)
        }
    }

    // MARK: - Correlate

    /// `position 41: Stock|cup mark 38 → 41; checkpoint 40 → 41`.
    private func lines(of correlated: DrainStage.Correlated) -> [Line] {
        let (first, last) = (correlated.positions.lowerBound, correlated.positions.upperBound)
        var text: DisplayText =
            first == last
            ? "position " + Words.grouped(first)
            : "positions " + Words.grouped(first) + " to " + Words.grouped(last) + ", "
                + Words.count(Int64(correlated.count), "event", "events")
        if correlated.targets.isEmpty { text += ": no reaction is for it" }
        let targets = listed(correlated.targets) { target in
            name(target.stream) + " mark "
                + (target.markBefore.map { $0 < target.mark ? arrow($0, target.mark) : Words.grouped(target.mark) }
                    ?? Words.grouped(target.mark) + ", new")
        }
        let checkpoint: DisplayText =
            correlated.checkpointBefore < correlated.checkpoint
            ? "checkpoint " + arrow(correlated.checkpointBefore, correlated.checkpoint)
            : "checkpoint stays at " + Words.grouped(correlated.checkpoint)
        return Self.named("correlate", [text] + targets + [checkpoint])
    }

    // MARK: - Claim

    private func lines(of claimed: DrainStage.Claimed) -> [Line] {
        let isOther = claimed.lane != Subscription.defaultLane
        let lane: DisplayText = isOther ? "lane \(claimed.lane, as: .name), " : ""
        func frontier(_ title: DisplayText, _ places: Int, _ claims: [SubscriptionClaim]) -> [DisplayText] {
            let head = lane + title + " frontier, " + Words.count(Int64(places), "place", "places")
            return [head + (claims.isEmpty ? ": nothing there" : ":")] + listed(claims, text)
        }
        return Self.named(
            "claim",
            frontier("lagging", claimed.places.lagging, claimed.claims.filter(\.isLagging))
                + frontier("leading", claimed.places.leading, claimed.claims.filter { !$0.isLagging }))
    }

    /// `Stock|cup watermark 38, mark 41, priority 0, claim 4 until 10:14:12`.
    private func text(of claim: SubscriptionClaim) -> DisplayText {
        let subscription = claim.subscription
        var text = name(claim.target) + " watermark " + Words.grouped(subscription.watermark)
        text += ", mark " + Words.grouped(subscription.workMark) + ", priority \(subscription.priority)"
        text += ", claim \(subscription.fencingNumber)"
        if let until = subscription.holding?.until { text += " until " + Words.clock(until) }
        if subscription.retries > 0 { text += ", tried " + Words.count(subscription.retries, "time", "times") }
        return text
    }

    /// `lagging 5: Stock|cup 38 of 41; leading 5: nothing`, so that both ends have room in one line.
    static func shortText(of claimed: DrainStage.Claimed) -> DisplayText {
        func end(_ title: DisplayText, _ places: Int, _ claims: [SubscriptionClaim]) -> DisplayText {
            let head = title + " \(places): "
            guard let first = claims.first?.subscription else { return head + "nothing" }
            let more: DisplayText = claims.count > 1 ? " and \(claims.count - 1) more" : ""
            return head + DisplayText(first.target.description, as: .name) + " "
                + Words.grouped(first.watermark) + " of " + Words.grouped(first.workMark) + more
        }
        return end("lagging", claimed.places.lagging, claimed.claims.filter(\.isLagging)) + "; "
            + end("leading", claimed.places.leading, claimed.claims.filter { !$0.isLagging })
    }

    // MARK: - Fetch and handle

    private func lines(of fetched: DrainStage.Fetched) -> [Line] {
        let place = name(fetched.target) + ", behind " + Words.grouped(fetched.watermark)
        guard !fetched.events.isEmpty else {
            return [Line(name: "fetch", text: place + ": nothing up to " + Words.grouped(fetched.through))]
        }
        let count = Words.count(Int64(fetched.events.count), "event", "events")
        return Self.named("fetch", [place + ": " + count] + listed(fetched.events, text))
    }

    /// `SalePlaced, Sale|sale-7 #1 at 41`.
    private func text(of event: DrainStage.Event) -> DisplayText {
        DisplayText(event.type, as: .name) + ", " + name(event.stream)
            + " #\(event.sequenceNumber) at " + Words.grouped(event.position)
    }

    private func text(of call: DrainStage.Call) -> DisplayText {
        let more: DisplayText = call.count > 1 ? " and \(call.count - 1) more" : ""
        return "\(call.reaction, as: .name) for " + text(of: call.event) + more
    }

    private func lines(of call: DrainStage.Call, _ written: [DrainStage.Event], _ failure: String?) -> [Line] {
        let name: DisplayText = failure == nil ? "handled" : "failed"
        var texts = listed(written) { glyphs.arrowRight + " " + text(of: $0) }
        if let failure {
            texts.insert(DisplayText(failure, limit: ReactionLines.longestMessage), at: 0)
        } else if written.isEmpty {
            texts = ["\(call.reaction, as: .name) wrote nothing under its claim"]
        }
        return Self.named(name, texts, failure == nil ? .text : .error)
    }

    // MARK: - Ack

    private func lines(of ended: DrainStage.Ended) -> [Line] {
        let texts =
            listed(ended.acked, text) + listed(ended.blocked, text)
            + listed(ended.lost) { name($0) + " was another's by now, who does it again" }
        return Self.named("ack", texts, ended.blocked.isEmpty ? .text : .error)
    }

    /// `Stock|cup watermark 41 of 41`, and when it is tried again, or why it is blocked.
    private func text(of subscription: Subscription) -> DisplayText {
        var text = name(subscription.target) + " watermark " + Words.grouped(subscription.watermark)
        text += " of " + Words.grouped(subscription.workMark)
        if subscription.blocked != nil {
            text += ": blocked"
            if let failure = subscription.failure {
                text += " by \(failure.reaction, as: .name), "
                text += Words.count(Int64(failure.attempts.count), "try", "tries")
                if let last = failure.attempts.last { text += ": " + DisplayText(last.message, limit: 400) }
            }
        } else if let due = subscription.due {
            let verb: DisplayText = subscription.retries > 0 ? "tried again at " : "waits until "
            text += "; " + verb + Words.clock(due)
        } else if subscription.retries > 0 {
            text += "; tried again at once"
        }
        return text
    }

    // MARK: - Words

    private func name(_ target: PersistenceID) -> DisplayText { DisplayText(target.description, as: .name) }

    private func arrow(_ before: Int64, _ after: Int64) -> DisplayText {
        Words.grouped(before) + " " + glyphs.arrowRight + " " + Words.grouped(after)
    }

    /// The first ones, and how many more there are.
    private func listed<Element>(_ elements: [Element], _ text: (Element) -> DisplayText) -> [DisplayText] {
        let more = elements.count - Self.mostListed
        return elements.prefix(Self.mostListed).map(text) + (more > 0 ? [glyphs.ellipsis + " and \(more) more"] : [])
    }

    /// Lines of which the first has the stage's name.
    private static func named(_ name: DisplayText, _ texts: [DisplayText], _ role: Role = .text) -> [Line] {
        texts.enumerated().map { index, text in Line(name: index == 0 ? name : "", text: text, role: role) }
    }
}

import Terminal

extension CommandTable {
    private static let eventsAndLog = Command.Context.looking.union([.log])

    static let asking: [Command] = [
        Command(
            .who, ["o"], in: Command.Context.looking, .asking, hint: .init("o", "who set this?", short: "who?"),
            "Goes to the event that last set the value under the cursor; again: the one before.",
            whyNot: { $0.isReactionShown ? $0.whyNoFailedEvent : $0.whyNoValue }),
        Command(
            .setters, ["O"], in: Command.Context.looking, .asking,
            "Lists every event that ever set the value under the cursor.", whyNot: { $0.whyNoValue }),
        Command(
            .markDiff, ["v"], in: Command.Context.looking, .asking, hint: .init("v", "diff", short: "diff"),
            "Marks this event as A: Diff shows what differs between A and the playhead; again: no A."),
        Command(
            .find, ["/"], argument: "TEXT", in: eventsAndLog, .asking, hint: .init("/", "find", short: "find"),
            "Finds text, or fields: /type:ItemAdded sku=tea."),
        Command(.nextHit, ["n"], in: eventsAndLog, .asking, "Goes to the next hit.", whyNot: { $0.whyNoHits }),
        Command(
            .previousHit, ["N"], in: eventsAndLog, .asking, "Goes to the hit before.", whyNot: { $0.whyNoHits }),
        Command(
            .watch, ["a"], argument: "PATH", in: Command.Context.looking, .asking,
            "Watches the value under the cursor; d or D in the fourth pane takes it away.", whyNot: { $0.whyNoValue }),
        Command(
            .unwatch, ["d", "D"], argument: "NUMBER", in: [.watches], .asking,
            hint: .init("d", "remove", short: "remove"),
            "Takes a watch away: the last one, or the one whose number stands before it.",
            whyNot: { $0.watches.isEmpty ? "there is no watch: a adds the value under the cursor" : nil }),
        Command(
            .chain, ["gc"], in: Command.Context.browsing, .asking,
            "Shows what led to this event and what came of it, across streams; Enter goes there.",
            whyNot: { $0.whyNoChain }),
        Command(
            .bisect, [], argument: "CONDITION", in: Command.Context.browsing, .asking,
            "Goes to the first event after which a condition holds, as in :bisect total < 0.",
            whyNot: { $0.whyNoStream }),
        Command(.copy, ["y"], in: eventsAndLog, .asking, "Copies the address of what is under the playhead."),
        Command(
            .reveal, ["gr"], in: Command.Context.browsing, .asking,
            "Shows values under keys like password or token, and hides them again."),
        Command(
            .recover, [], in: Command.Context.browsing, .asking,
            "Goes through the stream's recovery step by step: snapshot, events, filter, fold, with counts and times.",
            whyNot: { $0.whyNoStream }),
        Command(
            .filterWriters, [], argument: "[fail|warn|repair|off] [interleaved|any]", in: Command.Context.browsing,
            .asking, "Shows what each mode of the replay filter makes of this history, side by side.",
            whyNot: { $0.whyNoStream }),
    ]
}

extension Model {
    /// Why there is no value under the cursor; nil where there is one.
    var whyNoValue: DisplayText? {
        guard stream?.view != nil else { return "there is no state yet: s lists the streams" }
        return chosenPath == nil ? "choose a value first: Alt-2, then j and k" : nil
    }

    /// Why there is no stream to look at; nil where there is one.
    var whyNoStream: DisplayText? { stream == nil ? "no stream is open: s lists the streams" : nil }

    /// Why there is no hit to go to; nil where there is one.
    var whyNoHits: DisplayText? { search == nil ? "nothing was searched for: / finds" : nil }
}

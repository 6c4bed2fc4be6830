import Inspection

extension CommandTable {
    private static let withTyping = Command.Context.browsing.union([.typing])

    static let panes: [Command] = [
        Command(.nextPane, ["Tab"], in: Command.Context.browsing, .panes, "Goes to the next pane."),
        Command(.previousPane, ["S-Tab"], in: withTyping, .panes, "Goes to the pane before."),
        Command(.timelinePane, ["Alt-1"], in: withTyping, .panes, "Goes to the first pane: the events."),
        Command(
            .statePane, ["Alt-2"], in: withTyping, .panes, "Goes to the second pane: the state; again: its next tab."),
        Command(
            .commandPane, ["Alt-3", ">"], in: Command.Context.browsing, .panes, hint: .init(">", "command"),
            "Goes to the third pane, to type a command of the domain."),
        Command(.watchPane, ["Alt-4"], in: withTyping, .panes, "Goes to the fourth pane: the watches."),
        Command(.stateTab, ["gs"], in: Command.Context.browsing, .panes, "Shows the state after the event."),
        Command(.eventTab, ["ge"], in: Command.Context.browsing, .panes, "Shows the event's payload and ids."),
        Command(.diffTab, ["gd"], in: Command.Context.browsing, .panes, "Shows what the event changed."),
        Command(
            .metaTab, ["gm"], in: Command.Context.browsing, .panes,
            "Shows the event's writer, epoch, size, address and snapshot."),
        Command(
            .machineTab, ["gM"], in: Command.Context.browsing, .panes,
            "Shows the state machine, where it stands, and what could come next.", whyNot: { $0.whyNoMachine }),
        Command(.zoom, ["z"], in: Command.Context.browsing, .panes, "Gives the whole screen to this pane, and back."),
        Command(
            .enter, ["Enter"], in: Command.Context.browsing, .panes,
            hint: .init("Enter", "open", short: "open", in: Command.Context.lists),
            "Opens what is under the cursor."),
        Command(
            .leave, ["Esc"], in: Command.Context.browsing.union([.typing, .prompt, .help]), .panes,
            hint: .init("Esc", "back", short: "back", in: Command.Context.lists.union([.typing, .prompt, .help])),
            "Stops what is running, or goes back."),
        Command(
            .streams, ["s"], in: Command.Context.browsing, .panes,
            hint: .init("s", "streams", short: "streams", in: [.events, .log]),
            "Lists the streams."),
        Command(.log, ["S"], in: Command.Context.browsing, .panes, "Shows all events by global position."),
        Command(
            .sortStreams, ["."], in: [.streams], .panes, hint: .init(".", "sort", short: "sort"),
            "Sorts the streams by name, or by their newest event."),
        Command(
            .filterStreams, ["/"], in: [.streams], .panes, hint: .init("/", "filter", short: "filter"),
            "Shows only streams whose name begins with a text, else those that contain it; an empty line shows all."),
        Command(
            .reactions, ["gR"], in: Command.Context.browsing, .panes,
            "Lists what reactions have to do: the subscriptions, those that are blocked first, and why."),
        Command(
            .failedEvent, ["o"], in: [.reactions], .panes, hint: .init("o", "failed event", short: "event"),
            "Goes to the event at which a reaction failed.", whyNot: { $0.whyNoFailedEvent }),
        Command(
            .unblock, ["u"], argument: "[all]", in: [.reactions], .panes,
            hint: .init("u", "unblock", short: "unblock", isDue: { $0.reactions.chosen?.standing == .blocked }),
            "Lets the chosen subscription, or all blocked ones of the list, go on where they stood, after a question.",
            whyNot: { $0.whyNoOperation }),
        Command(
            .reset, ["R"], argument: "[all]", in: [.reactions], .panes,
            "Lets the chosen subscription, or all of the list, begin again at the first event, after a question.",
            whyNot: { $0.whyNoOperation }),
        Command(
            .cancel, ["x"], argument: "[TARGET]", in: [.reactions], .panes,
            hint: .init("x", "cancel", short: "cancel", isDue: { $0.reactions.view?.running.isEmpty == false }),
            "Has a reaction end that runs in this process, after a question; that counts as a failed try.",
            whyNot: { $0.whyNothingToCancel }),
        Command(
            .filterReactions, ["/"], in: [.reactions], .panes, hint: .init("/", "filter", short: "filter"),
            "Shows only subscriptions whose target begins with a text, else those that contain it."),
    ]
}

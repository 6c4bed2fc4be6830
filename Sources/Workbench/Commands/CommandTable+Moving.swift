extension CommandTable {
    private static let listsAndState = Command.Context.lists.union([.state, .help])

    static let moving: [Command] = [
        Command(
            .forward, ["j", "Down"], in: [.events, .watches], .moving, hint: .init("j k", "step", short: ""),
            "Goes to the next event; with a number before it, so many events further."),
        Command(.back, ["k", "Up"], in: [.events, .watches], .moving, "Goes to the event before."),
        Command(
            .forwardInState, ["J"], in: [.state], .moving, hint: .init("J K", "step", short: "step"),
            "Goes to the next event while a value is chosen."),
        Command(.backInState, ["K"], in: [.state], .moving, "Goes to the event before while a value is chosen."),
        Command(
            .screenForward, ["^D", "PgDn"], in: [.events, .watches], .moving, "Goes a screen of events forward."),
        Command(.screenBack, ["^U", "PgUp"], in: [.events, .watches], .moving, "Goes a screen of events back."),
        Command(
            .first, ["gg", "Home"], in: [.events, .watches], .moving,
            "Goes to #0, the empty state; with a number before it, to that event."),
        Command(
            .last, ["G", "End"], in: [.events, .watches], .moving,
            "Goes to the last event; with a number before it, to that event: 42G."),
        Command(
            .goto, [], argument: "NUMBER|TIME|+SPAN|Type|id@NUMBER", in: Command.Context.browsing, .moving,
            "Goes to a number, a time (09:15, 2025-03-02), a time away (+1h, -10m), or an address."),
        Command(
            .nextLine, ["j", "Down"], in: listsAndState, .moving, hint: .init("j k", "choose", short: ""),
            "Chooses the next line."),
        Command(.previousLine, ["k", "Up"], in: listsAndState, .moving, "Chooses the line before."),
        Command(.lineScreenForward, ["^D", "PgDn"], in: listsAndState, .moving, "Goes a screen of lines down."),
        Command(.lineScreenBack, ["^U", "PgUp"], in: listsAndState, .moving, "Goes a screen of lines up."),
        Command(.firstLine, ["gg", "Home"], in: listsAndState, .moving, "Goes to the first line."),
        Command(.lastLine, ["G", "End"], in: listsAndState, .moving, "Goes to the last line."),
        Command(
            .unfold, ["l", "Right"], in: [.state], .moving,
            "Opens the chosen value, or goes into it."),
        Command(
            .fold, ["h", "Left"], in: [.state], .moving, hint: .init("h l", "fold", short: "fold"),
            "Folds the chosen value, or goes out of it."),
        Command(
            .play, ["Space"], in: Command.Context.looking, .moving,
            "Plays the events one after another, and stops."),
    ]
}

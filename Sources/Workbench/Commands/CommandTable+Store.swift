import Terminal

extension CommandTable {
    static let store: [Command] = [
        Command(
            .follow, ["F"], in: Command.Context.browsing, .store,
            "Follows new events, also of other processes, and stops following."),
        Command(
            .sandbox, [], in: Command.Context.browsing, .store,
            "Sends commands to a copy of the store from now on, so that nothing can be broken.",
            whyNot: { $0.session.mode == .sandbox ? "this is the sandbox copy already" : nil }),
        Command(
            .step, [], argument: "on|off", in: Command.Context.browsing, .store,
            "Goes one stage at a time: a commit's are decide, fold dry, append, advance, snapshot, retention, reply; "
                + "a drain's correlate, claim, fetch, handle, ack.", whyNot: { $0.whyNoStepping }),
        Command(
            .runOn, ["^R"], in: Command.Context.browsing.union([.typing]), .store,
            hint: .init(
                "^R", "run on", short: "run on", in: [.typing], isDue: { $0.commands.waiting != nil }),
            "Lets what waits at a stage run on: a command to its reply, a drain until it has settled.",
            whyNot: { $0.commands.waiting == nil ? "nothing waits at a stage: :step on has commands do so" : nil }),
        Command(
            .openStore, [], argument: "[--write] FILE", in: Command.Context.browsing, .store,
            "Opens a store, for looking or for writing."),
        Command(.theme, [], argument: "NAME", in: Command.Context.browsing, .store, "Takes another theme."),
        Command(
            .warnings, ["gw"], in: Command.Context.browsing, .store,
            hint: .init("gw", "warnings", short: "warnings", isAlwaysShown: true, isDue: { $0.warnings.hasNews }),
            "Lists what the engine warned of: what it left out, could not save, or gave up.",
            whyNot: { $0.warnings.all.isEmpty ? "the engine has warned of nothing" : nil }),
        Command(
            .command, [":"], in: Command.Context.browsing, .store,
            hint: .init(":", "cmd", short: "cmd", isAlwaysShown: true),
            "Opens the line for commands of the workbench."),
        Command(
            .help, ["?"], in: Command.Context.browsing.union([.help]), .store,
            hint: .init("?", "all keys", short: "keys", isAlwaysShown: true), "Lists everything that can be done here."),
        Command(.redraw, ["^L"], in: Set(Command.Context.allCases), .store, "Draws the whole screen anew."),
        Command(.suspend, ["^Z"], in: Set(Command.Context.allCases), .store, "Stops the program until fg."),
        Command(
            .quit, ["q"], in: Command.Context.browsing.union([.help]), .store,
            hint: .init("q", "quit", short: "quit", in: [.help], isAlwaysShown: true),
            "Leaves; ^C stops what is running, and twice when nothing is running leaves too."),
    ]
}

extension Model {
    /// Why nothing can be gone through step by step; nil where it can, and where it can be ended.
    var whyNoStepping: DisplayText? {
        if commands.isStepping { return nil }
        if case .nowhere(let reason, let way) = session.commands { return "\(reason): \(way)" }
        return nil
    }
}

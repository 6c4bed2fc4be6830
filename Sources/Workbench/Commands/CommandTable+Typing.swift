extension CommandTable {
    private static let text: Set<Command.Context> = [.typing, .prompt]

    static let typing: [Command] = [
        Command(
            .send, ["Enter"], in: [.typing], .editing, hint: .init("Enter", "send", short: "send"),
            "Sends the command to the live entity."),
        Command(
            .accept, ["Enter"], in: [.prompt], .editing, hint: .init("Enter", "go", short: "go"), "Takes the line."),
        Command(
            .complete, ["Tab"], in: text, .editing, hint: .init("Tab", "complete", short: "complete"),
            "Completes the word before the cursor; in an empty line of the third pane, goes to the next pane."),
        Command(.older, ["Up"], in: text, .editing, hint: .init("Up", "older", short: "older"), "Takes an older line."),
        Command(.newer, ["Down"], in: text, .editing, "Takes a newer line."),
        Command(.left, ["Left"], in: text, .editing, "Moves the cursor to the left."),
        Command(.right, ["Right"], in: text, .editing, "Moves the cursor to the right."),
        Command(.lineStart, ["Home", "^A"], in: text, .editing, "Moves the cursor to the beginning."),
        Command(.lineEnd, ["End", "^E"], in: text, .editing, "Moves the cursor to the end."),
        Command(.deleteBack, ["Backspace", "^H"], in: text, .editing, "Takes the character before the cursor away."),
        Command(.deleteForward, ["Del", "^D"], in: text, .editing, "Takes the character under the cursor away."),
        Command(.deleteWord, ["^W"], in: text, .editing, "Takes the word before the cursor away."),
        Command(.deleteToStart, ["^U"], in: text, .editing, "Takes everything before the cursor away."),
        Command(.deleteToEnd, ["^K"], in: text, .editing, "Takes everything from the cursor on away."),
        Command(.resultsBack, ["PgUp"], in: [.typing], .editing, "Scrolls to older results."),
        Command(.resultsForward, ["PgDn"], in: [.typing], .editing, "Scrolls to newer results."),
    ]
}

import Terminal

extension CommandTable {
    static let jumping: [Command] = [
        Command(
            .nextSnapshot, ["]s"], in: Command.Context.looking, .jumping,
            hint: .init("]s", "snapshot", short: "snapshot"),
            "Goes to the next event with a snapshot after it."),
        Command(
            .previousSnapshot, ["[s"], in: Command.Context.looking, .jumping,
            "Goes back to an event with a snapshot after it."),
        Command(
            .nextOtherWriter, ["]w"], in: Command.Context.looking, .jumping,
            hint: .init("]w", "writer", short: "writer"),
            "Goes to where another writer begins."),
        Command(
            .previousOtherWriter, ["[w"], in: Command.Context.looking, .jumping,
            "Goes back to an event of another writer."),
        Command(
            .nextSameWriter, ["]W"], in: Command.Context.looking, .jumping, "Goes to the next event of this writer."),
        Command(
            .previousSameWriter, ["[W"], in: Command.Context.looking, .jumping,
            "Goes back to an event of this writer."),
        Command(.nextSameType, ["]t"], in: Command.Context.looking, .jumping, "Goes to the next event of this type."),
        Command(
            .previousSameType, ["[t"], in: Command.Context.looking, .jumping, "Goes back to an event of this type."),
        Command(
            .nextChange, ["]d"], in: Command.Context.looking, .jumping,
            "Goes to where the value under the cursor changes next."),
        Command(
            .previousChange, ["[d"], in: Command.Context.looking, .jumping,
            "Goes back to where the value under the cursor changed."),
        Command(.nextMark, ["]m"], in: Command.Context.looking, .jumping, "Goes to the next mark."),
        Command(.previousMark, ["[m"], in: Command.Context.looking, .jumping, "Goes back to a mark."),
        Command(
            .nextFinding, ["]x"], in: Command.Context.looking, .jumping, hint: .init("]x", "anomaly"),
            "Goes to the next event where something is wrong."),
        Command(
            .previousFinding, ["[x"], in: Command.Context.looking, .jumping,
            "Goes back to an event where something is wrong."),
        Command(
            .jumpAgain, ["]."], in: Command.Context.looking, .jumping, "Makes the last of these jumps again.",
            whyNot: { $0.lastJump == nil ? "nothing was jumped to yet: ]s goes to the next snapshot" : nil }),
        Command(
            .jumpAgainBack, ["[."], in: Command.Context.looking, .jumping,
            "Makes the last of these jumps the other way.",
            whyNot: { $0.lastJump == nil ? "nothing was jumped to yet: [s goes back to a snapshot" : nil }),
        Command(.placeBefore, ["^O"], in: Command.Context.browsing, .jumping, "Goes back to where I was."),
        Command(.placeAfter, ["^Y"], in: Command.Context.browsing, .jumping, "Goes forward again."),
        Command(
            .mark, [KeySequence("m", thenLetter: true)], in: Command.Context.looking, .jumping,
            "Marks this event with a letter."),
        Command(
            .toMark, [KeySequence("'", thenLetter: true)], in: Command.Context.looking, .jumping,
            "Goes to the event with this mark."),
    ]
}

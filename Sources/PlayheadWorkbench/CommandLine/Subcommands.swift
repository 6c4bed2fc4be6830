/// Everything that the program does, in the order of its help.
enum Subcommands {
    /// What a line without a sub-command's name calls.
    static let workbench = WorkbenchCommand.description

    static let all: [Subcommand] = [
        StreamsCommand.description, EventsCommand.description, StateCommand.description, MachineCommand.description,
        WhoCommand.description, SubscriptionsCommand.description, ChainCommand.description,
        SendCommand.description, VerifyCommand.description, RecoverCommand.description, WritersCommand.description,
        SnapshotsCommand.description, BackupCommand.description,
        ExportCommand.description, ImportCommand.description, RepairCommand.description,
        ScreenshotCommand.description, SampleCommand.description, CompletionsCommand.description,
        HelpCommand.description,
    ]
}

internal import EventSourcing

extension StoreFile {
    /// What is wrong with the log as a whole; nil where there is none, or one that SQLite goes by.
    var logProblem: String? {
        switch logHeader {
        case .sound, .ofOtherVersion: nil
        case .none: "\(logName) is no log of SQLite, and is left out"
        case .damaged: Self.isDamaged(logName)
        case .ofOtherChanges: mayLogHoldCommits ? Self.isDamaged(logName) : nil
        }
    }

    private static func isDamaged(_ log: String) -> String {
        "\(log) is damaged at its beginning, and its changes are left out"
    }

    /// Whether SQLite takes the log for an empty one, whatever is in it.
    var isLogPassedOver: Bool {
        switch logHeader {
        // A writer that is killed behind the header leaves no change.
        case .sound: (1..<LogFile.shortest).contains(log?.size ?? 0)
        case .ofOtherVersion: false
        case .none, .damaged, .ofOtherChanges: true
        }
    }

    /// Whether commits may stand in the log that SQLite would write over, because it takes the log for an empty one.
    private var mayLogHoldCommits: Bool { LogFile(place + "-wal")?.mayHoldCommits(behind: logHeader) ?? false }

    var logName: String { "'\(Self.name(of: place))-wal'" }

    private var logHeader: LogHeader {
        guard let log, log.size > 0 else { return .sound }
        return LogHeader(LogFile(place + "-wal")?.beginning(LogHeader.length) ?? [])
    }

    /// Throws `StoreError.unreadableLog` where the log beside it is of another version than this program's SQLite writes.
    func requireKnownLog() throws {
        guard case .ofOtherVersion(let version) = logHeader else { return }
        throw StoreError(
            .unreadableLog, file: path,
            detail: "\(logName) is a log of version \(version), and this program knows "
                + "\(LogHeader.knownVersion); the program that wrote it empties it into the file when it closes the file"
        )
    }

    /// Throws `StoreError.unreadableLog` where the log is of another version, or its beginning is damaged and commits may
    /// stand behind it: whoever writes goes over those.
    func requireReadableLog() throws {
        try requireKnownLog()
        // A log that somebody begins anew between the two looks is another one at the second.
        guard isLogPassedOver, mayLogHoldCommits, mayLogHoldCommits else { return }
        let what = logHeader == .none ? "no log of SQLite" : "damaged at its beginning"
        throw StoreError(
            .unreadableLog, file: path,
            detail: "\(logName) is \(what), and writing would destroy the commits that may stand in it; "
                + "`playhead backup` or `playhead repair` makes a new file of what can be read, and moving the log away "
                + "gives those commits up")
    }
}

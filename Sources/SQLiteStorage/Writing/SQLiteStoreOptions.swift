/// What an acknowledged append survives.
public enum Durability: Hashable, Sendable {
    /// A crash of the program and a loss of power: every commit is synced.
    case full
    /// A crash of the program; a loss of power may take the last commits, never half of one.
    case normal
}

/// What becomes of a file that an earlier program laid out, when it is opened for writing.
public enum StoreMigration: Hashable, Sendable {
    /// It is refused, and its layout and content stay as they are: `StoreError`, `olderLayout`.
    case refused
    /// It gets today's layout, in one transaction, after a copy of it was kept beside it: `orders.db.v1-backup`. Earlier
    /// programs can't open it any more then.
    case afterBackup
}

/// How a store file is opened for writing.
public struct SQLiteStoreOptions: Hashable, Sendable {
    /// What an acknowledged append survives.
    public var durability: Durability
    /// How long a held file is waited for.
    public var busyTimeout: Duration
    /// How many connections read at once, at least 1.
    public var readers: Int
    /// What becomes of a file that an earlier program laid out; it is refused unless this says that it may be changed.
    public var migration: StoreMigration

    /// How long a held file is waited for while it is opened; as long as ever after, where nothing is said.
    package var openingTimeout: Duration?

    /// Whether the log is emptied into the file while the writer pauses; off only where a test looks at a log.
    package var checkpointsInBackground = true

    /// So many pages of 4 KiB the log may have before the writer itself empties it and lets it start again: 32 MiB.
    package var pagesInLog = 8_000

    /// Whether what other processes write is told of, from a thread of its own; off only where a test steps all that happens.
    package var watchesFile = true

    /// The name by which SQLite knows the files that lie beneath; nil for the system's.
    package var fileSystem: String?

    /// Describes how to open a store; without arguments the safe way.
    public init(
        durability: Durability = .full, busyTimeout: Duration = .seconds(5), readers: Int = 2,
        migration: StoreMigration = .refused
    ) {
        self.durability = durability
        self.busyTimeout = busyTimeout
        self.readers = max(1, readers)
        self.migration = migration
    }
}

/// Why a store could not do what it was asked.
public struct StoreError: Error, Hashable, CustomStringConvertible {
    /// The closed set of reasons.
    public enum Reason: Hashable, Sendable {
        /// There is nothing under that name.
        case missing
        /// A folder stands where a file is expected.
        case folder
        /// The file or its folder may not be read, or written where writing is asked for.
        case permissionDenied
        /// The file has no byte in it.
        case empty
        /// The file is no SQLite database.
        case notADatabase
        /// The file is an SQLite database, and no store of ours.
        case notAStore
        /// Something is there already where a new file is to be made.
        case alreadyThere
        /// The file's layout is of a later version than this program knows.
        case newerLayout(version: Int)
        /// The file's layout is of an earlier version, and whoever opens it has not allowed that it gets today's.
        case olderLayout(version: Int)
        /// The store is open for looking, or can't be written.
        case readOnly
        /// Another process holds the store.
        case busy
        /// There is no room left on the disk.
        case full
        /// The system could not read or write.
        case inputOutput
        /// There is no memory left for the work; it says nothing of the store.
        case outOfMemory
        /// What stands in the file contradicts itself.
        case corrupt
        /// A left-over journal or log holds changes that looking must not touch.
        case needsRecovery
        /// A log may hold changes that can't be read: only another program can, or its beginning is damaged.
        case unreadableLog
        /// The connection was lost, or the store was closed.
        case closed
        /// The work was cancelled.
        case cancelled
        /// A number, name or size is outside its bounds.
        case invalid
        /// Whether the append is durable is not known: all of it or nothing.
        case outcomeUnknown
    }

    /// Which reason it is.
    public var reason: Reason
    /// The file, where there is one.
    public var file: String?
    /// The stream, where one is concerned.
    public var stream: PersistenceID?
    /// The sequence number, where one is concerned.
    public var sequenceNumber: Int64?
    /// The global position, where one is concerned.
    public var position: Int64?
    /// What more is known: a clause, without a payload in it.
    public var detail: String

    /// Describes a failure.
    public init(
        _ reason: Reason, file: String? = nil, stream: PersistenceID? = nil, sequenceNumber: Int64? = nil,
        position: Int64? = nil, detail: String = ""
    ) {
        self.reason = reason
        self.file = file
        self.stream = stream
        self.sequenceNumber = sequenceNumber
        self.position = position
        self.detail = detail
    }

    /// A sentence that says what is wrong, where, and what would be right.
    public var description: String {
        let place = [
            file, stream?.description, sequenceNumber.map { "#\($0)" }, position.map { "at position \($0)" },
        ].compactMap(\.self).joined(separator: " ")
        let subject = place.isEmpty ? "the store" : place
        return "\(subject) \(clause)" + (detail.isEmpty ? "" : ": \(detail)")
    }

    private var clause: String {
        switch reason {
        case .missing: "is not there"
        case .folder: "is a folder, and a store is a file"
        case .permissionDenied: "may not be opened by this user"
        case .empty: "is empty, and no store; `playhead sample` makes one"
        case .notADatabase: "is not a store: it is no SQLite database"
        case .notAStore: "is an SQLite database, and not a store of Playhead"
        case .alreadyThere: "is there already, and is not overwritten"
        case .newerLayout(let version): "has layout \(version), which is newer than this program; use a newer program"
        case .olderLayout(let version): "has layout \(version), which is older than this program's"
        case .readOnly: "can't be written"
        case .busy: "is held by another process"
        case .full: "has no room: the disk is full; nothing was written"
        case .inputOutput: "can't be read or written: the system reports an error"
        case .outOfMemory: "can't be worked on: there is no memory left"
        case .corrupt: "is damaged"
        case .needsRecovery: "has changes beside it, which looking must not touch"
        case .unreadableLog: "has changes beside it, which this program can't read"
        case .closed: "is closed"
        case .cancelled: "was left: the work was cancelled"
        case .invalid: "was asked for something outside its bounds"
        case .outcomeUnknown: "did not answer: whether the events were written is not known until they are read"
        }
    }
}

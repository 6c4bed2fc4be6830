/// A lock was held by another for as long as there was time to wait; the command was not begun.
public struct LockBusyError: Error, Hashable, CustomStringConvertible {
    /// The entity.
    public var persistenceID: PersistenceID
    /// Who holds it.
    public var holder: WriterID
    /// The holder's fencing number.
    public var fencingNumber: Int64
    /// How long it was waited for.
    public var waited: Duration

    /// Describes a lock that can't be got.
    public init(persistenceID: PersistenceID, holder: WriterID, fencingNumber: Int64, waited: Duration) {
        self.persistenceID = persistenceID
        self.holder = holder
        self.fencingNumber = fencingNumber
        self.waited = waited
    }

    /// A sentence that names the holder.
    public var description: String {
        "\(persistenceID) is locked by writer \(holder) with the fencing number \(fencingNumber), also after \(waited);"
            + " try again"
    }
}

/// A lock was lost before its command was decided; nothing was written.
public struct LockLostError: Error, Hashable, CustomStringConvertible {
    /// The entity.
    public var persistenceID: PersistenceID
    /// The fencing number of the lock that was lost.
    public var fencingNumber: Int64
    /// Who holds it now, where that is known.
    public var holder: WriterID?

    /// Describes a loss.
    public init(persistenceID: PersistenceID, fencingNumber: Int64, holder: WriterID? = nil) {
        self.persistenceID = persistenceID
        self.fencingNumber = fencingNumber
        self.holder = holder
    }

    /// A sentence that says who has the lock now.
    public var description: String {
        let end = holder.map { "writer \($0) holds it now" } ?? "it was not renewed in time"
        return
            "the lock of \(persistenceID) with the fencing number \(fencingNumber) was lost: \(end); send the command again"
    }
}

/// A lock can't be had, or is held no more.
public enum LockError: Error, Hashable, CustomStringConvertible {
    /// Another one holds it, and nobody was to wait; nothing was begun.
    case busy(PersistenceID, holder: WriterID, fencingNumber: Int64)
    /// Another one held it for as long as there was time to wait; nothing was begun.
    case timedOut(PersistenceID, holder: WriterID, fencingNumber: Int64, waited: Duration)
    /// It was lost with this fencing number; what was not decided by then was not written.
    ///
    /// The holder is who has it now, where that is known.
    case lost(PersistenceID, fencingNumber: Int64, holder: WriterID? = nil)

    /// A sentence that says who holds the lock, and what to do next.
    public var description: String {
        switch self {
        case .busy(let id, let holder, let number):
            "\(id) is locked by writer \(holder) with the fencing number \(number); try again"
        case .timedOut(let id, let holder, let number, let waited):
            "\(id) is locked by writer \(holder) with the fencing number \(number), also after \(waited); try again"
        case .lost(let id, let number, let holder):
            "the lock of \(id) with the fencing number \(number) was lost: "
                + (holder.map { "writer \($0) holds it now" } ?? "it was not renewed in time")
                + "; send the command again"
        }
    }
}

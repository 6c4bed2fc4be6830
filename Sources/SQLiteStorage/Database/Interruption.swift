internal import CSQLite
internal import Synchronization

/// A flag that stops what a connection is doing, from any thread.
///
/// SQLite asks it every few thousand steps; the work then fails with `StoreError.cancelled`.
public final class Interruption: Sendable {
    private let isSet = Atomic(false)

    /// A flag that is not set.
    public init() {}

    /// Stops what runs, and all that comes until `clear`.
    public func cancel() { isSet.store(true, ordering: .relaxed) }

    /// Lets work run again.
    public func clear() { isSet.store(false, ordering: .relaxed) }

    /// Whether it was set.
    public var isCancelled: Bool { isSet.load(ordering: .relaxed) }

    // The connection keeps the flag alive for as long as SQLite holds its address.
    func install(on handle: OpaquePointer) {
        sqlite3_progress_handler(
            handle, 4_000,
            { context in
                guard let context else { return 0 }
                return Unmanaged<Interruption>.fromOpaque(context).takeUnretainedValue().isCancelled ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}

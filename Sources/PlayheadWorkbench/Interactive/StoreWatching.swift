import Actors
import Glibc
import SQLiteStorage

/// Tells of every change of a store file, also by other processes, from a thread that sleeps in between.
final class StoreWatching {
    private let stopReader: Int32
    private let stopWriter: Int32
    private let thread: OwnThread

    /// Begins to watch; nil where the system has no thread or no descriptor left.
    init?(_ path: String, changed: @escaping @Sendable () -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        let (reader, writer) = (ends[0], ends[1])
        // It begins now, so that nothing is missed; from here on the thread alone uses it.
        nonisolated(unsafe) let watcher = StoreWatcher(path)
        let started = OwnThread {
            while true {
                var waiting = [
                    pollfd(fd: watcher.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: reader, events: Int16(POLLIN), revents: 0),
                ]
                // Without a descriptor to watch, the store is asked once a second.
                let count = poll(&waiting, 2, watcher.descriptor == nil ? 1_000 : -1)
                if waiting[1].revents != 0 { return }
                if count < 0, errno != EINTR { return }
                if watcher.takeChanges() { changed() }
                // Other files of a busy folder tell of themselves too, so what comes next is taken all at once.
                if poll(&waiting[1], 1, 10) > 0 { return }
            }
        }
        guard let started else {
            close(reader)
            close(writer)
            return nil
        }
        (stopReader, stopWriter, thread) = (reader, writer, started)
    }

    /// Ends the watch.
    func stop() {
        close(stopWriter)
        thread.join()
        close(stopReader)
    }
}

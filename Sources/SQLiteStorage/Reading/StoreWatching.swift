internal import Actors
internal import Glibc

/// Tells of every change of a store file, also by other processes, from a thread that sleeps in between.
package final class StoreWatching: Sendable {
    private let stopWriter: Int32
    private let thread: OwnThread

    /// A change is told when its first byte is written, and can be read a little later: so it is told again after so many
    /// milliseconds, each time after four times as many, until the longest pause is over.
    private static let firstPause: Int32 = 10
    private static let longestPause: Int32 = 10_000

    /// How long is waited after a pause went by without a change, in milliseconds; below zero for as long as it takes.
    static func pause(after pause: Int32) -> Int32 { pause < 0 || pause >= longestPause ? -1 : pause * 4 }

    /// Begins to watch; nil where the system has no thread or no descriptor left.
    package init?(_ path: String, changed: @escaping @Sendable () -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        // A program that is started meanwhile must not hold them open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let (reader, writer) = (ends[0], ends[1])
        // It begins now, so that nothing is missed; from here on the thread alone uses it.
        nonisolated(unsafe) let watcher = StoreWatcher(path)
        let started = OwnThread {
            defer { close(reader) }
            var pause: Int32 = -1
            while true {
                var waiting = [
                    pollfd(fd: watcher.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: reader, events: Int16(POLLIN), revents: 0),
                ]
                // Without a descriptor to watch, the store is asked once a second.
                let count = poll(&waiting, 2, watcher.descriptor == nil ? 1_000 : pause)
                if waiting[1].revents != 0 { return }
                if count < 0, errno != EINTR { return }
                if count == 0 {
                    changed()
                    pause = Self.pause(after: pause)
                } else if watcher.takeChanges() {
                    changed()
                    pause = Self.firstPause
                }
                // Other files of a busy folder tell of themselves too, so what comes next is taken all at once.
                if poll(&waiting[1], 1, 10) > 0 { return }
            }
        }
        guard let started else {
            close(reader)
            close(writer)
            return nil
        }
        (stopWriter, thread) = (writer, started)
    }

    /// Ends the watch; from its own thread, it ends once `changed` has returned.
    package func stop() {
        // Also told where another process holds the pipe open, as one that is just being started does.
        var word: UInt8 = 0
        _ = write(stopWriter, &word, 1)
        close(stopWriter)
        thread.join()
    }
}

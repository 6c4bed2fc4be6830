internal import Glibc

/// Notices that other processes write a store file: a descriptor for `poll`, and a question that empties it.
///
/// It watches the folder for the file and its log by inotify. Where the system gives no watch, there is no descriptor, and
/// the owner asks the reader's `changeToken` once a second instead. It belongs to one thread at a time.
public final class StoreWatcher {
    /// Readable as soon as something may have changed; nil where the system gives no watch.
    public let descriptor: Int32?

    private let names: Set<[UInt8]>

    /// Watches a store file, also one that is replaced by another under the same name.
    public init(_ path: String) {
        let path = StoreFile.place(of: path)
        let name = Array(StoreFile.name(of: path).utf8)
        names = [name, name + Array("-wal".utf8)]
        let watch = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        let changes = UInt32(IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ATTRIB)
        if watch >= 0, inotify_add_watch(watch, StoreFile.folder(of: path), changes) >= 0 {
            descriptor = watch
        } else {
            if watch >= 0 { close(watch) }
            descriptor = nil
        }
    }

    deinit {
        if let descriptor { close(descriptor) }
    }

    /// Takes what has been told since the last time, and answers whether the file or its log was among it; true where
    /// there is no descriptor, and anything may have changed.
    public func takeChanges() -> Bool {
        guard let descriptor else { return true }
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        var isChanged = false
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return isChanged }
            // Each record: watch, mask, cookie, length of the name (four bytes each), the name with zeros behind it.
            var offset = 0
            while offset + 16 <= count {
                let (mask, length) = buffer.withUnsafeBytes { bytes in
                    (
                        bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self),
                        Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
                    )
                }
                let name = Array(buffer[offset + 16..<min(offset + 16 + length, count)].prefix { $0 != 0 })
                if names.contains(name) || mask & UInt32(IN_Q_OVERFLOW) != 0 { isChanged = true }
                offset += 16 + length
            }
        }
    }
}

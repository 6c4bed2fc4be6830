internal import Glibc

/// Reading and writing file descriptors, with all that the C library leaves to its callers.
enum Descriptor {
    /// What is there to read now, up to 64 KiB; `isClosed` when nothing will ever come again.
    static func readAvailable(_ descriptor: Int32) -> (bytes: [UInt8], isClosed: Bool) {
        var isClosed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            while true {
                let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if got > 0 {
                    count = got
                } else if got < 0, errno == EINTR {
                    continue
                } else if got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK) {
                    isClosed = true
                }
                return
            }
        }
        return (bytes, isClosed)
    }

    /// Writes all of it, however many calls that takes; the error's number, or nothing when it is done.
    static func writeAll(_ bytes: some Sequence<UInt8>, to descriptor: Int32) -> Int32? {
        Array(bytes).withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let written = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
                if written >= 0 {
                    offset += written
                } else if errno == EAGAIN || errno == EWOULDBLOCK {
                    var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&room, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return nil
        }
    }
}

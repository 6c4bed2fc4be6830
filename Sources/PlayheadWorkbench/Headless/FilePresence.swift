import Glibc

/// Whether there is something under a path, without opening it.
enum FilePresence {
    static func isThere(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }
}

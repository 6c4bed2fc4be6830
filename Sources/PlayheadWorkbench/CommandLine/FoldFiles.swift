import Glibc
import Inspection

/// The fold files that a command line names.
enum FoldFiles {
    /// How such a file looks, for help texts.
    static let note =
        "A fold file has lines such as 'entity Order', 'event ItemAdded', 'set status to \"open\"', 'add event.qty to "
        + "items[sku = event.sku].qty', 'append event.text to notes' and 'remove items[sku = event.sku]'; "
        + "Samples/orders.fold is one."

    /// What they describe; throws for one that can't be read, and for an entity type that two of them describe.
    static func domains(of invocation: Invocation) throws -> [Domain] {
        var owners: [String: String] = [:]
        var domains: [Domain] = []
        for path in invocation.lists[.fold] ?? [] {
            let file = try FoldFile(try bytes(of: path), name: path)
            for domain in file.domains {
                if let other = owners.updateValue(path, forKey: domain.entityType) {
                    throw UsageError(
                        "\(domain.entityType) is described twice: by \(other) and by \(path); name one of them.")
                }
                domains.append(domain)
            }
        }
        return domains
    }

    /// A file's bytes, at most one more than a fold file may have.
    private static func bytes(of path: String) throws -> [UInt8] {
        // Not blocking: a pipe that nobody writes into must not hang the program.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw UnreadableFile(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw UnreadableFile(path: path, reason: "it is no file")
        }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= FoldFile.largestSize {
            let count = part.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw UnreadableFile(path: path, reason: String(cString: strerror(errno)))
            }
            bytes += part[..<count]
        }
        return bytes
    }
}

/// A file that was named on the command line can't be read.
struct UnreadableFile: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "\(path) can't be read: \(reason)" }
}

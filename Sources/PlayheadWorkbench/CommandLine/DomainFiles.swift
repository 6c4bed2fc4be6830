import Glibc
import Inspection

/// The fold files and the machine files that a command line names.
enum DomainFiles {
    /// How a fold file looks, for help texts.
    static let foldNote =
        "A fold file has lines such as 'entity Order', 'event ItemAdded', 'set status to \"open\"', 'add event.qty to "
        + "items[sku = event.sku].qty', 'append event.text to notes' and 'remove items[sku = event.sku]'; "
        + "Samples/orders.fold is one."

    /// How a machine file looks, for help texts.
    static let machineNote =
        "A machine file has lines such as 'machine Turnstile', 'start locked', 'event coin', 'in locked' and 'on coin goes "
        + "to open', and describes entities with commands; Samples/turnstile.machine and Samples/purchase.machine are two."

    /// What they describe; throws for one that can't be read, and for an entity type that two of them describe.
    ///
    /// - Parameters:
    ///   - invocation: the command line.
    ///   - warned: told what is probably not meant in a machine file.
    static func domains(of invocation: Invocation, warned: (RuleFileError) -> Void) throws -> [Domain] {
        var owners: [String: String] = [:]
        var domains: [Domain] = []
        var files: [(path: String, domains: [Domain])] = []
        for path in invocation.lists[.fold] ?? [] {
            files.append((path, try FoldFile(try bytes(of: path, atMost: FoldFile.largestSize), name: path).domains))
        }
        for path in invocation.lists[.machine] ?? [] {
            let file = try MachineFile(try bytes(of: path, atMost: MachineFile.largestSize), name: path)
            file.warnings.forEach(warned)
            files.append((path, try file.domains()))
        }
        for (path, described) in files {
            for domain in described {
                if let other = owners.updateValue(path, forKey: domain.entityType) {
                    throw UsageError(
                        "\(domain.entityType) is described twice: by \(other) and by \(path); name one of them.")
                }
                domains.append(domain)
            }
        }
        return domains
    }

    /// A file's bytes; more than it may have where it has more.
    private static func bytes(of path: String, atMost most: Int) throws -> [UInt8] {
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
        while bytes.count <= most {
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

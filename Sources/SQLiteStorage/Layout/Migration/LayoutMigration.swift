internal import Glibc

/// What is about to become of a file that an earlier program laid out.
package struct LayoutMigration: Hashable, Sendable, CustomStringConvertible {
    /// The file.
    package let path: String
    /// The version that it has.
    package let from: Int
    /// The version that it will have.
    package let to: Int
    /// Where a copy of the file as it was is kept: beside it, under a name that nothing had.
    package let backup: String

    init(_ path: String, from: Int) {
        self.path = path
        self.from = from
        to = Layout.version
        let first = "\(path).v\(from)-backup"
        var (name, number) = (first, 1)
        while Self.isTaken(name) {
            number += 1
            name = "\(first)-\(number)"
        }
        backup = name
    }

    /// A link counts too that leads nowhere.
    private static func isTaken(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// A sentence that says it, with the names of both files as they stand in their folder.
    package var description: String {
        "\(StoreFile.name(of: path)) has layout \(from); a copy is kept in \(StoreFile.name(of: backup)), and it becomes "
            + "layout \(to)"
    }
}

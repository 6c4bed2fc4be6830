/// Where in the source something is said.
public struct SourcePlace: Hashable, Sendable, CustomStringConvertible {
    /// The module and the file, as `#fileID` gives them.
    public let fileID: String
    /// The line, from 1.
    public let line: Int

    /// Names a place.
    public init(fileID: String = #fileID, line: Int = #line) {
        self.fileID = fileID
        self.line = line
    }

    /// The file and the line: `Shop/Orders.swift:12`.
    public var description: String { "\(fileID):\(line)" }
}

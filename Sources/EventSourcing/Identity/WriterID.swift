public import Actors

/// The identity of one running system that writes: a ULID, made when the system boots.
public struct WriterID: Hashable, Comparable, Sendable {
    /// The identifier itself.
    public let ulid: ULID

    /// Names a writer; set by hand for migrations and tests.
    public init(_ ulid: ULID) { self.ulid = ulid }

    /// In the order in which the systems booted.
    public static func < (left: Self, right: Self) -> Bool { left.ulid < right.ulid }
}

extension WriterID: LosslessStringConvertible {
    /// 26 characters.
    public var description: String { ulid.description }

    /// Reads 26 characters of Crockford's base 32; nil for anything else.
    public init?(_ text: String) {
        guard let ulid = ULID(text) else { return nil }
        self.init(ulid)
    }
}

/// What is known of a writer: where and as what it ran.
public struct WriterRecord: Hashable, Sendable {
    /// Its identity.
    public var id: WriterID
    /// The name of the machine it ran on, at most `longestText` bytes of UTF-8.
    public var host: String
    /// The number of its process.
    public var process: Int64
    /// The time at which it booted, in microseconds since 1970.
    public var started: Timestamp
    /// The program's name, which the screen shows: `web-1`; at most `longestText` bytes.
    public var program: String
    /// The program's version, at most `longestText` bytes.
    public var version: String

    /// The longest that a writer's host, program or version may be, in bytes of UTF-8.
    public static let longestText = 1_024

    /// Describes a writer.
    public init(
        id: WriterID, host: String = "", process: Int64 = 0, started: Timestamp = Timestamp(microseconds: 0),
        program: String = "", version: String = ""
    ) {
        self.id = id
        self.host = host
        self.process = process
        self.started = started
        self.program = program
        self.version = version
    }

    /// Throws `StoreError.invalid` for a record with a text that is too long.
    package func requireStorable() throws {
        for text in [host, program, version] where text.utf8.count > Self.longestText {
            throw StoreError(
                .invalid,
                detail:
                    "a writer's host, program or version has at most \(Self.longestText) bytes, not \(text.utf8.count)")
        }
    }
}

public import Actors

/// Keeps projections: rows that are made from events, with the position up to which that was done.
///
/// A projection is built anew under another version, beside the one that is read, and takes its place with `swap`. Every
/// call is one transaction, and all of them throw `StoreError`, `invalid` for a name, or the key of a row, that is empty or
/// longer than `Projection.longestName`. `Companions` change a projection in the transaction of an append.
public protocol ProjectionStore: Sendable {
    /// Changes rows of a projection and moves its position on, both or neither; the first call makes the projection.
    ///
    /// One whose name has no live version is live from its first call on. Changes are made in their order.
    ///
    /// Throws `ProjectionConflictError` unless the projection is at `expecting`, which is 0 for one that is not there, and
    /// `StoreError.invalid` for a position below that; nothing is written then.
    func apply(
        _ changes: [ProjectionChange], to projection: Projection, position: Int64, expecting: Int64, at now: Timestamp
    ) async throws

    /// The value of a row of one version, or of the live one where none is named; nil where there is none, and where
    /// nothing is live.
    func get(_ key: String, of name: String, version: Int?) async throws -> String?

    /// At most `limit` rows whose keys begin with `prefix` and stand behind `after`, by the bytes of their keys.
    ///
    /// They are of one version, or of the live one where none is named.
    func list(
        of name: String, version: Int?, after key: String?, prefix: String, limit: Int
    ) async throws -> [ProjectionRow]

    /// The versions of a projection, rising.
    func versions(of name: String) async throws -> [ProjectionDescription]

    /// Makes a version the live one, in place of the one that was, and answers whether it is there and was not.
    @discardableResult
    func swap(to projection: Projection, at now: Timestamp) async throws -> Bool

    /// Removes a version with its rows and its position, and answers whether it was there.
    @discardableResult
    func drop(_ projection: Projection) async throws -> Bool
}

/// The name of a projection, and its version.
public struct Projection: Hashable, Sendable, CustomStringConvertible {
    /// What it is called, from 1 to `longestName` bytes of UTF-8; compared byte by byte.
    public var name: String
    /// Which version it is.
    public var version: Int

    /// The longest that a name or a key may be, in bytes of UTF-8.
    public static let longestName = 1_024

    /// Names a projection.
    public init(_ name: String, version: Int = 1) {
        self.name = name
        self.version = version
    }

    /// The name and the version, as in `orders v2`.
    public var description: String { "\(name) v\(version)" }

    /// Throws `StoreError.invalid` for a name or a key that can't be.
    package static func require(_ name: String) throws {
        guard (1...longestName).contains(name.utf8.count) else {
            throw StoreError(
                .invalid,
                detail: "a projection's name, or a key, has from 1 to \(longestName) bytes, not \(name.utf8.count)")
        }
    }
}

extension Projection {
    /// Whether both are the same version of one name, byte for byte.
    public static func == (left: Self, right: Self) -> Bool {
        left.version == right.version && left.name.hasSameBytes(as: right.name)
    }

    /// Feeds the bytes of the name, and the version.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytesOf: name)
        hasher.combine(version)
    }
}

/// What becomes of a row of a projection.
public enum ProjectionChange: Hashable, Sendable {
    /// It has this value, the text of a JSON value; the store does not look into it.
    case put(_ key: String, _ value: String)
    /// It is not there.
    case delete(_ key: String)

    /// The row's key.
    public var key: String {
        switch self {
        case .put(let key, _), .delete(let key): key
        }
    }
}

/// A row of a projection.
public struct ProjectionRow: Hashable, Sendable {
    /// What it is found by.
    public var key: String
    /// The text of a JSON value.
    public var value: String

    /// Describes a row.
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// What is known of one version of a projection.
public struct ProjectionDescription: Hashable, Sendable {
    /// The version.
    public var projection: Projection
    /// The position of the last event that is in it; 0 before the first.
    public var position: Int64
    /// Whether it is the version that is read.
    public var isLive: Bool
    /// When it was changed last: UTC, microseconds.
    public var time: Timestamp

    /// Describes a version.
    public init(_ projection: Projection, position: Int64, isLive: Bool, time: Timestamp) {
        self.projection = projection
        self.position = position
        self.isLive = isLive
        self.time = time
    }
}

/// A projection was not where a change expected it; nothing was written.
public struct ProjectionConflictError: Error, Hashable, CustomStringConvertible {
    /// The projection.
    public var projection: Projection
    /// The position that was expected.
    public var expected: Int64
    /// Its position in truth.
    public var actual: Int64

    /// Describes a conflict.
    public init(projection: Projection, expected: Int64, actual: Int64) {
        self.projection = projection
        self.expected = expected
        self.actual = actual
    }

    /// A sentence with both positions.
    public var description: String {
        "the projection \(projection) is at position \(actual), and \(expected) was expected; read it again and go on"
    }
}

/// Changes of a projection that go with an append.
public struct ProjectionUpdate: Hashable, Sendable {
    /// The projection.
    public var projection: Projection
    /// What becomes of its rows, in this order.
    public var changes: [ProjectionChange]
    /// Where it is then; nil for the position of the append's last event, or of the log's where there is none.
    public var position: Int64?
    /// Where it is before, which is 0 for one that is not there.
    public var expecting: Int64

    /// Describes changes.
    public init(
        _ changes: [ProjectionChange], to projection: Projection, position: Int64? = nil, expecting: Int64
    ) {
        self.projection = projection
        self.changes = changes
        self.position = position
        self.expecting = expecting
    }

    /// Throws what keeps it from being written; all stores decide by this.
    ///
    /// - Parameters:
    ///   - position: where it is then.
    ///   - known: where it is; nil where it is not there.
    package func require(position: Int64, known: Int64?) throws {
        try Projection.require(projection.name)
        for change in changes { try Projection.require(change.key) }
        guard known ?? 0 == expecting else {
            throw ProjectionConflictError(projection: projection, expected: expecting, actual: known ?? 0)
        }
        guard position >= expecting, expecting >= 0 else {
            throw StoreError(
                .invalid, detail: "the projection \(projection) can't go from position \(expecting) to \(position)")
        }
    }
}

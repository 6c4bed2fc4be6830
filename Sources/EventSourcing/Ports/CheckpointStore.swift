public import Actors

/// Keeps checkpoints: how far a reader of the log has got, by a name that it chooses.
///
/// `Companions` move one on in the transaction of an append, so that what a reader wrote and how far it read are one.
/// All of them throw `StoreError`, `invalid` for a name that is empty or longer than `Checkpoint.longestName`.
public protocol CheckpointStore: Sendable {
    /// Moves a checkpoint on; throws `CheckpointConflictError` unless it is where the change expects it.
    func advance(_ checkpoint: Checkpoint, at now: Timestamp) async throws

    /// The position of a checkpoint; 0 where there is none.
    func checkpoint(_ name: String) async throws -> Int64
}

/// How far a reader of the log has got.
public struct Checkpoint: Hashable, Sendable {
    /// The reader's name, from 1 to `longestName` bytes of UTF-8; compared byte by byte.
    public var name: String
    /// The position of the last event that it has read.
    public var position: Int64
    /// Where it was before, which is 0 for a new one.
    public var expecting: Int64

    /// The longest that a name may be, in bytes of UTF-8.
    public static let longestName = 1_024

    /// Describes a checkpoint that moves on.
    public init(_ name: String, position: Int64, expecting: Int64) {
        self.name = name
        self.position = position
        self.expecting = expecting
    }

    /// Throws what keeps it from being written, where it is at `actual`; all stores decide by this.
    package func require(actual: Int64) throws {
        try Self.require(name)
        guard actual == expecting else {
            throw CheckpointConflictError(checkpoint: self, actual: actual)
        }
        guard position >= expecting, expecting >= 0 else {
            throw StoreError(.invalid, detail: "a checkpoint can't go from position \(expecting) to \(position)")
        }
    }

    /// Throws `StoreError.invalid` for a name that no checkpoint can have.
    package static func require(_ name: String) throws {
        guard (1...longestName).contains(name.utf8.count) else {
            throw StoreError(
                .invalid, detail: "the name of a checkpoint has from 1 to \(longestName) bytes, not \(name.utf8.count)")
        }
    }
}

extension Checkpoint {
    /// Whether both are the same, the name byte for byte.
    public static func == (left: Self, right: Self) -> Bool {
        left.position == right.position && left.expecting == right.expecting && left.name.hasSameBytes(as: right.name)
    }

    /// Feeds the bytes of the name, and both positions.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytesOf: name)
        hasher.combine(position)
        hasher.combine(expecting)
    }
}

/// A checkpoint was not where its reader expected it: another one has moved it on; nothing was written.
public struct CheckpointConflictError: Error, Hashable, CustomStringConvertible {
    /// The change.
    public var checkpoint: Checkpoint
    /// The checkpoint's position in truth.
    public var actual: Int64

    /// Describes a conflict.
    public init(checkpoint: Checkpoint, actual: Int64) {
        self.checkpoint = checkpoint
        self.actual = actual
    }

    /// A sentence with both positions.
    public var description: String {
        "the checkpoint \(checkpoint.name) is at position \(actual), and \(checkpoint.expecting) was expected"
    }
}

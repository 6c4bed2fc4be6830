/// How an entity's state becomes a snapshot's bytes and comes back.
public struct SnapshotCodec<State: Sendable>: Sendable {
    /// The logical name of the state's type, which is stored.
    public let stateType: String
    /// The version of the state's schema, from 1.
    public let version: Int
    let encodeState: @Sendable (State) throws -> [UInt8]
    let decodeState: @Sendable (UnsafeRawBufferPointer) throws -> State

    /// Writes and reads states by closures.
    package init(
        stateType: String, version: Int, encodeState: @escaping @Sendable (State) throws -> [UInt8],
        decodeState: @escaping @Sendable (UnsafeRawBufferPointer) throws -> State
    ) {
        self.stateType = stateType
        self.version = version
        self.encodeState = encodeState
        self.decodeState = decodeState
    }

    /// Encodes a state.
    public func encode(_ state: State) throws -> [UInt8] { try encodeState(state) }

    /// Decodes the state of a stored snapshot; throws `SnapshotCodingError` for another type or version, or what decoding throws.
    public func decode(_ snapshot: StoredSnapshot) throws -> State {
        guard snapshot.isIntact else { throw SnapshotCodingError.damaged }
        let description = snapshot.description
        guard description.stateType == stateType, description.schemaVersion == version else {
            throw SnapshotCodingError.otherType(
                found: "\(description.stateType) version \(description.schemaVersion)",
                expected: "\(stateType) version \(version)")
        }
        return try snapshot.state.withUnsafeBytes { try decodeState($0) }
    }
}

extension SnapshotCodec where State: Codable {
    /// JSON, under a logical name; without one the Swift type's own name stands there.
    public static func json(_ stateType: String? = nil, version: Int = 1) -> Self {
        let codec = JSONCodec()
        return Self(
            stateType: stateType ?? String(describing: State.self), version: version,
            encodeState: { try codec.encode($0) },
            decodeState: { try codec.decode(State.self, from: $0) })
    }
}

/// Why a snapshot's state could not be read.
public enum SnapshotCodingError: Error, Hashable, CustomStringConvertible {
    case damaged
    case otherType(found: String, expected: String)

    /// A sentence that says what is wrong.
    public var description: String {
        switch self {
        case .damaged: "the stored snapshot does not fit its checksum"
        case .otherType(let found, let expected): "the snapshot holds \(found), and \(expected) is expected"
        }
    }
}

/// The name of a stream: an entity type and an entity id, written `Order|order-42`.
///
/// Both parts are non-empty, at most 255 bytes of UTF-8 each, case-sensitive and never trimmed. The type has no `|`; the
/// id may have one, because the text form is parsed at the first `|`.
public struct PersistenceID: Hashable, Sendable {
    /// The kind of entity, for instance `Order`.
    public let entityType: String
    /// The entity's own id, for instance `order-42`.
    public let entityID: String

    /// The longest a part may be, in bytes of UTF-8.
    public static let longestPart = 255

    /// The type of a stream whose name a store can't read any more, in the place of its own.
    package static let lostType = "damaged name"

    /// Names a stream.
    ///
    /// Throws `PersistenceIDError` when a part is empty or too long, or the type has a `|`.
    public init(_ entityType: String, _ entityID: String) throws(PersistenceIDError) {
        if entityType.isEmpty { throw .emptyEntityType }
        if entityID.isEmpty { throw .emptyEntityID }
        if entityType.utf8.contains(UInt8(ascii: "|")) { throw .pipeInEntityType }
        if entityType.utf8.count > Self.longestPart { throw .tooLong(part: "type", bytes: entityType.utf8.count) }
        if entityID.utf8.count > Self.longestPart { throw .tooLong(part: "ID", bytes: entityID.utf8.count) }
        self.entityType = entityType
        self.entityID = entityID
    }

    /// Reads `Type|id`, split at the first `|`.
    ///
    /// Throws `PersistenceIDError` when there is no `|` or a part is not allowed.
    public init(parsing text: String) throws(PersistenceIDError) {
        guard let pipe = text.utf8.firstIndex(of: UInt8(ascii: "|")) else { throw .noPipe }
        try self.init(String(text[..<pipe]), String(text[text.utf8.index(after: pipe)...]))
    }
}

extension PersistenceID: CustomStringConvertible {
    /// `Type|id`.
    public var description: String { "\(entityType)|\(entityID)" }
}

// A `String` compares by canonical equivalence, and a store by bytes: two spellings of é are two streams.
extension PersistenceID {
    /// Whether both name the same stream, byte for byte.
    public static func == (left: Self, right: Self) -> Bool {
        left.entityID.hasSameBytes(as: right.entityID) && left.entityType.hasSameBytes(as: right.entityType)
    }

    /// Feeds the bytes of both parts.
    public func hash(into hasher: inout Hasher) {
        var (type, id) = (entityType, entityID)
        type.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // No text of UTF-8 has this byte, so it ends the type for good.
        hasher.combine(UInt8.max)
        id.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension PersistenceID: Comparable {
    /// By type, then by id, in the order of their bytes of UTF-8, which is the order of their scalars.
    public static func < (left: Self, right: Self) -> Bool {
        left.entityType.utf8.elementsEqual(right.entityType.utf8)
            ? left.entityID.utf8.lexicographicallyPrecedes(right.entityID.utf8)
            : left.entityType.utf8.lexicographicallyPrecedes(right.entityType.utf8)
    }
}

/// Why a text is no persistence id.
public enum PersistenceIDError: Error, Hashable, CustomStringConvertible {
    case emptyEntityType
    case emptyEntityID
    case pipeInEntityType
    case noPipe
    case tooLong(part: String, bytes: Int)

    /// A sentence that says what is wrong.
    public var description: String {
        switch self {
        case .emptyEntityType: "Entity type must not be empty"
        case .emptyEntityID: "Entity ID must not be empty"
        case .pipeInEntityType: "Entity type must not contain pipe character"
        case .noPipe: "A stream is named by its entity type and id with a pipe between them, as in Order|order-42"
        case .tooLong(let part, let bytes):
            "Entity \(part) must be at most \(PersistenceID.longestPart) bytes, and this one has \(bytes)"
        }
    }
}

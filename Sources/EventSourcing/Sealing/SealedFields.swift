/// Which fields of a payload or a state are sealed, by whose key, and what they read as once that is gone.
///
///     let personal = SealedFields(["name", "email"], of: "customer", by: cipher)
///     EventType("CustomerRegistered", embed: …) { … }.sealing(personal)
///
/// In the store a sealed field is `{"$sealed": "<hexadecimal>", "$subject": "<subject>"}`, whatever it was before; all other
/// fields stay readable. What was stored before its fields were sealed is read as it is.
public struct SealedFields: Sendable {
    private static let sealedKey = "$sealed"
    private static let subjectKey = "$subject"
    private static let mark = Array("\"$sealed\"".utf8)

    private let names: [String]
    private let subject: String
    private let cipher: any SubjectCipher
    private let forgotten: JSONValue

    /// Names fields on the first level of the JSON.
    ///
    /// - Parameters:
    ///   - names: the fields that are sealed; one that is missing or null stays so.
    ///   - subject: the field whose text names the subject; it is not sealed itself.
    ///   - cipher: encrypts and decrypts.
    ///   - forgotten: what the fields read as once the subject is forgotten; it must fit their types, so use `.null` for
    ///     optional ones and groups of one type each.
    public init(
        _ names: [String], of subject: String, by cipher: any SubjectCipher,
        forgottenAs forgotten: JSONValue = "forgotten"
    ) {
        self.names = names.filter { $0 != subject }
        self.subject = subject
        self.cipher = cipher
        self.forgotten = forgotten
    }

    /// The bytes of a JSON object with its fields sealed.
    func seal(_ bytes: [UInt8], _ codec: JSONCodec) throws -> [UInt8] {
        var object = try Self.object(bytes, codec)
        guard names.contains(where: { object[$0].map { $0 != .null } ?? false }) else { return bytes }
        guard let owner = object[subject]?.string else { throw SealingError.noSubject(field: subject) }
        for name in names {
            guard let value = object[name], value != .null else { continue }
            let sealed = try cipher.seal(Self.bytes(of: value), of: owner)
            object[name] = .object([Self.sealedKey: .string(sealed.hexadecimal), Self.subjectKey: .string(owner)])
        }
        return Self.bytes(of: .object(object))
    }

    /// The bytes of a JSON object with its sealed fields opened or forgotten; nil where it has none.
    func open(_ bytes: UnsafeRawBufferPointer, _ codec: JSONCodec) throws -> [UInt8]? {
        // Most payloads have none, and are not taken apart to find out.
        guard bytes.contains(Self.mark) else { return nil }
        guard case .object(var object) = try codec.decode(JSONValue.self, from: bytes) else { return nil }
        for index in object.members.indices where names.contains(object.members[index].key) {
            guard let sealed = object.members[index].value[Self.sealedKey]?.string,
                let owner = object.members[index].value[Self.subjectKey]?.string
            else { continue }
            guard let hidden = [UInt8](hexadecimal: sealed) else {
                throw SealingError.damaged(field: object.members[index].key)
            }
            if let plain = try cipher.open(hidden, of: owner) {
                object.members[index].value = try plain.withUnsafeBytes { try codec.decode(JSONValue.self, from: $0) }
            } else {
                object.members[index].value = forgotten
            }
        }
        return Self.bytes(of: .object(object))
    }

    private static func object(_ bytes: [UInt8], _ codec: JSONCodec) throws -> JSONObject {
        guard case .object(let object) = try bytes.withUnsafeBytes({ try codec.decode(JSONValue.self, from: $0) })
        else {
            throw SealingError.notAnObject
        }
        return object
    }

    private static func bytes(of value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        value.write(into: &bytes)
        return bytes
    }
}

/// Why fields could not be sealed or opened; it quotes none of them.
public enum SealingError: Error, Hashable, CustomStringConvertible {
    /// The payload or state is no JSON object.
    case notAnObject
    /// The field that names the subject is missing, or no text.
    case noSubject(field: String)
    /// A sealed field does not hold what sealing wrote.
    case damaged(field: String)

    /// A sentence that says what would be right.
    public var description: String {
        switch self {
        case .notAnObject: "fields are to be sealed, and it is no object with fields"
        case .noSubject(let field): "fields are to be sealed for the subject in '\(field)', and there is no text"
        case .damaged(let field): "the sealed field '\(field)' is damaged"
        }
    }
}

// MARK: - Where fields are sealed

extension EventType {
    /// A copy whose payload's fields are sealed on their way to the store and opened on their way back.
    ///
    /// Upcasters see the fields sealed and may rename them; a field is opened under the name that the fields have now.
    public func sealing(_ fields: SealedFields) -> EventType {
        withCoding(
            EventCoding(
                encode: { [coding] event, codec in try coding.encode(event, codec).map { try fields.seal($0, codec) } },
                decode: { [coding] bytes, codec in
                    guard let opened = try fields.open(bytes, codec) else { return try coding.decode(bytes, codec) }
                    return try opened.withUnsafeBytes { try coding.decode($0, codec) }
                }))
    }
}

extension SnapshotCodec {
    /// A copy whose state's fields are sealed on their way to the store and opened on their way back.
    ///
    /// For a codec that writes a JSON object, as `json(_:version:)` does: a snapshot or a durable state that holds what
    /// events seal has to seal it too.
    public func sealing(_ fields: SealedFields) -> Self {
        let codec = JSONCodec()
        let (encode, decode) = (encodeState, decodeState)
        return Self(
            stateType: stateType, version: version,
            encodeState: { try fields.seal(try encode($0), codec) },
            decodeState: { bytes in
                guard let opened = try fields.open(bytes, codec) else { return try decode(bytes) }
                return try opened.withUnsafeBytes { try decode($0) }
            })
    }
}

// MARK: - Bytes as text

extension [UInt8] {
    fileprivate static var digits: [UInt8] { Array("0123456789abcdef".utf8) }

    fileprivate var hexadecimal: String {
        let digits = Self.digits
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    fileprivate init?(hexadecimal text: String) {
        let values = text.utf8.map(Self.digits.firstIndex(of:))
        guard values.count.isMultiple(of: 2) else { return nil }
        self = []
        reserveCapacity(values.count / 2)
        for place in stride(from: 0, to: values.count, by: 2) {
            guard let high = values[place], let low = values[place + 1] else { return nil }
            append(UInt8(high << 4 | low))
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard count >= part.count, let first = part.first else { return false }
        return (0...count - part.count).contains { start in
            self[start] == first && part.indices.allSatisfy { self[start + $0] == part[$0] }
        }
    }
}

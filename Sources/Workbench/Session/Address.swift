package import EventSourcing

/// The written form of a place: `file.db#Order|order-42@17`, everything but the stream being optional.
package struct Address: Hashable, Sendable, CustomStringConvertible {
    package var path: String?
    package var id: PersistenceID
    package var sequenceNumber: Int64?

    package init(path: String? = nil, id: PersistenceID, sequenceNumber: Int64? = nil) {
        self.path = path
        self.id = id
        self.sequenceNumber = sequenceNumber
    }

    /// Reads an address; nil for what names no stream.
    package init?(_ text: String) {
        var rest = text[...]
        if let hash = rest.firstIndex(of: "#") {
            let path = Self.decoded(rest[..<hash])
            self.path = path.isEmpty ? nil : path
            rest = rest[rest.index(after: hash)...]
        } else {
            path = nil
        }
        if let at = rest.lastIndex(of: "@") {
            guard let number = Int64(rest[rest.index(after: at)...]), number >= 0 else { return nil }
            sequenceNumber = number
            rest = rest[..<at]
        } else {
            sequenceNumber = nil
        }
        guard let id = try? PersistenceID(parsing: Self.decoded(rest)) else { return nil }
        self.id = id
    }

    /// The address with everything percent-encoded that could be mistaken for a part of it.
    package var description: String {
        var text = path.map { Self.encoded($0) + "#" } ?? ""
        text += Self.encoded(id.entityType) + "|" + Self.encoded(id.entityID)
        if let sequenceNumber { text += "@\(sequenceNumber)" }
        return text
    }

    /// The address in single quotes, so that a shell takes it as one word.
    package var shellQuoted: String {
        "'" + description.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// `% # @` and everything outside printable ASCII as `%XX`.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let isPlain = byte > 0x20 && byte < 0x7F && !"%#@".utf8.contains(byte)
            if isPlain {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }

    /// The text that `encoded` was made of; a `%` that no two digits follow stands for itself.
    static func decoded(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

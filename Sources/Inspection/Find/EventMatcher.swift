import EventSourcing

/// Tells whether an event fits a query, cheaply where it does not.
struct EventMatcher {
    private struct Text {
        let text: String
        let bytes: [UInt8]
        let ignoresCase: Bool
        let isASCII: Bool

        init(_ text: String) {
            ignoresCase = !text.unicodeScalars.contains { $0.properties.isUppercase }
            self.text = text
            bytes = Array(text.utf8)
            isASCII = bytes.allSatisfy { $0 < 0x80 }
        }
    }

    private enum Term {
        case text(Text)
        case type(Text, isPrefix: Bool)
        case field(path: [String], Text)
    }

    private let terms: [Term]

    init(_ query: FindQuery) {
        terms = query.terms.map { term in
            switch term {
            case .text(let text): .text(Text(text))
            case .type(let name):
                .type(Text(name.hasSuffix("*") ? String(name.dropLast()) : name), isPrefix: name.hasSuffix("*"))
            case .field(let path, let value): .field(path: path, Text(value))
            }
        }
    }

    func matches(_ event: borrowing StoredEvent) -> Bool {
        var tree: JSONValue?
        for term in terms {
            let isMatch: Bool
            switch term {
            case .type(let name, let isPrefix): isMatch = Self.isType(event.type, name, isPrefix)
            case .text(let text):
                isMatch = Self.contains(event.type, text) || event.withPayload { Self.contains($0, text) }
            case .field(let path, let value):
                if tree == nil { tree = event.withPayload { try? JSONReader().read($0).value } }
                isMatch = tree.map { Self.isField($0, path, value) } ?? false
            }
            if !isMatch { return false }
        }
        return true
    }

    private static func isType(_ type: String, _ name: Text, _ isPrefix: Bool) -> Bool {
        let (left, right) = name.ignoresCase ? (type.lowercased(), name.text.lowercased()) : (type, name.text)
        return isPrefix ? left.hasPrefix(right) : left == right
    }

    private static func isField(_ tree: JSONValue, _ path: [String], _ value: Text) -> Bool {
        var found = tree
        for step in path {
            guard let next = found[step] ?? Int(step).flatMap({ found[$0] }) else { return false }
            found = next
        }
        let text =
            switch found {
            case .string(let text): text
            default: found.compactText
            }
        return value.ignoresCase ? text.lowercased() == value.text.lowercased() : text == value.text
    }

    private static func contains(_ text: String, _ needle: Text) -> Bool {
        needle.isASCII || !needle.ignoresCase
            ? Array(text.utf8).withUnsafeBytes { contains($0, needle.bytes, needle.ignoresCase) }
            : text.lowercased().utf8.containsBytes(Array(needle.text.lowercased().utf8))
    }

    /// Looks at the payload's bytes, and at what they stand for where they have escapes.
    private static func contains(_ payload: UnsafeRawBufferPointer, _ needle: Text) -> Bool {
        if needle.isASCII || !needle.ignoresCase {
            if contains(payload, needle.bytes, needle.ignoresCase) { return true }
        } else if contains(String(decoding: payload, as: UTF8.self), needle) {
            return true
        }
        guard payload.contains(UInt8(ascii: "\\")), let tree = try? JSONReader().read(payload).value else {
            return false
        }
        return contains(tree, needle)
    }

    private static func contains(_ tree: JSONValue, _ needle: Text) -> Bool {
        switch tree {
        case .string(let text): contains(text, needle)
        case .array(let elements): elements.contains { contains($0, needle) }
        case .object(let object): object.contains { contains($0.key, needle) || contains($0.value, needle) }
        case .null, .bool, .number: false
        }
    }

    private static func contains(_ bytes: UnsafeRawBufferPointer, _ needle: [UInt8], _ ignoresCase: Bool) -> Bool {
        guard let first = needle.first else { return true }
        guard bytes.count >= needle.count else { return false }
        let upper = ignoresCase && (97...122).contains(first) ? first & 0xDF : first
        for start in 0...(bytes.count - needle.count) where bytes[start] == first || bytes[start] == upper {
            var place = 1
            while place < needle.count {
                var byte = bytes[start + place]
                if ignoresCase, (65...90).contains(byte) { byte |= 0x20 }
                if byte != needle[place] { break }
                place += 1
            }
            if place == needle.count { return true }
        }
        return false
    }
}

extension String.UTF8View {
    fileprivate func containsBytes(_ needle: [UInt8]) -> Bool {
        guard let first = needle.first else { return true }
        var start = startIndex
        while let place = self[start...].firstIndex(of: first) {
            if self[place...].starts(with: needle) { return true }
            start = index(after: place)
        }
        return false
    }
}

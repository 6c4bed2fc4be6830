import EventSourcing

/// A payload in one short line, as in `sku=tea qty=2 items=[3]`.
enum PayloadSummary {
    /// The longest a summary is, in scalars, with the ellipsis of one that was cut.
    static let longest = 200
    /// Payloads above this many bytes are told by their size alone, so that a window stays fast.
    static let largest = 256 << 10

    static func text(of bytes: UnsafeRawBufferPointer, showsSecrets: Bool) -> String {
        if bytes.count > largest { return "\(bytes.count) bytes" }
        guard let value = try? JSONReader().read(bytes).value else {
            return "not JSON: \(bytes.count) byte\(bytes.count == 1 ? "" : "s")"
        }
        guard case .object(let object) = value else { return cut(short(value)) }
        return text(of: object, showsSecrets: showsSecrets)
    }

    static func text(of object: JSONObject, showsSecrets: Bool) -> String {
        var text = ""
        var scalars = 0
        for member in object {
            // One scalar over the bound shows `cut` that there was more.
            if scalars > longest { break }
            let isSecret = !showsSecrets && SecretKeys.contain(member.key)
            let part =
                (text.isEmpty ? "" : " ") + quoted(member.key) + "="
                + (isSecret ? SecretKeys.mask : short(member.value))
            text += part
            scalars += part.unicodeScalars.count
        }
        return cut(text)
    }

    private static func short(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): number.text
        case .string(let text): quoted(text)
        case .array(let elements): elements.isEmpty ? "[]" : "[\(elements.count)]"
        case .object(let object): object.isEmpty ? "{}" : "{…}"
        }
    }

    private static func quoted(_ text: String) -> String {
        let beginning = String(text.unicodeScalars.prefix(longest + 1))
        let needsQuotes =
            beginning.isEmpty || beginning.unicodeScalars.contains { $0.properties.isWhitespace || $0 == "\"" }
        if !needsQuotes { return beginning }
        var result = "\""
        for scalar in beginning.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }

    private static func cut(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: longest, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return text }
        return String(scalars[..<scalars.index(before: end)]) + "…"
    }
}

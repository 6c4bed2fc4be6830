extension Timestamp: CustomStringConvertible {
    /// ISO 8601 in UTC, always with six digits of a second: `2026-11-21T10:14:02.123456Z`.
    ///
    /// A year outside 0 to 9999 has a sign and at least six digits, as ISO 8601 asks.
    public var description: String {
        let fields = components
        let year =
            (0...9_999).contains(fields.year)
            ? padded(fields.year, to: 4)
            : (fields.year < 0 ? "-" : "+") + padded(abs(fields.year), to: 6)
        return year + "-" + padded(fields.month, to: 2) + "-" + padded(fields.day, to: 2)
            + "T" + padded(fields.hour, to: 2) + ":" + padded(fields.minute, to: 2) + ":" + padded(fields.second, to: 2)
            + "." + padded(fields.microsecond, to: 6) + "Z"
    }
}

extension Timestamp: LosslessStringConvertible {
    /// Reads `description`'s form, with none to six digits of a second; nil for anything else.
    public init?(_ text: String) {
        var reader = TextReader(bytes: Array(text.utf8))
        guard let year = reader.year(), reader.take("-"),
            let month = reader.number(digits: 2), reader.take("-"), let day = reader.number(digits: 2),
            reader.take("T"), let hour = reader.number(digits: 2), reader.take(":"),
            let minute = reader.number(digits: 2), reader.take(":"), let second = reader.number(digits: 2),
            let microsecond = reader.fraction(), reader.take("Z"), reader.isAtEnd
        else { return nil }
        self.init(
            Components(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second,
                microsecond: microsecond))
    }
}

extension Timestamp: Codable {
    /// Reads the ISO 8601 text that `description` writes.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let timestamp = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "A timestamp reads like 2026-11-21T10:14:02.123456Z.")
        }
        self = timestamp
    }

    /// Writes the ISO 8601 text of `description`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

private func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

private struct TextReader {
    let bytes: [UInt8]
    var index = 0

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, UInt32(bytes[index]) == character.value else { return false }
        index += 1
        return true
    }

    mutating func digit() -> Int? {
        guard index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return nil }
        index += 1
        return Int(bytes[index - 1] - UInt8(ascii: "0"))
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    mutating func year() -> Int? {
        let isNegative = take("-")
        guard isNegative || take("+") else { return number(digits: 4) }
        guard let year = number(digits: 6) else { return nil }
        return isNegative ? -year : year
    }

    mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        var value = 0
        var count = 0
        while let digit = digit() {
            value = value * 10 + digit
            count += 1
            if count == 6 { break }
        }
        guard count > 0 else { return nil }
        for _ in count..<6 { value *= 10 }
        return value
    }
}

/// How a JSON value is written.
public struct JSONTextOptions: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int

    /// Takes bits.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Writes everything but printable ASCII as `\uXXXX`, so that the text is safe on any terminal and in any file.
    public static let asciiOnly = JSONTextOptions(rawValue: 1)
}

extension JSONValue: CustomStringConvertible {
    /// The value as JSON text without spaces.
    public var compactText: String {
        compactText([])
    }

    /// The value as JSON text without spaces, written with options.
    public func compactText(_ options: JSONTextOptions) -> String {
        let output = JSONOutput()
        write(to: output, ascii: options.contains(.asciiOnly))
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// Appends the value as JSON text without spaces, in UTF-8.
    public func write(into bytes: inout [UInt8], _ options: JSONTextOptions = []) {
        let output = JSONOutput()
        write(to: output, ascii: options.contains(.asciiOnly))
        bytes.append(contentsOf: output.bytes)
    }

    /// The compact text.
    public var description: String { compactText }

    func write(to output: JSONOutput, ascii: Bool) {
        switch self {
        case .null: output.append("null")
        case .bool(true): output.append("true")
        case .bool(false): output.append("false")
        case .number(let number): output.append(verbatim: number.text)
        case .string(let text): output.append(string: text, ascii: ascii)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                element.write(to: output, ascii: ascii)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                output.append(string: member.key, ascii: ascii)
                output.append(UInt8(ascii: ":"))
                member.value.write(to: output, ascii: ascii)
            }
            output.append(UInt8(ascii: "}"))
        }
    }
}

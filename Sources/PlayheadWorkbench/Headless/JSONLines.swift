import EventSourcing
import Terminal

/// Writes JSON, one value a line: in a pipe or a file as printable ASCII, unless it is wanted as it is.
struct JSONLines {
    private let output: PlainOutput
    private let options: JSONTextOptions

    init(_ output: PlainOutput, isRaw: Bool) {
        self.output = output
        options = isRaw || output.isTerminal ? [] : .asciiOnly
    }

    func write(_ value: JSONValue) {
        var bytes: [UInt8] = []
        value.write(into: &bytes, options)
        bytes.append(0x0A)
        output.writeRaw(bytes)
    }
}

extension JSONValue {
    init(_ number: Int64) { self = .number(JSONNumber(number)) }

    init(_ number: Int64?) { self = number.map { .number(JSONNumber($0)) } ?? .null }

    init(_ text: String?) { self = text.map { .string($0) } ?? .null }
}

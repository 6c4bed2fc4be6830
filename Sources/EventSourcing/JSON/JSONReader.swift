/// Reads any JSON text into a value, and forgives what a person who looks at a damaged payload wants forgiven.
///
/// Order, duplicate keys and the text of numbers stay. Bad UTF-8, lone surrogates, raw control characters in strings and
/// a byte order mark pass; structure is strict, as in RFC 8259: nothing may follow the value.
///
/// ```swift
/// let document = try JSONReader().read(payload)
/// if document.repaired > 0 { … }
/// ```
public struct JSONReader: Sendable {
    /// The deepest nesting that any reader takes: a value is freed and compared by recursion.
    public static let deepestNesting = 1_024

    /// What was read.
    public struct Document: Sendable {
        /// The value.
        public let value: JSONValue
        /// How many places in its strings and keys were repaired; 0 for a text without fault.
        public let repaired: Int
    }

    /// How deep arrays and objects may be nested.
    public let depthLimit: Int
    /// How long a text may be, in bytes.
    public let sizeLimit: Int

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - depthLimit: how deep arrays and objects may be nested; at most `deepestNesting`.
    ///   - sizeLimit: how long a text may be, in bytes; 64 MiB unless told.
    public init(depthLimit: Int = 512, sizeLimit: Int = 64 << 20) {
        self.depthLimit = min(max(depthLimit, 0), JSONReader.deepestNesting)
        self.sizeLimit = max(sizeLimit, 0)
    }

    /// Reads one value.
    ///
    /// - Throws: `JSONError` with the place and what was expected there.
    public func read(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> Document {
        let tape = JSONTape()
        let text = bytes.bindMemory(to: UInt8.self)
        try JSONScanner.scan(text, onto: tape, depthLimit: depthLimit, sizeLimit: sizeLimit, tolerant: true)
        var tree = JSONTree(tape)
        let value = tree.value(at: 0)
        return Document(value: value, repaired: tree.repaired)
    }

    /// Reads one value.
    ///
    /// - Throws: `JSONError` with the place and what was expected there.
    public func read(_ bytes: [UInt8]) throws(JSONError) -> Document {
        try bytes.withUnsafeBufferPointer { bytes throws(JSONError) in try read(UnsafeRawBufferPointer(bytes)) }
    }

    /// Reads one value.
    ///
    /// - Throws: `JSONError` with the place, in the text's UTF-8, and what was expected there.
    public func read(_ text: String) throws(JSONError) -> Document {
        try read(Array(text.utf8))
    }
}

/// Makes values out of a scanned text.
struct JSONTree {
    private let tape: JSONTape
    /// How many places of strings and keys were repaired so far.
    private(set) var repaired = 0

    init(_ tape: JSONTape) {
        self.tape = tape
    }

    /// The value of a node. The recursion is as deep as the text, which the scanner has bounded.
    mutating func value(at index: Int32) -> JSONValue {
        let node = tape.node(index)
        switch node.kind {
        case .null: return .null
        case .bool: return .bool(node.flags.contains(.isTrue))
        case .number: return .number(JSONNumber(validated: String(decoding: tape.bytes(of: node), as: UTF8.self)))
        case .string: return .string(text(tape.bytes(of: node), node.flags))
        case .array:
            var elements: [JSONValue] = []
            elements.reserveCapacity(Int(node.count))
            var child = index + 1
            while child < node.next {
                elements.append(value(at: child))
                child = tape.node(child).next
            }
            return .array(elements)
        case .object:
            var members: [JSONObject.Member] = []
            members.reserveCapacity(Int(node.count))
            var child = index + 1
            while child < node.next {
                let member = tape.node(child)
                let key = text(tape.bytes(from: member.keyStart, count: member.keyLength), member.keyFlags)
                members.append(JSONObject.Member(key, value(at: child)))
                child = member.next
            }
            return .object(JSONObject(members))
        }
    }

    private mutating func text(_ bytes: UnsafeBufferPointer<UInt8>, _ flags: JSONNode.Flags) -> String {
        // What stands before a member's key flags is about its value.
        let relevant = flags.intersection([.complex, .beyondASCII, .control])
        let (text, places) = JSONString.decode(bytes, relevant)
        repaired += places
        return text
    }
}

import EventSourcing

/// A JSON object whose members are there as bytes already.
@usableFromInline
struct JSONBytes {
    private var bytes: [UInt8] = []

    /// Begins with a text, and with room for the bytes of what comes.
    init(_ key: StaticString, _ text: String, roomFor values: [UInt8]) {
        begin(roomFor: values.count)
        member(key, string: text)
    }

    private init(roomFor count: Int) { begin(roomFor: count) }

    private mutating func begin(roomFor count: Int) {
        bytes.reserveCapacity(count + 96)
        bytes.append(UInt8(ascii: "{"))
    }

    /// The object's text; it is used no more.
    var closed: [UInt8] {
        mutating get {
            bytes.append(UInt8(ascii: "}"))
            return bytes
        }
    }

    mutating func member(_ key: StaticString, _ value: [UInt8]) {
        begin(key)
        bytes += value
    }

    mutating func member(_ key: StaticString, _ number: some BinaryInteger) {
        begin(key)
        bytes += "\(number)".utf8
    }

    mutating func member(_ key: StaticString, string: String) {
        begin(key)
        JSONValue.string(string).write(into: &bytes)
    }

    mutating func member(_ key: StaticString, strings: [String]) {
        begin(key)
        JSONValue.array(strings.map { .string($0) }).write(into: &bytes)
    }

    private mutating func begin(_ key: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        bytes += UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }
}

// MARK: - Transitions

extension JSONBytes {
    /// A transition to a state.
    ///
    /// - Parameters:
    ///   - event: what the event carries.
    ///   - version: the version of that.
    ///   - head: the members before what the state carries.
    ///   - values: what the state carries.
    ///   - stateVersion: the version of that.
    ///   - mark: what stands beside it for timeouts in memory.
    @usableFromInline
    static func transition(
        on event: [UInt8], _ version: Int, to head: [UInt8], _ values: [UInt8], _ stateVersion: Int,
        _ mark: TimeoutMark?
    ) -> [UInt8] {
        var output = JSONBytes(event, version, roomFor: head.count + values.count)
        output.bytes += head
        output.bytes += values
        if stateVersion != 1 { output.member("stateVersion", stateVersion) }
        if let mark { output.add(mark) }
        return output.closed
    }

    /// The members of a transition before what its state carries.
    static func head(ofState name: String) -> [UInt8] {
        var output = JSONBytes(Array("0".utf8), 1, roomFor: name.utf8.count)
        let start = output.bytes.count
        output.member("to", string: name)
        output.member("state", [])
        return Array(output.bytes[start...])
    }

    /// A transition that stayed.
    @usableFromInline
    static func stay(on event: [UInt8], _ version: Int, _ mark: TimeoutMark?) -> [UInt8] {
        var output = JSONBytes(event, version, roomFor: 0)
        if let mark { output.add(mark) }
        return output.closed
    }

    /// A transition that stopped the instance.
    @usableFromInline
    static func stop(_ reason: String, on event: [UInt8], _ version: Int, _ mark: TimeoutMark?) -> [UInt8] {
        var output = JSONBytes(event, version, roomFor: reason.utf8.count)
        output.member("stop", string: reason)
        if let mark { output.add(mark) }
        return output.closed
    }

    private mutating func add(_ mark: TimeoutMark) {
        if let since = mark.since { member("since", since.microseconds) }
        if let timeout = mark.timeout { member("timeout", string: timeout) }
    }

    private init(_ event: [UInt8], _ version: Int, roomFor more: Int) {
        self.init(roomFor: event.count + more)
        member("event", event)
        if version != 1 { member("eventVersion", version) }
    }
}

/// Reading the values of nodes. What is wrong is thrown as the standard library's `DecodingError`, so that a type's own
/// `init(from:)` can catch it; the `CodecError` lies under it.
extension JSONTape {
    @inline(__always)
    func isNull(_ place: Int32) -> Bool {
        node(place).kind == .null
    }

    @inline(__always)
    func bool(_ place: Int32) throws -> Bool {
        let node = node(place)
        guard node.kind == .bool else { throw mismatch(Bool.self, "a boolean", at: place) }
        return node.flags.contains(.isTrue)
    }

    @inline(__always)
    func string(_ place: Int32) throws -> String {
        let node = node(place)
        guard node.kind == .string else { throw mismatch(String.self, "a string", at: place) }
        if node.flags.isEmpty { return JSONString.ascii(bytes(of: node)) }
        return try complexString(node, at: place)
    }

    @inline(never)
    private func complexString(_ node: JSONNode, at place: Int32) throws -> String {
        let (text, repaired) = JSONString.decode(bytes(of: node), node.flags)
        guard repaired == 0 else { throw corrupted(.invalidText, at: place) }
        return text
    }

    @inline(__always)
    func integer<T: FixedWidthInteger>(_ type: T.Type, _ place: Int32) throws -> T {
        let node = node(place)
        guard node.kind == .number else { throw mismatch(type, "an integer", at: place) }
        if !node.flags.contains(.complex), let (magnitude, negative) = JSONNumberValue.integer(bytes(of: node)) {
            if !negative {
                if let value = T(exactly: magnitude) { return value }
            } else if magnitude <= Int64.min.magnitude {
                if let value = T(exactly: Int64(truncatingIfNeeded: 0 &- magnitude)) { return value }
            }
        }
        return try complexInteger(type, node, at: place)
    }

    /// `1.0` and `1e3` are integers, too, as long as a double holds them exactly.
    @inline(never)
    private func complexInteger<T: FixedWidthInteger>(_ type: T.Type, _ node: JSONNode, at place: Int32) throws -> T {
        if node.flags.contains(.complex), let double = JSONNumberValue.double(bytes(of: node)) {
            if double.magnitude <= 0x1p53 {
                let integer = Int64(double)
                guard Double(integer) == double else {
                    throw mismatch(type, "an integer", at: place, found: "a number with a fraction")
                }
                if let value = T(exactly: integer) { return value }
            }
        }
        throw corrupted(.outOfRange(type: "\(type)"), at: place)
    }

    @inline(__always)
    func double(_ place: Int32) throws -> Double {
        let node = node(place)
        guard node.kind == .number else { throw mismatch(Double.self, "a number", at: place) }
        guard let value = JSONNumberValue.double(bytes(of: node)) else {
            throw corrupted(.outOfRange(type: "Double"), at: place)
        }
        return value
    }

    func float(_ place: Int32) throws -> Float {
        let node = node(place)
        guard node.kind == .number else { throw mismatch(Float.self, "a number", at: place) }
        guard let value = JSONNumberValue.float(bytes(of: node)) else {
            throw corrupted(.outOfRange(type: "Float"), at: place)
        }
        return value
    }

    /// A value of any kind, with nothing lost.
    func value(_ place: Int32) throws -> JSONValue {
        var tree = JSONTree(self)
        let value = tree.value(at: place)
        guard tree.repaired == 0 else { throw corrupted(.invalidText, at: place) }
        return value
    }
}

// MARK: - Errors

extension JSONTape {
    /// The way from the root to a node.
    func path(to place: Int32) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var place = place
        while place > 0, Int(place) < count {
            let node = node(place)
            if self.node(node.parent).kind == .object {
                path.append(JSONPathKey(stringValue: key(of: node)))
            } else {
                var index = 0
                var sibling = node.parent + 1
                while sibling < place {
                    index += 1
                    sibling = max(self.node(sibling).next, sibling + 1)
                }
                path.append(JSONPathKey(intValue: index))
            }
            place = node.parent
        }
        return path.reversed()
    }

    func found(_ place: Int32) -> String {
        switch node(place).kind {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    private func context(_ reason: CodecError.Reason, at place: Int32) -> DecodingError.Context {
        let path = path(to: place)
        let offset = offset(of: place)
        let error = CodecError(reason, path: CodecError.steps(path), offset: offset)
        return DecodingError.Context(codingPath: path, debugDescription: error.description, underlyingError: error)
    }

    @inline(never)
    func mismatch(_ type: Any.Type, _ expected: String, at place: Int32, found: String? = nil) -> DecodingError {
        if node(place).kind == .null {
            return .valueNotFound(type, context(.missingValue(expected: expected), at: place))
        }
        return .typeMismatch(type, context(.mismatch(expected: expected, found: found ?? self.found(place)), at: place))
    }

    @inline(never)
    func corrupted(_ reason: CodecError.Reason, at place: Int32) -> DecodingError {
        .dataCorrupted(context(reason, at: place))
    }

    @inline(never)
    func missing(_ key: some CodingKey, in object: Int32) -> DecodingError {
        if node(object).kind != .object { return mismatch([String: Any].self, "an object", at: object) }
        return .keyNotFound(key, context(.missingKey(key.stringValue), at: object))
    }

    @inline(never)
    func exhausted(_ type: Any.Type, in array: Int32) -> DecodingError {
        .valueNotFound(type, context(.missingValue(expected: "one more element"), at: array))
    }

    /// Says what a type's `init(from:)` threw in the codec's own words.
    @inline(never)
    func codecError(_ error: any Error, decoding type: Any.Type) -> CodecError {
        guard let error = error as? DecodingError else {
            if let error = error as? CodecError { return error }
            return CodecError(.refused(type: "\(type)"), underlying: error)
        }
        let reason: CodecError.Reason
        let context: DecodingError.Context
        switch error {
        case .typeMismatch(let type, let told):
            (reason, context) = (.refused(type: "\(type)"), told)
        case .valueNotFound(let type, let told):
            (reason, context) = (.missingValue(expected: "\(type)"), told)
        case .keyNotFound(let key, let told):
            (reason, context) = (.missingKey(key.stringValue), told)
        case .dataCorrupted(let told):
            (reason, context) = (.refused(type: "\(type)"), told)
        @unknown default:
            return CodecError(.refused(type: "\(type)"), underlying: error)
        }
        if let own = context.underlyingError as? CodecError { return own }
        let path = CodecError.steps(context.codingPath)
        return CodecError(reason, path: path, offset: offset(of: path), underlying: error)
    }

    /// Where the value at the end of a path begins.
    private func offset(of path: [CodecError.Step]) -> Int? {
        var place: Int32 = 0
        for step in path {
            switch step {
            case .key(let key):
                guard let member = member(key, of: place) else { return nil }
                place = member
            case .index(let index):
                guard let element = child(index, of: place) else { return nil }
                place = element
            }
        }
        return offset(of: place)
    }

    /// Where a value begins, a string with its quote.
    private func offset(of place: Int32) -> Int? {
        guard place >= 0, Int(place) < count else { return nil }
        return Int(node(place).start) - (node(place).kind == .string ? 1 : 0)
    }

    private func child(_ index: Int, of place: Int32) -> Int32? {
        let around = node(place)
        if around.kind == .object { return member(String(index), of: place) }
        guard around.kind == .array, index >= 0, index < Int(around.count) else { return nil }
        var child = place + 1
        for _ in 0..<index { child = node(child).next }
        return child
    }
}

extension JSONValue: Codable {
    /// Reads any value.
    ///
    /// From a `JSONEventDecoder` nothing is lost. Another decoder gives objects in its own order, and numbers as it
    /// understands them.
    public init(from decoder: any Decoder) throws {
        if let decoding = decoder as? JSONDecoding {
            self = try decoding.tape.value(decoding.place)
            return
        }
        if let container = try? decoder.container(keyedBy: JSONPathKey.self) {
            self = .object(
                JSONObject(
                    try container.allKeys.map {
                        JSONObject.Member($0.stringValue, try container.decode(JSONValue.self, forKey: $0))
                    }))
            return
        }
        if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONValue] = []
            while !container.isAtEnd { elements.append(try container.decode(JSONValue.self)) }
            self = .array(elements)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .number(JSONNumber(value))
        } else if let value = try? container.decode(Double.self), let number = JSONNumber(value) {
            self = .number(number)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    /// Writes the value.
    ///
    /// To a `JSONEventEncoder` nothing is lost. Another encoder may put objects in its own order, drops all but the last
    /// of a key's members, and writes numbers as it does.
    public func encode(to encoder: any Encoder) throws {
        if let encoding = encoder as? JSONEncoding {
            try encoding.writer.splice(self, at: encoding.place)
            return
        }
        switch self {
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .object(let object):
            var container = encoder.container(keyedBy: JSONPathKey.self)
            for member in object.members {
                try container.encode(member.value, forKey: JSONPathKey(stringValue: member.key))
            }
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .string(let text):
            var container = encoder.singleValueContainer()
            try container.encode(text)
        case .number(let number):
            var container = encoder.singleValueContainer()
            if let integer = number.int64 {
                try container.encode(integer)
            } else if let double = number.double {
                try container.encode(double)
            } else {
                let path = encoder.codingPath
                let error = CodecError(.outOfRange(type: "Double"), path: CodecError.steps(path))
                throw EncodingError.invalidValue(
                    number,
                    EncodingError.Context(
                        codingPath: path, debugDescription: error.description, underlyingError: error))
            }
        }
    }

    /// How many containers lie in each other, counted no further than a limit.
    func depth(upTo limit: Int) -> Int {
        guard limit > 0 else {
            switch self {
            case .array, .object: return 1
            default: return 0
            }
        }
        switch self {
        case .array(let elements): return 1 + (elements.lazy.map { $0.depth(upTo: limit - 1) }.max() ?? 0)
        case .object(let object): return 1 + (object.members.lazy.map { $0.value.depth(upTo: limit - 1) }.max() ?? 0)
        default: return 0
        }
    }
}

extension JSONWriter {
    /// Writes a value as it is, order, duplicate keys and the text of numbers included.
    func splice(_ value: JSONValue, at place: Int32) throws {
        let left = depthLimit - (entry(place)?.depth ?? 0)
        guard value.depth(upTo: left) <= left else { throw failed(.tooDeep(limit: depthLimit), at: place) }
        try scalar(at: place) { value.write(to: $0, ascii: false) }
    }
}

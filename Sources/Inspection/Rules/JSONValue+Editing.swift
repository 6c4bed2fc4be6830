import EventSourcing

extension JSONValue {
    /// Changes the part at some positions in place; nothing where there is no such part.
    ///
    /// What is changed is taken out of its container first, so that a tree nobody else holds is not copied.
    mutating func edit(at positions: ArraySlice<Int>, _ body: (inout JSONValue) -> Void) {
        guard let position = positions.first else { return body(&self) }
        if var elements = takeElements() {
            if elements.indices.contains(position) { elements[position].edit(at: positions.dropFirst(), body) }
            self = .array(elements)
        } else if var members = takeMembers() {
            if members.indices.contains(position) { members[position].value.edit(at: positions.dropFirst(), body) }
            self = .object(JSONObject(members))
        }
    }

    /// Puts one more part at the end of an array, or of an object under a key.
    mutating func appendPart(_ part: JSONValue, key: String?) {
        if var elements = takeElements() {
            elements.append(part)
            self = .array(elements)
        } else if var members = takeMembers() {
            members.append(JSONObject.Member(key ?? "", part))
            self = .object(JSONObject(members))
        }
    }

    /// Drops the last part of an array or an object.
    mutating func dropLastPart() {
        if var elements = takeElements() {
            _ = elements.popLast()
            self = .array(elements)
        } else if var members = takeMembers() {
            _ = members.popLast()
            self = .object(JSONObject(members))
        }
    }

    /// An array's elements, which it does not hold any more: whoever changes them is the only one who has them.
    private mutating func takeElements() -> [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        self = .null
        return elements
    }

    /// An object's members, which it does not hold any more.
    private mutating func takeMembers() -> [JSONObject.Member]? {
        guard case .object(let object) = self else { return nil }
        self = .null
        return object.members
    }

    /// About how many bytes the value holds; nil where it is nested deeper, or holds more, than a limit.
    func cost(deepest: Int, limit: Int) -> Int? {
        guard deepest >= 0 else { return nil }
        var cost = 16
        switch self {
        case .null, .bool: break
        case .number(let number): cost += number.text.utf8.count
        case .string(let text): cost += text.utf8.count
        case .array(let elements):
            for element in elements {
                guard cost <= limit, let part = element.cost(deepest: deepest - 1, limit: limit - cost) else {
                    return nil
                }
                cost += part
            }
        case .object(let object):
            for member in object {
                cost += 16 + member.key.utf8.count
                guard cost <= limit, let part = member.value.cost(deepest: deepest - 1, limit: limit - cost) else {
                    return nil
                }
                cost += part
            }
        }
        return cost <= limit ? cost : nil
    }
}

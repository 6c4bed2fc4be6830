import EventSourcing

extension Domain {
    /// The fold that merges payload fields by name, for streams whose domain nobody described.
    ///
    /// Its state counts the events, names the last type, and holds each field's last value; objects are merged.
    public static func generic(_ entityType: String) -> Domain {
        Domain(
            entityType: entityType, isGeneric: true, usesSnapshots: false, eventTypes: [], commands: [],
            empty: { GenericFold() },
            restore: { _ in throw UndescribedStateError() },
            decide: { _, _, _, _ in .failed("nobody described the commands of \(entityType)") }, open: nil)
    }
}

/// A snapshot that was taken by a domain which this program does not know.
private struct UndescribedStateError: Error, CustomStringConvertible {
    var description: String { "nobody described how this state is to be read" }
}

/// The payload fields of all events so far, merged by name.
struct GenericFold: FoldedState {
    /// Names that no payload is likely to use.
    static let countKey = "(events)"
    static let typeKey = "(last event)"
    static let valueKey = "(value)"

    private var count: Int64 = 0
    private var lastType = ""
    private var fields = JSONObject()

    mutating func fold(_ event: borrowing StoredEvent) throws {
        let value = try event.withPayload { try JSONReader().read($0).value }
        count += 1
        lastType = event.type
        if case .object(let object) = value {
            Self.merge(object, into: &fields)
        } else {
            fields[Self.valueKey] = value
        }
    }

    func tree() -> JSONValue {
        .object(
            JSONObject(
                [
                    JSONObject.Member(Self.countKey, .number(JSONNumber(count))),
                    JSONObject.Member(Self.typeKey, count == 0 ? .null : .string(lastType)),
                ] + fields.members))
    }

    /// The recursion is as deep as a payload, which the reader has bounded.
    private static func merge(_ source: JSONObject, into target: inout JSONObject) {
        for member in source {
            if case .object(let inner) = member.value, case .object(var merged)? = target[member.key] {
                merge(inner, into: &merged)
                target[member.key] = .object(merged)
            } else {
                target[member.key] = member.value
            }
        }
    }
}

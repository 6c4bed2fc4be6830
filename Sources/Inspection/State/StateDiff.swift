public import EventSourcing

/// What differs between two states, value by value.
public enum StateDiff {
    /// The differences in the order of the newer tree; what was removed stands where it stood in the older one.
    ///
    /// Objects are compared by key. Arrays are compared by an id where all elements of both are objects with one, else by
    /// place. What came or went as a whole is one difference at its root.
    public static func changes(from old: JSONValue, to new: JSONValue) -> [StateChange] {
        var changes: [StateChange] = []
        compare(old, new, .root, &changes)
        return changes
    }

    /// Whether two values differ in nothing that `changes` would tell: the order of an object's keys does not matter.
    public static func areSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        left == right || changes(from: left, to: right).isEmpty
    }

    /// Names under which objects carry what tells them from their neighbours, the likeliest first.
    static let identityKeys = ["id", "key", "sku", "uuid", "code", "number", "no", "name"]

    private static func compare(_ old: JSONValue, _ new: JSONValue, _ path: StatePath, _ changes: inout [StateChange]) {
        if old == new { return }
        switch (old, new) {
        case (.object(let before), .object(let after)): compare(before, after, path, &changes)
        case (.array(let before), .array(let after)): compare(before, after, path, &changes)
        default: changes.append(StateChange(path: path, kind: .changed, before: old, after: new))
        }
    }

    private static func compare(
        _ old: JSONObject, _ new: JSONObject, _ path: StatePath, _ changes: inout [StateChange]
    ) {
        let (before, after) = (Places(old), Places(new))
        merge(
            before.keys, after.keys,
            removed: { key in
                changes.append(
                    StateChange(path: path.appending(.key(key)), kind: .removed, before: before.values[key]))
            },
            added: { key in
                changes.append(StateChange(path: path.appending(.key(key)), kind: .added, after: after.values[key]))
            },
            both: { key in
                if let left = before.values[key], let right = after.values[key] {
                    compare(left, right, path.appending(.key(key)), &changes)
                }
            })
    }

    private static func compare(
        _ old: [JSONValue], _ new: [JSONValue], _ path: StatePath, _ changes: inout [StateChange]
    ) {
        guard let key = identityKey(of: old, and: new), let before = identities(of: old, by: key),
            let after = identities(of: new, by: key)
        else { return compareByPlace(old, new, path, &changes) }
        let oldPlaces = Dictionary(uniqueKeysWithValues: zip(before, old.indices))
        let newPlaces = Dictionary(uniqueKeysWithValues: zip(after, new.indices))
        let known = changes.count
        merge(
            before, after,
            removed: { identity in
                guard let place = oldPlaces[identity] else { return }
                changes.append(StateChange(path: path.appending(.index(place)), kind: .removed, before: old[place]))
            },
            added: { identity in
                guard let place = newPlaces[identity] else { return }
                changes.append(StateChange(path: path.appending(.index(place)), kind: .added, after: new[place]))
            },
            both: { identity in
                guard let left = oldPlaces[identity], let right = newPlaces[identity] else { return }
                compare(old[left], new[right], path.appending(.index(right)), &changes)
            })
        // The same elements in another order: nothing inside differs, and still it is not the same array.
        if changes.count == known, before != after {
            changes.append(
                StateChange(path: path, kind: .changed, before: .array(old), after: .array(new)))
        }
    }

    private static func compareByPlace(
        _ old: [JSONValue], _ new: [JSONValue], _ path: StatePath, _ changes: inout [StateChange]
    ) {
        for place in 0..<max(old.count, new.count) {
            let element = path.appending(.index(place))
            if place >= new.count {
                changes.append(StateChange(path: element, kind: .removed, before: old[place]))
            } else if place >= old.count {
                changes.append(StateChange(path: element, kind: .added, after: new[place]))
            } else {
                compare(old[place], new[place], element, &changes)
            }
        }
    }

    /// Walks two lists of unique names in the newer one's order, with what was removed where it stood.
    private static func merge<Name: Hashable>(
        _ old: [Name], _ new: [Name], removed: (Name) -> Void, added: (Name) -> Void, both: (Name) -> Void
    ) {
        let (oldNames, newNames) = (Set(old), Set(new))
        var place = old.startIndex
        func removeUpTo(_ name: Name?) {
            while place < old.endIndex, old[place] != name {
                if newNames.contains(old[place]) { break }
                removed(old[place])
                place += 1
            }
        }
        for name in new {
            if oldNames.contains(name) {
                removeUpTo(name)
                if place < old.endIndex, newNames.contains(old[place]) { place += 1 }
                both(name)
            } else {
                added(name)
            }
        }
        for name in old[place...] where !newNames.contains(name) { removed(name) }
    }

    /// An object's keys, each once, in order, with the values that count.
    private struct Places {
        var keys: [String] = []
        var values: [String: JSONValue] = [:]

        init(_ object: JSONObject) {
            for member in object where values.updateValue(member.value, forKey: member.key) == nil {
                keys.append(member.key)
            }
        }
    }
}

// MARK: - Arrays of things that have an identity

extension StateDiff {
    /// The key by which the elements of one or two arrays are told apart; nil where they have none.
    static func identityKey(of first: [JSONValue], and second: [JSONValue] = []) -> String? {
        guard !first.isEmpty || !second.isEmpty else { return nil }
        return identityKeys.first { identities(of: first, by: $0) != nil && identities(of: second, by: $0) != nil }
    }

    /// What tells each element from the others; nil where one has nothing under the key, or two have the same.
    static func identities(of elements: [JSONValue], by key: String) -> [JSONValue]? {
        var seen: Set<JSONValue> = []
        var identities: [JSONValue] = []
        for element in elements {
            guard case .object(let object) = element, let identity = object[key] else { return nil }
            switch identity {
            case .string, .number: break
            default: return nil
            }
            guard seen.insert(identity).inserted else { return nil }
            identities.append(identity)
        }
        return identities
    }
}

public import EventSourcing

/// A path whose steps into arrays go to an element by what it is, not by its place, wherever elements have an id.
///
/// So the value under the cursor stays the same one when an element before it goes.
struct TrackedPath {
    private enum Step {
        case key(String)
        case index(Int)
        case element(key: String, identity: JSONValue)
    }

    private var steps: [Step] = []

    /// Looks up in a tree what the path's places stand for.
    init(_ path: StatePath, in tree: JSONValue?) {
        var value = tree
        for step in path.steps {
            switch step {
            case .key(let key):
                steps.append(.key(key))
                value = value?[key]
            case .index(let index):
                if let elements = value?.array, elements.indices.contains(index),
                    let key = StateDiff.identityKey(of: elements), let identity = elements[index][key]
                {
                    steps.append(.element(key: key, identity: identity))
                } else {
                    steps.append(.index(index))
                }
                value = value?[index]
            }
        }
    }

    /// The value in another tree, nil where there is none.
    func value(in tree: JSONValue) -> JSONValue? {
        var value = tree
        for step in steps {
            let next =
                switch step {
                case .key(let key): value[key]
                case .index(let index): value[index]
                case .element(let key, let identity): value.array?.first { $0[key] == identity }
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }
}

extension StatePath {
    /// The value at this place of a tree, nil where there is none.
    public func value(in tree: JSONValue) -> JSONValue? {
        var value = tree
        for step in steps {
            let next =
                switch step {
                case .key(let key): value[key]
                case .index(let index): value[index]
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }
}

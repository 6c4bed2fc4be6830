/// A keyed container that is handed out again when the same place of the next text is read or written with the same keys.
///
/// The standard library puts each keyed container into a box of its own. Ours hold no state but a place, so one box
/// serves every event of a type, which saves an allocation and a look-up of generic metadata per event.
class JSONKeptContainer {
    let keys: ObjectIdentifier
    let place: Int32

    init(keys: any CodingKey.Type, place: Int32) {
        self.keys = ObjectIdentifier(keys)
        self.place = place
    }
}

/// The keyed containers that are kept, found by their keys and place.
struct JSONKeptContainers {
    private static let limit = 16
    /// Places from here on are not worth keeping.
    static let farthest: Int32 = 64
    private var slots: ContiguousArray<JSONKeptContainer?> = []

    @inline(__always)
    private static func slot(_ keys: ObjectIdentifier, _ place: Int32) -> Int {
        let bits = UInt(bitPattern: keys)
        return Int(bitPattern: ((bits >> 4) ^ (bits >> 9) ^ UInt(truncatingIfNeeded: place)) & UInt(limit - 1))
    }

    @inline(__always)
    func find(_ keys: any CodingKey.Type, _ place: Int32) -> JSONKeptContainer? {
        guard !slots.isEmpty else { return nil }
        let identifier = ObjectIdentifier(keys)
        guard let kept = slots[JSONKeptContainers.slot(identifier, place)], kept.keys == identifier,
            kept.place == place
        else { return nil }
        return kept
    }

    /// Keeps a container where there is room; the whole value's takes the room of any other, because the elements of a
    /// long array would only push each other out.
    @inline(never)
    mutating func keep(_ container: JSONKeptContainer) {
        if slots.isEmpty { slots = ContiguousArray(repeating: nil, count: JSONKeptContainers.limit) }
        let slot = JSONKeptContainers.slot(container.keys, container.place)
        if container.place == 0 || slots[slot] == nil { slots[slot] = container }
    }

    mutating func removeAll() {
        slots.removeAll()
    }
}

final class JSONKeptDecodingContainer<Key: CodingKey>: JSONKeptContainer {
    let container: KeyedDecodingContainer<Key>

    init(_ container: KeyedDecodingContainer<Key>, place: Int32) {
        self.container = container
        super.init(keys: Key.self, place: place)
    }
}

final class JSONKeptEncodingContainer<Key: CodingKey>: JSONKeptContainer {
    let container: KeyedEncodingContainer<Key>

    init(_ container: KeyedEncodingContainer<Key>, place: Int32) {
        self.container = container
        super.init(keys: Key.self, place: place)
    }
}

/// A keyed container that is handed out again when the same place of the next text is read or written with the same keys.
///
/// The standard library puts each keyed container into a box of its own. Ours hold no state but a place, so one box
/// serves every event of a type, which saves allocations and look-ups of generic metadata.
class JSONKeptContainer {
    let keys: ObjectIdentifier
    let place: Int32

    init(keys: any CodingKey.Type, place: Int32) {
        self.keys = ObjectIdentifier(keys)
        self.place = place
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

/// The keyed containers that are kept, found by their keys and place.
final class JSONKeptContainers {
    private static let limit = 16
    /// Places from here on are not worth keeping.
    static let farthest: Int32 = 64
    private let slots: UnsafeMutablePointer<JSONKeptContainer?>

    init() {
        slots = .allocate(capacity: JSONKeptContainers.limit)
        slots.initialize(repeating: nil, count: JSONKeptContainers.limit)
    }

    deinit {
        slots.deinitialize(count: JSONKeptContainers.limit)
        slots.deallocate()
    }

    @inline(__always)
    private func slot(_ keys: ObjectIdentifier, _ place: Int32) -> UnsafeMutablePointer<JSONKeptContainer?> {
        let bits = UInt(bitPattern: keys)
        let mixed = ((bits >> 4) ^ (bits >> 9) ^ UInt(truncatingIfNeeded: place)) & UInt(JSONKeptContainers.limit - 1)
        return slots + Int(bitPattern: mixed)
    }

    @inline(__always)
    func find(_ keys: any CodingKey.Type, _ place: Int32) -> JSONKeptContainer? {
        let identifier = ObjectIdentifier(keys)
        guard let kept = slot(identifier, place).pointee, kept.keys == identifier, kept.place == place else {
            return nil
        }
        return kept
    }

    /// Keeps a container where there is room; the whole value's takes the room of any other, because the elements of a
    /// long array would only push each other out.
    @inline(never)
    func keep(_ container: JSONKeptContainer) {
        let slot = slot(container.keys, container.place)
        if container.place == 0 || slot.pointee == nil { slot.pointee = container }
    }

    func removeAll() {
        slots.update(repeating: nil, count: JSONKeptContainers.limit)
    }
}

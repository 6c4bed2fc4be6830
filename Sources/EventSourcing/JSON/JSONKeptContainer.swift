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

    /// How many places are kept.
    static let limit = 8
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

/// A JSON text scanned once into a flat row of nodes, in memory that is used again for the next text.
///
/// The text's bytes are borrowed: they are reachable through nodes only, and `clear()` makes those unreachable. So a
/// decoder that somebody kept after its time reads nulls, never freed memory.
final class JSONTape {
    private(set) var nodes: UnsafeMutablePointer<JSONNode>
    private(set) var count = 0
    private var capacity: Int
    private(set) var base: UnsafePointer<UInt8>
    private(set) var length = 0
    /// What an empty text points to.
    private let nothing: UnsafeMutablePointer<UInt8>
    /// For objects with very many keys: the last child of each key.
    private var indexes: [Int32: [String: Int32]] = [:]
    private var hasIndexes = false

    // The text before it is laid out; see `begin`.
    var isLaidOut = true
    let quick: UnsafeMutablePointer<JSONQuickText>
    /// How many members were read from it.
    var quickMembers = 0
    /// Whether one of them was not the last of its key.
    var isMisread = false
    /// Why the text could not be laid out.
    var failure: JSONError?
    var depthLimit = 0

    /// Keyed containers made for earlier texts; see `JSONDecoding.container(keyedBy:)`.
    let keptContainers = JSONKeptContainers()

    init() {
        capacity = 32
        nodes = .allocate(capacity: capacity)
        nodes.initialize(repeating: JSONNode(), count: capacity)
        nothing = .allocate(capacity: 1)
        nothing.initialize(to: 0)
        base = UnsafePointer(nothing)
        quick = .allocate(capacity: 1)
        quick.initialize(to: JSONQuickText(UnsafeBufferPointer(start: nothing, count: 0), from: nothing))
    }

    deinit {
        nodes.deallocate()
        nothing.deallocate()
        quick.deallocate()
    }

    var text: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base, count: length)
    }

    /// Borrows a text until `clear()`.
    func borrow(_ text: UnsafeBufferPointer<UInt8>) {
        clear()
        guard let start = text.baseAddress else { return }
        base = start
        length = text.count
    }

    /// Forgets the text and all nodes, and keeps the memory.
    func clear() {
        count = 0
        length = 0
        base = UnsafePointer(nothing)
        isLaidOut = true
        if hasIndexes {
            hasIndexes = false
            indexes.removeAll()
        }
    }

    /// Room for one more node; its fields are still to be set.
    @inline(__always)
    func place() -> UnsafeMutablePointer<JSONNode> {
        if count == capacity { grow() }
        return nodes + count
    }

    /// Makes the node at `place()` one of the text's.
    @inline(__always)
    func keep() {
        count &+= 1
    }

    @inline(never)
    private func grow() {
        let moved = UnsafeMutablePointer<JSONNode>.allocate(capacity: capacity * 2)
        moved.initialize(repeating: JSONNode(), count: capacity * 2)
        moved.update(from: nodes, count: count)
        nodes.deallocate()
        nodes = moved
        capacity *= 2
    }

    /// The node of an index; an index without one is read as `null`.
    @inline(__always)
    func node(_ index: Int32) -> JSONNode {
        if !isLaidOut { layOut() }
        return index >= 0 && Int(index) < count ? nodes[Int(index)] : JSONNode.absent
    }

    @inline(__always)
    func bytes(from start: UInt32, count length: UInt32) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base + Int(start), count: Int(length))
    }

    @inline(__always)
    func bytes(of node: JSONNode) -> UnsafeBufferPointer<UInt8> {
        bytes(from: node.start, count: node.length)
    }

    /// The key of a member, unescaped.
    func key(of node: JSONNode) -> String {
        JSONString.decode(bytes(from: node.keyStart, count: node.keyLength), node.keyFlags).text
    }
}

// MARK: - Finding members

extension JSONTape {
    /// The member with a key: the last one, when the key comes more than once; nil when there is none.
    ///
    /// Derived decoders ask in the order of the fields, which is the order in which they were written. So the search
    /// begins after the member found last.
    @inline(__always)
    func member(_ name: consuming String, of object: Int32) -> Int32? {
        if !isLaidOut { layOut() }
        guard object >= 0, Int(object) < count else { return nil }
        let place = nodes + Int(object)
        guard place.pointee.kind == .object, place.pointee.count > 0 else { return nil }
        if place.pointee.flags.contains(.indexed) { return index(of: object)[name] }
        return name.withUTF8 { key in
            let end = place.pointee.next
            var child = place.pointee.cursor
            var left = place.pointee.count
            while left > 0 {
                if child >= end { child = object + 1 }
                let candidate = nodes + Int(child)
                if Int(candidate.pointee.keyLength) == key.count,
                    JSONTape.equal(base + Int(candidate.pointee.keyStart), key),
                    !candidate.pointee.flags.contains(.superseded)
                {
                    place.pointee.cursor = candidate.pointee.next
                    return child
                }
                child = candidate.pointee.next
                left -= 1
            }
            return nil
        }
    }

    @inline(__always)
    static func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let other = right.baseAddress else { return true }
        let (one, two) = (UnsafeRawPointer(left), UnsafeRawPointer(other))
        let count = right.count
        if count >= 8 {
            var index = 0
            while index &+ 8 < count {
                if load(one, index, UInt64.self) != load(two, index, UInt64.self) { return false }
                index &+= 8
            }
            // The last eight, some of which may have been compared already.
            return load(one, count &- 8, UInt64.self) == load(two, count &- 8, UInt64.self)
        }
        if count >= 4 {
            return load(one, 0, UInt32.self) == load(two, 0, UInt32.self)
                && load(one, count &- 4, UInt32.self) == load(two, count &- 4, UInt32.self)
        }
        var index = 0
        while index < count {
            if left[index] != other[index] { return false }
            index &+= 1
        }
        return true
    }

    @inline(__always)
    private static func load<Word: BitwiseCopyable>(_ start: UnsafeRawPointer, _ offset: Int, _: Word.Type) -> Word {
        start.loadUnaligned(fromByteOffset: offset, as: Word.self)
    }

    /// The members of an object, each key once, in order.
    func members(of object: Int32) -> [Int32] {
        let place = node(object)
        guard place.kind == .object else { return [] }
        let lasts = place.flags.contains(.indexed) ? index(of: object) : nil
        var found: [Int32] = []
        found.reserveCapacity(Int(place.count))
        var child = object + 1
        while child < place.next {
            let member = node(child)
            if let lasts {
                if lasts[key(of: member)] == child { found.append(child) }
            } else if !member.flags.contains(.superseded) {
                found.append(child)
            }
            child = max(member.next, child + 1)
        }
        return found
    }

    @inline(never)
    private func index(of object: Int32) -> [String: Int32] {
        if let made = indexes[object] { return made }
        let place = node(object)
        var made: [String: Int32] = [:]
        made.reserveCapacity(Int(place.count))
        var child = object + 1
        while child < place.next {
            let member = node(child)
            made[key(of: member)] = child
            child = max(member.next, child + 1)
        }
        indexes[object] = made
        hasIndexes = true
        return made
    }
}

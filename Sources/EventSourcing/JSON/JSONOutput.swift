/// Bytes of a JSON text in the making, in memory that is used again.
///
/// An array would check uniqueness and capacity at each byte; this grows once and then only moves a count.
final class JSONOutput {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int = 256) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deallocate()
    }

    var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base, count: count)
    }

    var last: UInt8? {
        count > 0 ? base[count - 1] : nil
    }

    func removeAll() {
        count = 0
    }

    /// Makes room for so many more bytes, and gives the place where they go.
    @inline(__always)
    func room(_ more: Int) -> UnsafeMutablePointer<UInt8> {
        if count + more > capacity { grow(to: count + more) }
        return base + count
    }

    @inline(__always)
    func advance(_ written: Int) {
        count += written
    }

    @inline(never)
    private func grow(to needed: Int) {
        let larger = max(needed, capacity * 2)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = larger
    }

    @inline(__always)
    func append(_ byte: UInt8) {
        room(1).pointee = byte
        count += 1
    }

    func append(_ text: StaticString) {
        let size = text.utf8CodeUnitCount
        room(size).update(from: text.utf8Start, count: size)
        count += size
    }

    /// Appends a text as it is, without quotes or escapes.
    func append(verbatim text: String) {
        var text = text
        text.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return }
            room(bytes.count).update(from: start, count: bytes.count)
            count += bytes.count
        }
    }

    /// Moves the bytes from `tail` on to `place`, before what stood there.
    func moveTail(from tail: Int, to place: Int) {
        guard place < tail, tail < count else { return }
        let size = count - tail
        let gap = room(size)
        gap.update(from: base + tail, count: size)
        (base + place + size).update(from: base + place, count: tail - place)
        (base + place).update(from: base + count, count: size)
    }

    func remove(_ range: Range<Int>) {
        guard range.lowerBound >= 0, range.upperBound <= count else { return }
        (base + range.lowerBound).update(from: base + range.upperBound, count: count - range.upperBound)
        count -= range.count
    }

    func replace(at place: Int, with byte: UInt8) {
        guard place >= 0, place < count else { return }
        base[place] = byte
    }
}

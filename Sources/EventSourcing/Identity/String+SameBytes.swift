import Glibc

// A `String` compares by canonical equivalence, and a store by bytes: two spellings of é are two names.
extension String {
    /// Whether both are the same text, byte for byte of UTF-8.
    package func hasSameBytes(as other: String) -> Bool {
        // Stores look names up at every append, and this is several times faster than walking two `utf8` views.
        var (left, right) = (self, other)
        return left.withUTF8 { left in
            right.withUTF8 { right in
                guard left.count == right.count, let first = left.baseAddress, let second = right.baseAddress else {
                    return left.count == right.count
                }
                return memcmp(first, second, left.count) == 0
            }
        }
    }
}

extension Hasher {
    /// Feeds the bytes of a text, and where it ends.
    package mutating func combine(bytesOf text: String) {
        var text = text
        text.withUTF8 { combine(bytes: UnsafeRawBufferPointer($0)) }
        // No text of UTF-8 has this byte.
        combine(UInt8.max)
    }
}

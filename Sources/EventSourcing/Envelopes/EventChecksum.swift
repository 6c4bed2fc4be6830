package import Actors

/// The checksum of an event, over all its fields: 64 bits, of which a store keeps 48.
///
/// It finds damage, not malice. The state is one 64-bit word, at first `0x9E3779B97F4A7C15`. A word `w` is mixed in by
/// `state = rotateLeft(state XOR w, 29) * 0x9FB21C651E98DF25` (modulo 2^64), which is reversible in either of the two: a
/// history in which one single word differs never has the same 64 bits; what a row keeps of them says `RowChecksum`. Bytes
/// are mixed in as their count and then as words of eight bytes, least significant first, the last one filled up with zeros.
/// The digest of a text is that of its bytes alone, finished. Finishing is `state ^= state >> 32; state *= 0xD6E8FEB86659FD93; state ^= state >> 32`.
///
/// An event mixes in, in this order: the digest of `Type|id`, the digest of the type's name, schema version, time, the
/// writer's two halves, a word with bit 0, 1, 2 for a correlation, causation and command id that is there, the two halves
/// of each of them (zeros for one that is not), the payload's bytes, the metadata's bytes, sequence number, position,
/// epoch; and is finished.
package struct EventChecksum {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    private init() {}

    @inline(__always)
    private mutating func mix(_ word: UInt64) {
        let mixed = state ^ word
        state = (mixed << 29 | mixed >> 35) &* 0x9FB2_1C65_1E98_DF25
    }

    @inline(__always)
    private mutating func mix(_ number: Int64) { mix(UInt64(bitPattern: number)) }

    private mutating func mix(_ ulid: ULID) {
        mix(ulid.high)
        mix(ulid.low)
    }

    private mutating func mix(_ bytes: UnsafeRawBufferPointer) {
        mix(UInt64(bytes.count))
        let whole = bytes.count & ~7
        var offset = 0
        while offset < whole {
            mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
        guard offset < bytes.count else { return }
        var rest: UInt64 = 0
        for index in offset..<bytes.count { rest |= UInt64(bytes[index]) << UInt64(8 * (index - offset)) }
        mix(rest)
    }

    private var finished: UInt64 {
        var value = state
        value ^= value >> 32
        value = value &* 0xD6E8_FEB8_6659_FD93
        return value ^ value >> 32
    }

    private var sum: RowChecksum { RowChecksum(finished) }

    /// The digest of a name, which a store computes once and keeps.
    package static func digest(_ text: UnsafeRawBufferPointer) -> UInt64 {
        var checksum = EventChecksum()
        checksum.mix(text)
        return checksum.finished
    }

    /// The digest of a name.
    package static func digest(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { digest(UnsafeRawBufferPointer($0)) }
    }

    /// Begins with everything that is known before the store has given the event its place.
    package init(
        streamDigest: UInt64, typeDigest: UInt64, schemaVersion: Int, timestamp: Timestamp, writer: WriterID,
        correlationID: ULID?, causationID: ULID?, commandID: ULID?, payload: UnsafeRawBufferPointer,
        metadata: UnsafeRawBufferPointer
    ) {
        mix(streamDigest)
        mix(typeDigest)
        mix(Int64(schemaVersion))
        mix(timestamp.microseconds)
        mix(writer.ulid)
        mix((correlationID == nil ? 0 : 1) | (causationID == nil ? 0 : 2) | (commandID == nil ? 0 : 4) as UInt64)
        let none = ULID(high: 0, low: 0)
        mix(correlationID ?? none)
        mix(causationID ?? none)
        mix(commandID ?? none)
        mix(payload)
        mix(metadata)
    }

    /// The checksum of the event at its place.
    package func at(sequenceNumber: Int64, position: Int64, epoch: Int64) -> RowChecksum {
        var checksum = self
        checksum.mix(sequenceNumber)
        checksum.mix(position)
        checksum.mix(epoch)
        return checksum.sum
    }

    /// The checksum of a snapshot: stream, number, state type, schema version, writer, epoch, time, state.
    package static func of(_ snapshot: StoredSnapshot) -> RowChecksum {
        let known = snapshot.description
        var checksum = EventChecksum()
        checksum.mix(digest(known.persistenceID.description))
        checksum.mix(known.sequenceNumber)
        checksum.mix(digest(known.stateType))
        checksum.mix(Int64(known.schemaVersion))
        checksum.mix(known.writer.ulid)
        checksum.mix(known.epoch)
        checksum.mix(known.timestamp.microseconds)
        snapshot.state.withUnsafeBytes { checksum.mix($0) }
        return checksum.sum
    }

    /// The checksum of a durable state: entity, revision, state type, schema version, writer, epoch, time, a word that is 1
    /// where it is there and 0 where it was deleted, and the state.
    package static func of(_ known: DurableStateDescription, state: UnsafeRawBufferPointer?) -> RowChecksum {
        var checksum = EventChecksum()
        checksum.mix(digest(known.persistenceID.description))
        checksum.mix(known.revision)
        checksum.mix(digest(known.stateType))
        checksum.mix(Int64(known.schemaVersion))
        checksum.mix(known.writer.ulid)
        checksum.mix(known.epoch)
        checksum.mix(known.timestamp.microseconds)
        checksum.mix(state == nil ? 0 : 1 as UInt64)
        if let state { checksum.mix(state) }
        return checksum.sum
    }
}

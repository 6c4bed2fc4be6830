import Actors
import EventSourcing

/// One stream of a sample history while it grows.
enum SampleStream: Sendable {
    case order(OrderStream)
    case account(AccountStream)

    var progress: StreamProgress {
        get {
            switch self {
            case .order(let stream): stream.progress
            case .account(let stream): stream.progress
            }
        }
        set {
            switch self {
            case .order(var stream):
                stream.progress = newValue
                self = .order(stream)
            case .account(var stream):
                stream.progress = newValue
                self = .account(stream)
            }
        }
    }

    /// The number of the last event.
    var number: Int64 { progress.number }
    var isFinished: Bool { progress.number >= progress.length }
    /// The writer of the last event.
    var writer: Int { progress.writer }
    /// Some other writer that wrote here before, and was superseded.
    var supersededWriter: Int { progress.superseded ?? progress.writer }
    /// After this number the superseded writer writes once more.
    var conflictAt: Int64 { progress.length >= 12 && progress.superseded != nil ? progress.length * 2 / 3 : -1 }

    /// The epoch that an event of a writer gets; a superseded writer that writes once more keeps its old one.
    mutating func epoch(for writer: Int) -> Int64 {
        if progress.number == conflictAt, writer == progress.superseded { return max(1, progress.epoch - 1) }
        if progress.number == 0 || writer != progress.writer {
            if progress.number > 0 { progress.superseded = progress.writer }
            progress.epoch += 1
            progress.writer = writer
        }
        return progress.epoch
    }

    mutating func nextEvent(at time: Timestamp, random: inout SeededRandom) throws -> ImportedEvent {
        switch self {
        case .order(var stream):
            let event = try stream.nextEvent(at: time, random: &random)
            self = .order(stream)
            return event
        case .account(var stream):
            let event = try stream.nextEvent(at: time, random: &random)
            self = .account(stream)
            return event
        }
    }

    func encodedState() throws -> (type: String, bytes: [UInt8]) {
        switch self {
        case .order(let stream): ("Order", try SnapshotCodec<OrderState>.json("Order").encode(stream.state))
        case .account(let stream): ("Account", try SnapshotCodec<AccountState>.json("Account").encode(stream.state))
        }
    }
}

/// How far a sample stream has come, and who writes it.
struct StreamProgress: Sendable {
    let id: PersistenceID
    let length: Int64
    var number: Int64 = 0
    var writer = 0
    var epoch: Int64 = 0
    var superseded: Int?

    mutating func next(_ type: (type: String, version: Int, payload: [UInt8]), at time: Timestamp) -> ImportedEvent {
        number += 1
        return ImportedEvent(
            persistenceID: id, sequenceNumber: number,
            event: NewEvent(
                type: type.type, schemaVersion: type.version, payload: type.payload, timestamp: time),
            writer: WriterID(ULID(high: 0, low: 0)))
    }
}

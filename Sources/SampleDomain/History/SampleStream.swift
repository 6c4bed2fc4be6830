import EventSourcing

/// One stream of a sample history while it grows: what happens in it, and who writes it.
struct SampleStream: Sendable {
    let id: PersistenceID
    /// How many events it will have.
    let length: Int64
    var story: any SampleStory
    /// The number at which a superseded writer writes once more; nil where nobody does.
    let conflict: Int64?

    /// The number of the last event.
    private(set) var number: Int64 = 0
    /// The writer of the last event that was not a conflict, by its index.
    private(set) var writer = 0
    private(set) var epoch: Int64 = 0
    private var superseded: (writer: Int, epoch: Int64)?

    /// How many events a writer holds the stream before the one that it superseded writes once more.
    private static let heldBeforeConflict: Int64 = 3
    /// A stream below this length has no conflict: there would be nothing before and behind it.
    private static let shortestWithConflict: Int64 = 12

    init(_ id: PersistenceID, length: Int64, hasConflict: Bool, story: any SampleStory) {
        self.id = id
        self.length = length
        self.story = story
        conflict = hasConflict && length >= Self.shortestWithConflict ? length * 2 / 3 : nil
    }

    var left: Int64 { length - number }

    /// Whether the stream may have a snapshot at its last number.
    ///
    /// No engine recovers a history with a conflict unasked, so none takes a snapshot of it either.
    var takesSnapshots: Bool { conflict.map { number < $0 } ?? true }

    /// Says who writes the next event, and with which epoch.
    mutating func nextWriter(of count: Int, random: inout SeededRandom) -> (writer: Int, epoch: Int64) {
        let next = number + 1
        let candidate = Int.random(in: 0..<count, using: &random)
        let changes = Int.random(in: 0..<20, using: &random) == 0
        if next == 1 {
            handOver(to: candidate)
        } else if let conflict, (conflict - Self.heldBeforeConflict...conflict + 1).contains(next) {
            if next == conflict - Self.heldBeforeConflict { handOver(to: (writer + 1) % count) }
            if next == conflict, let superseded { return superseded }
        } else if changes, candidate != writer {
            handOver(to: candidate)
        }
        return (writer, epoch)
    }

    private mutating func handOver(to next: Int) {
        if epoch > 0 { superseded = (writer, epoch) }
        writer = next
        epoch += 1
    }

    /// Makes the next event, encoded.
    mutating func nextEvent(
        random: inout SeededRandom
    ) throws -> (type: String, version: Int, payload: [UInt8]) {
        let event = try story.nextEvent(of: id, at: number + 1, left: left, random: &random)
        number += 1
        return event
    }
}

import EventSourcing
import Testing

@testable import Inspection

@Suite("Reading around events that can't be read")
struct EventReadingTests {
    private static let count: Int64 = 12_000

    /// What was visited and what was told as lost, of a stream with stretches that can't be read.
    private func reading(without stretches: ClosedRange<Int64>..., through: Int64 = .max) async throws -> (
        numbers: Set<Int64>, lost: [String]
    ) {
        let (memory, id) = (InMemoryStore(), try PersistenceID("Order", "1"))
        let event = NewEvent(type: "Added", payload: Array("{}".utf8), timestamp: .epoch)
        _ = try await memory.append(
            Array(repeating: event, count: Int(Self.count)), to: id, expecting: .noStream,
            by: WriterID(ULID(high: 1, low: 1)), epoch: nil, with: .none)
        let reader = AlteredReader(memory.reader())
        for stretch in stretches { reader.unreadable.formUnion(stretch) }
        var (numbers, lost): (Set<Int64>, [String]) = ([], [])
        try EventReading(reader: reader, stream: id).visit(from: 1, through: through) { event in
            numbers.insert(event.sequenceNumber)
            return .next
        } lost: { stretch in
            lost.append("\(stretch.sequenceNumber ?? 0): \(stretch.sentence)")
            return .next
        }
        return (numbers, lost)
    }

    @Test("what stands behind a stretch of any length is read", arguments: [1, 10_500] as [Int64])
    func farBehind(_ length: Int64) async throws {
        let last = 1_000 + length - 1
        let found = try await reading(without: 1_000...last)
        #expect(found.numbers == Set(1...999).union(last + 1...Self.count))
        let what = length == 1 ? "it" : "it and what follows through \(last)"
        #expect(found.lost == ["1000: \(what) can't be read: the row is cut"])
    }

    @Test("two stretches are told apart, and a bound is kept")
    func twoStretches() async throws {
        let found = try await reading(without: 100...300, 11_000...11_100, through: 11_900)
        #expect(found.numbers == Set(1...99).union(301...10_999).union(11_101...11_900))
        #expect(found.lost.map { $0.prefix { $0 != ":" } } == ["100", "11000"])
    }

    @Test("where nothing behind it can be read, all that follows is lost")
    func toTheEnd() async throws {
        let found = try await reading(without: 1_500...Self.count, through: Self.count)
        #expect(found.numbers == Set(1...1_499))
        #expect(found.lost == ["1500: it and all that follows can't be read: the row is cut"])
    }
}

import Actors
import EventSourcing
import TestSupport
import Testing

@Suite("An identifier")
struct ULIDTests {
    @Test("its text is that of the specification")
    func text() throws {
        let id = try #require(ULID("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        #expect(id.milliseconds == 1_469_922_850_259)
        #expect(id.description == "01ARZ3NDEKTSV4RRFFQ69G5FAV")
        #expect(ULID("01arz3ndektsv4rrffq69g5fav") == id, "either case is read")
        #expect(ULID(high: 0, low: 0).description == "00000000000000000000000000")
        #expect(ULID(high: .max, low: .max).description == "7ZZZZZZZZZZZZZZZZZZZZZZZZZ")
    }

    @Test(
        "a text that is none is refused",
        arguments: [
            "", "0", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVX", "81ARZ3NDEKTSV4RRFFQ69G5FAV",
            "01ARZ3NDEKTSV4RRFFQ69G5FAI", "01ARZ3NDEKTSV4RRFFQ69G5FAL", "01ARZ3NDEKTSV4RRFFQ69G5FAO",
            "01ARZ3NDEKTSV4RRFFQ69G5FAU", "01ARZ3NDEKTSV4RRFFQ69G5F V", "01ARZ3NDEKTSV4RRFFQ69G5F\u{E9}",
            "01ARZ3NDEK-TSV4RRFFQ69G5FA",
        ])
    func refusals(text: String) { #expect(ULID(text) == nil) }

    @Test("text and bytes come back as the same identifier, and sort as it does", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let ids = (0..<1000).map { _ in ULID(high: random.next(), low: random.next()) }
        for id in ids {
            #expect(ULID(id.description) == id, "seed \(seed)")
            #expect(id.description.utf8.count == 26, "seed \(seed)")
            #expect(id.bytes.withUnsafeBytes { ULID(bytes: $0) } == id, "seed \(seed)")
        }
        let sorted = ids.sorted()
        #expect(sorted.map(\.description) == ids.map(\.description).sorted(), "seed \(seed)")
        #expect(sorted.map(\.bytes) == ids.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) }, "seed \(seed)")
        #expect(
            [0, 15, 17].allSatisfy { count in
                [UInt8](repeating: 0, count: count).withUnsafeBytes { ULID(bytes: $0) } == nil
            })
    }

    @Test("whatever text is read, it is refused or comes back in upper case", arguments: [1, 2, 3, 4] as [UInt64])
    func fuzz(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZabcxyzILOU- \u{0}é")
        for _ in 0..<2000 {
            let count = Int.random(in: 24...28, using: &random)
            let text = String((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "0" })
            guard let id = ULID(text) else { continue }
            #expect(id.description == text.uppercased(), "seed \(seed)")
        }
    }

    @Test("a generator's identifiers rise, within a millisecond and when the clock goes back")
    func rising() {
        let generator = ULIDGenerator(random: SeededRandom(seed: 7))
        let times: [Int64] = [5_000, 5_000, 5_999, 6_000, 2_000, -1, .min, 6_500, 7_000, .max, .max, 0]
        let ids = times.map { generator.next(at: Timestamp(microseconds: $0)) }
        for (left, right) in zip(ids, ids.dropFirst()) { #expect(left < right) }
        #expect(ids[0].milliseconds == 5)
        #expect(ids[2].milliseconds == 5)
        #expect(ids[3].milliseconds == 6)
        #expect(ids[4].milliseconds == 6, "an earlier time does not take it back")
    }

    @Test("a generator carries over when the lower half is full")
    func carrying() {
        struct Ones: RandomNumberGenerator {
            mutating func next() -> UInt64 { .max }
        }
        let generator = ULIDGenerator(random: Ones())
        let ids = (0..<4).map { _ in generator.next(at: Timestamp(microseconds: 1_000)) }
        #expect(ids[0].low == .max)
        for (left, right) in zip(ids, ids.dropFirst()) { #expect(left < right) }
        #expect(ids.allSatisfy { $0.milliseconds == 1 })
    }

    @Test("generators with the same seed make the same identifiers, and others do not")
    func seeds() {
        func ids(_ generator: ULIDGenerator) -> [ULID] {
            (0..<10).map { generator.next(at: Timestamp(microseconds: $0 * 700)) }
        }
        let seeded = ids(ULIDGenerator(random: SeededRandom(seed: 1)))
        #expect(seeded == ids(ULIDGenerator(random: SeededRandom(seed: 1))))
        #expect(seeded != ids(ULIDGenerator(random: SeededRandom(seed: 2))))
        #expect(ids(ULIDGenerator()) != ids(ULIDGenerator()))
    }

    @Test("identifiers made at once on many tasks are all different")
    func concurrent() async {
        let generator = ULIDGenerator()
        let ids = await withTaskGroup(of: [ULID].self) { group in
            for _ in 0..<16 {
                group.addTask { (0..<500).map { _ in generator.next(at: Timestamp(microseconds: 1)) } }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(ids).count == 16 * 500)
    }
}

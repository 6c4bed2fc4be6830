import Actors
import EventSourcing
import Reactions
import TestSupport
import Testing

/// Keeps everything, in a dictionary.
final class DictionaryCache: StateCache {
    private let states = Locked<[PersistenceID: CachedState]>([:])

    func get(_ stream: PersistenceID) async throws -> CachedState? { states.withLock { $0[stream] } }

    func set(_ state: CachedState, of stream: PersistenceID) async throws { states.withLock { $0[stream] = state } }

    func invalidate(_ stream: PersistenceID) async throws { states.withLock { $0[stream] = nil } }

    func clear() async throws { states.withLock { $0 = [:] } }

    func dispose() async throws { try await clear() }
}

/// A kind of cache.
enum CacheKind: CaseIterable, Sendable {
    case leastRecentlyUsed
    case dictionary

    func make() -> any StateCache {
        switch self {
        case .leastRecentlyUsed: LeastRecentlyUsedCache()
        case .dictionary: DictionaryCache()
        }
    }
}

/// What is compared of a cached state.
private struct Entry: Equatable {
    let count: Int?
    let sequenceNumber: Int64
    let position: Int64

    init?(_ cached: CachedState?) {
        guard let cached else { return nil }
        count = (cached.state as? Counter)?.count
        (sequenceNumber, position) = (cached.sequenceNumber, cached.position)
    }
}

@Suite("Caches keep states", .serialized)
struct CacheTests {
    private static func entry(_ number: Int64, _ count: Int = 1) -> CachedState {
        CachedState(Counter(count: count), sequenceNumber: number, position: number)
    }

    private static func stream(_ id: String) throws -> PersistenceID { try Counter.id(id) }

    private func count(_ cache: any StateCache, _ id: String) async throws -> Int? {
        try await Entry(cache.get(Self.stream(id)))?.count
    }

    @Test("reactions C1: what was never set is not there", arguments: CacheKind.allCases)
    func missing(_ kind: CacheKind) async throws {
        #expect(try await kind.make().get(Self.stream("missing")) == nil as Entry?)
    }

    @Test("reactions C2: what is set is there as it was set", arguments: CacheKind.allCases)
    func set(_ kind: CacheKind) async throws {
        let cache = kind.make()
        try await cache.set(
            CachedState(Counter(count: 1), sequenceNumber: 3, position: 9, lastSnapshot: 2), of: Self.stream("a"))
        let found = try #require(try await cache.get(Self.stream("a")))
        #expect(found.state as? Counter == Counter(count: 1))
        #expect(found.sequenceNumber == 3 && found.position == 9 && found.lastSnapshot == 2)
    }

    @Test("reactions C3: what is set again is there as it was set last", arguments: CacheKind.allCases)
    func overwrite(_ kind: CacheKind) async throws {
        let cache = kind.make()
        try await cache.set(Self.entry(1), of: Self.stream("a"))
        try await cache.set(Self.entry(2, 2), of: Self.stream("a"))
        let found = Entry(try await cache.get(Self.stream("a")))
        #expect(found?.position == 2 && found?.count == 2)
    }

    @Test("reactions C4: one stream is forgotten, and the other is not", arguments: CacheKind.allCases)
    func invalidate(_ kind: CacheKind) async throws {
        let cache = kind.make()
        for id in ["a", "b"] { try await cache.set(Self.entry(1), of: Self.stream(id)) }
        try await cache.invalidate(Self.stream("a"))
        #expect(try await count(cache, "a") == nil)
        #expect(try await count(cache, "b") == 1)
    }

    @Test("reactions C5: an unknown stream can be forgotten", arguments: CacheKind.allCases)
    func unknown(_ kind: CacheKind) async throws {
        let cache = kind.make()
        try await cache.set(Self.entry(1), of: Self.stream("b"))
        try await cache.invalidate(Self.stream("a"))
        #expect(try await count(cache, "b") == 1)
    }

    @Test("reactions C6: all are forgotten", arguments: CacheKind.allCases)
    func clear(_ kind: CacheKind) async throws {
        let cache = kind.make()
        for id in ["a", "b", "c"] { try await cache.set(Self.entry(1), of: Self.stream(id)) }
        try await cache.clear()
        for id in ["a", "b", "c"] { #expect(try await count(cache, id) == nil) }
        try await cache.set(Self.entry(2, 2), of: Self.stream("b"))
        #expect(try await count(cache, "b") == 2)
    }

    @Test("reactions C7: an empty cache can be emptied", arguments: CacheKind.allCases)
    func clearEmpty(_ kind: CacheKind) async throws {
        let cache = kind.make()
        try await cache.clear()
        try await cache.set(Self.entry(1), of: Self.stream("a"))
        #expect(try await count(cache, "a") == 1)
    }

    @Test("reactions C8: streams are apart, byte for byte", arguments: CacheKind.allCases)
    func isolated(_ kind: CacheKind) async throws {
        let cache = kind.make()
        for (number, id) in ["a", "A", "\u{E9}", "e\u{301}"].enumerated() {
            try await cache.set(Self.entry(1, number), of: Self.stream(id))
        }
        for (number, id) in ["a", "A", "\u{E9}", "e\u{301}"].enumerated() {
            #expect(try await count(cache, id) == number)
        }
    }

    @Test("reactions C9: it can be let go of twice", arguments: CacheKind.allCases)
    func dispose(_ kind: CacheKind) async throws {
        let cache = kind.make()
        try await cache.set(Self.entry(1), of: Self.stream("a"))
        try await cache.dispose()
        try await cache.dispose()
        #expect(try await count(cache, "a") == nil)
    }

    @Test("reactions C10: all caches answer the same, whatever is done to them")
    func differential() async throws {
        for seed in UInt64(1)...8 {
            var random = SeededRandom(seed: seed)
            let caches = CacheKind.allCases.map { $0.make() }
            let streams = try (0..<6).map { try Self.stream("s-\($0)") }
            var number: Int64 = 0
            func compare(_ operation: String) async throws {
                for stream in streams {
                    var answers: [Entry?] = []
                    for cache in caches { answers.append(Entry(try await cache.get(stream))) }
                    #expect(answers.allSatisfy { $0 == answers[0] }, "seed \(seed), \(operation): \(stream)")
                }
            }
            for stream in streams {
                number += 1
                for cache in caches { try await cache.set(Self.entry(number, Int(number)), of: stream) }
                try await compare("set")
            }
            for _ in 0..<Int.random(in: 6...19, using: &random) {
                let stream = streams[Int.random(in: 0..<6, using: &random)]
                number += 1
                let dice = Int.random(in: 0..<10, using: &random)
                for cache in caches {
                    switch dice {
                    case 0: try await cache.clear()
                    case 1...3: try await cache.invalidate(stream)
                    default: try await cache.set(Self.entry(number, Int(number)), of: stream)
                    }
                }
                try await compare("operation \(number), dice \(dice)")
            }
        }
    }

    @Test("the least recently used one goes, and reading is using")
    func order() async throws {
        let cache = LeastRecentlyUsedCache(capacity: 3)
        for id in ["a", "b", "c"] { try await cache.set(Self.entry(1), of: Self.stream(id)) }
        _ = try await cache.get(Self.stream("a"))
        try await cache.set(Self.entry(2), of: Self.stream("b"))
        try await cache.set(Self.entry(1), of: Self.stream("d"))
        #expect(try await count(cache, "c") == nil)
        try await cache.set(Self.entry(1), of: Self.stream("e"))
        #expect(try await count(cache, "a") == nil)
        try await cache.invalidate(Self.stream("d"))
        try await cache.set(Self.entry(1), of: Self.stream("f"))
        #expect(cache.count == 3)
        for id in ["b", "e", "f"] { #expect(try await count(cache, id) == 1) }
        for number in 0..<100 { try await cache.set(Self.entry(1), of: Self.stream("n-\(number)")) }
        #expect(cache.count == 3 && cache.capacity == 3)
        for number in 97..<100 { #expect(try await count(cache, "n-\(number)") == 1) }
    }

    @Test("it keeps as many as it is to, at random, and always the last ones that were used")
    func random() async throws {
        var random = SeededRandom.announced()
        let capacity = Int.random(in: 1...5, using: &random)
        let cache = LeastRecentlyUsedCache(capacity: capacity)
        var used: [Int] = []
        for _ in 0..<2_000 {
            let id = Int.random(in: 0..<8, using: &random)
            let stream = try Self.stream("s-\(id)")
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                try await cache.invalidate(stream)
                used.removeAll { $0 == id }
            case 1:
                let isThere = try await cache.get(stream) != nil
                #expect(isThere == used.contains(id))
                if isThere { used = used.filter { $0 != id } + [id] }
            default:
                try await cache.set(Self.entry(1), of: stream)
                used = (used.filter { $0 != id } + [id]).suffix(capacity)
            }
            #expect(cache.count == used.count)
        }
    }

    @Test("a capacity of one keeps one, and none keeps none")
    func smallest() async throws {
        let one = LeastRecentlyUsedCache(capacity: 1)
        try await one.set(Self.entry(1), of: Self.stream("a"))
        try await one.set(Self.entry(2), of: Self.stream("b"))
        #expect(try await count(one, "a") == nil)
        #expect(one.count == 1)
        for capacity in [0, -1] {
            let none = LeastRecentlyUsedCache(capacity: capacity)
            try await none.set(Self.entry(1), of: Self.stream("a"))
            #expect(none.count == 0 && none.capacity == 0)
            #expect(try await none.get(Self.stream("a")) == nil as Entry?)
            try await none.invalidate(Self.stream("a"))
        }
        #expect(LeastRecentlyUsedCache().capacity == 1_000)
    }
}

private func == (cached: CachedState?, entry: Entry?) -> Bool { Entry(cached) == entry }

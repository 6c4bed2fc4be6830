import Actors
import Testing

@testable import EventSourcing

@Suite("The store in memory")
struct InMemoryStoreTests {
    @Test("whatever numbers a stream has, every range of it is found, from both ends")
    func ranges() async throws {
        for gaps in 0..<(1 << 6) {
            let numbers = (1...6).filter { gaps & (1 << ($0 - 1)) != 0 }.map(Int64.init)
            let store = InMemoryStore()
            let id = try order("1")
            try await store.importHistory(
                numbers.map {
                    ImportedEvent(
                        persistenceID: id, sequenceNumber: $0, event: .fixture("\($0)"), writer: .first)
                })
            let reader = store.reader()
            for from in Int64(-1)...8 {
                for through in Int64(-1)...8 {
                    let expected = numbers.filter { $0 >= from && $0 <= through }
                    #expect(
                        try reader.texts(of: id, from: from, through: through) == expected.map(String.init),
                        "\(numbers) from \(from) through \(through)")
                    var backwards: [Int64] = []
                    try reader.read(id, from: from, through: through, reversed: true, fields: []) { event in
                        backwards.append(event.sequenceNumber)
                        return .next
                    }
                    #expect(backwards == expected.reversed(), "\(numbers) from \(from) through \(through)")
                }
            }
        }
    }

    @Test("engine 29: the number that is already there is refused with a sentence, and the first event stands")
    func duplicate() async throws {
        let store = InMemoryStore()
        let id = try PersistenceID("order", "order-1")
        try await store.append("first", to: id)
        let error = await #expect(throws: ConcurrentModificationError.self) {
            try await store.append(
                [.fixture("again")], to: id, expecting: .number(0), by: .first, epoch: nil, with: .none)
        }
        #expect(
            error?.description
                == "order|order-1 is at number 1, and 0 was expected; read it again and decide anew")
        #expect(try store.reader().texts(of: id) == ["first"])
    }

    @Test("a visitor may use the store, because nothing is locked while it runs")
    func reentrance() async throws {
        let store = InMemoryStore()
        let id = try order("1")
        try await store.append("a", "b", to: id)
        let reader = store.reader()
        var heads: [Int64] = []
        try reader.read(id, from: 1, through: .max, reversed: false, fields: .all) { _ in
            heads.append(try store.reader().head(of: id)?.sequenceNumber ?? 0)
            return .next
        }
        #expect(heads == [2, 2])
    }

    @Test("a visit is not prolonged by what is appended while it runs")
    func boundedVisit() async throws {
        let store = InMemoryStore()
        let id = try order("1")
        for _ in 0..<EventPage.rowLimit { try await store.append("a", to: id) }
        for isLog in [false, true] {
            let before = try store.lastNumber(of: id)
            var seen: Int64 = 0
            let visit: (borrowing StoredEvent) throws -> Visit = { _ in
                seen += 1
                _ = try store.read {
                    try $0.append(
                        [.fixture("more")], to: id, expecting: .any, by: .first, epoch: nil, with: .none)
                }
                return .next
            }
            if isLog {
                try store.visitLog(from: 1, through: .max, reversed: false, fields: [], visit: visit)
            } else {
                try store.visitStream(id, from: 1, through: .max, reversed: false, fields: [], visit: visit)
            }
            #expect(seen == before)
        }
    }

    @Test("each change is told once, unlocked, and what changes nothing is not told")
    func changes() async throws {
        let store = InMemoryStore()
        let id = try order("1")
        let tokens = Locked<[UInt64]>([])
        store.onChange {
            let token = try? store.reader().changeToken()
            tokens.withLock { $0.append(token ?? 0) }
        }
        try await store.append("a", to: id)
        _ = try await store.takeOver(id, by: .second)
        _ = try await store.takeOver(id, by: .second)
        try await store.deleteEvents(of: id, upTo: 1)
        try await store.deleteEvents(of: id, upTo: 1)
        await #expect(throws: ConcurrentModificationError.self) {
            try await store.append(
                [.fixture("b")], to: id, expecting: .number(7), by: .first, epoch: nil, with: .none)
        }
        _ = try await store.append([], to: id, expecting: .any, by: .first, epoch: nil, with: .none)
        #expect(tokens.withLock(\.self) == [1, 2, 3])
        store.onChange(nil)
        try await store.append("b", to: id)
        #expect(tokens.withLock(\.self) == [1, 2, 3])
    }

    @Test("a log that is all holes gives its chunks back, and goes on with new positions")
    func holes() {
        var log = EventLog(after: 10)
        let row = EventLog.Row(.fixture("a"), stream: 0, sequenceNumber: 1, writer: .first, epoch: 1)
        for number in 1...3000 { #expect(log.append(row) == Int64(10 + number)) }
        for position in Int64(1)...2900 { log.remove(at: position) }
        log.remove(at: 99)
        log.remove(at: .max)
        #expect(log.liveCount == 110)
        #expect(log[2900] == nil)
        #expect(log[2901] != nil)
        #expect(log[0] == nil && log[.min] == nil && log[.max] == nil)
        #expect(log.append(row) == 3011)
    }

    @Test("numbers and epochs that can't rise any further are refused, and nothing traps")
    func limits() async throws {
        let store = InMemoryStore()
        let id = try order("1")
        try await store.importHistory([
            ImportedEvent(
                persistenceID: id, sequenceNumber: .max, event: .fixture("last"), writer: .first, epoch: .max)
        ])
        #expect(try store.reader().texts(of: id) == ["last"])
        #expect(try store.reader().texts(of: id, from: .max) == ["last"])
        await #expect(throws: StoreError.self) { try await store.append("more", to: id) }
        await #expect(throws: StoreError.self) { try await store.takeOver(id, by: .second) }
        let below = ImportedEvent(
            persistenceID: try order("2"), sequenceNumber: 1, event: .fixture("x"), writer: .first, epoch: -1)
        await #expect(throws: StoreError.self) { try await store.importHistory([below]) }
        await #expect(throws: ConcurrentModificationError.self) {
            var zero = below
            (zero.sequenceNumber, zero.epoch) = (0, 0)
            try await store.importHistory([zero])
        }
        #expect(try store.reader().totals() == StoreTotals(streams: 1, events: 1, lastPosition: 1))
    }

    @Test("the same calls give the same store, whatever the hash seed")
    func determinism() async throws {
        func filled() async throws -> [String] {
            let store = InMemoryStore()
            for number in 0..<200 { try await store.append("\(number)", to: try order("\(number * 7919 % 101)")) }
            let reader = store.reader()
            return try reader.log() + reader.streams(StreamQuery(limit: 1000)).map(\.persistenceID.description)
                + reader.streams(StreamQuery(order: .newest, limit: 1000)).map(\.persistenceID.description)
        }
        let (first, second) = (try await filled(), try await filled())
        #expect(first == second)
        #expect(first.count == 200 + 101 + 101)
    }
}

import Actors
import EventSourcing

extension EventStoreConformance {
    /// The cases for what several nodes do with one store of events, leases and timers.
    static let nodeCases: [ConformanceCase] = [
        .nodes("machines 157: five nodes that lock, append, arm and release twenty streams leave each of them whole") {
            store in
            _ = try await inParallel(5) { node in
                for stream in 0..<20 { try await store.visit(order(stream), as: UInt64(node + 1)) }
            }
            for stream in 0..<20 {
                let id = try order(stream)
                try expect(try await store.head(of: id)?.sequenceNumber, is: 10, "two events of each node")
                let timer = try await store.timer("pay", of: id)
                try expect(timer?.generation, is: 10, "the timer is the last node's")
                try expect(try await store.get(id.description, at: .second(0)), is: nil, "nobody holds the stream")
            }
        }
    ]
}

extension EventStore where Self: LeaseStore & TimerStore {
    /// Takes a stream's lease as soon as it is free, appends twice, arms a timer, and gives the lease back.
    fileprivate func visit(_ id: PersistenceID, as node: UInt64) async throws {
        while true {
            let answer = try await acquire(
                id.description, for: .seconds(30), as: .number(node), by: .number(node), at: .second(0))
            guard case .acquired(let lease) = answer else {
                await Task.yield()
                continue
            }
            let number = try await head(of: id)?.sequenceNumber ?? 0
            for step in 0..<2 as Range<Int64> {
                let timer = TimerChange.arm(NewTimer("pay", deadline: .second(30)))
                _ = try await append(
                    [.fixture("\(node)")], to: id, expecting: .number(number + step), by: .number(node), epoch: nil,
                    with: step == 0 ? .none : Companions(timers: [timer]))
            }
            try await release(lease)
            return
        }
    }
}

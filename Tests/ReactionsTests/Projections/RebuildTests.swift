import Actors
import EventSourcing
import EventSourcingTestKit
import Reactions
import Testing

@Suite("Projections are built anew")
struct RebuildTests {
    /// A stage on which version 1 has folded what there is.
    static func built(_ kind: StoreKind) async throws -> ReactionStage {
        let stage = try ReactionStage(kind)
        for number in 1...25 { try await stage.increment("c-\(number % 2)", by: number) }
        try await stage.application {
            Counter.self
            ProjectionTests.totals()
        } do: { app in
            try await app.advanceProjections()
        }
        return stage
    }

    @Test(
        "a higher version is built beside the one that is read, and takes its place when it has caught up",
        arguments: StoreKind.allCases)
    func beside(_ kind: StoreKind) async throws {
        let stage = try await Self.built(kind)
        let seen = Locked<[Int]>([])
        try await stage.application {
            Counter.self
            ProjectionTests.totals(version: 2, times: 10, window: 10)
        } do: { app async throws in
            let view = try app.projection("totals", of: Total.self)
            #expect(try await app.projectionLag("totals").position == 0)
            let read = try await app.rebuild("totals") { position in seen.withLock { $0.append(Int(position)) } }
            #expect(read == 25 && seen.withLock { $0 } == [10, 20, 25])
            #expect(try await view.get("c-0") == Total(sum: 1_560, count: 12))
            #expect(try await stage.store.versions(of: "totals").map(\.isLive) == [false, true])
            // The former one is as it was, until it is dropped.
            #expect(try await stage.store.get("c-0", of: "totals", version: 1) == #"{"sum":156,"count":12}"#)
            #expect(try await app.dropProjection("totals", version: 1))
            #expect(try await app.dropProjection("totals", version: 1) == false)
            #expect(try await stage.store.versions(of: "totals").map(\.projection.version) == [2])
        }
    }

    @Test("until it has caught up, the former version is read", arguments: StoreKind.allCases)
    func untilThen(_ kind: StoreKind) async throws {
        let stage = try await Self.built(kind)
        try await stage.application {
            Counter.self
            ProjectionTests.totals(version: 2, times: 10, window: 10)
        } do: { app async throws in
            let task = Task {
                try await app.rebuild("totals") { _ in withUnsafeCurrentTask { $0?.cancel() } }
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await stage.store.versions(of: "totals").map(\.position) == [25, 10])
            #expect(try await app.projection("totals", of: Total.self).get("c-0") == Total(sum: 156, count: 12))
            // It goes on where it was, by itself.
            #expect(try await app.advanceProjections() == 15)
            #expect(try await app.projection("totals", of: Total.self).get("c-0") == Total(sum: 1_560, count: 12))
        }
    }

    @Test("the former versions are dropped where that is declared")
    func dropsFormer() async throws {
        let stage = try await Self.built(.memory)
        try await stage.application {
            Counter.self
            ProjectionTests.totals(version: 3, dropsFormer: true)
        } do: { app async throws in
            try await app.advanceProjections()
            #expect(try await stage.store.versions(of: "totals").map(\.projection.version) == [3])
        }
    }

    @Test("the version that is read is built anew only by giving up its rows", arguments: StoreKind.allCases)
    func givingUp(_ kind: StoreKind) async throws {
        let stage = try await Self.built(kind)
        try await stage.store.apply(
            [.put("c-0", "null"), .put("nobody", "{}")], to: Projection("totals"), position: 25, expecting: 25,
            at: stage.clock.now)
        try await stage.application {
            Counter.self
            ProjectionTests.totals()
        } do: { app async throws in
            let error = try await #require(throws: ProjectionError.self) { try await app.rebuild("totals") }
            #expect(
                "\(error)"
                    == "the projection totals v1 is read; declare a higher version, or give up its rows until it has caught up"
            )
            #expect(try await app.rebuild("totals", givingUpRows: true) == 25)
            let rows = try await app.projection("totals", of: Total.self).list()
            #expect(rows.map(\.key) == ["c-0", "c-1"] && rows.first?.row == Total(sum: 156, count: 12))
        }
    }

    @Test("an earlier version than the one that is read is not built, and what is there of it goes on")
    func former() async throws {
        let stage = try await Self.built(.memory)
        try await stage.application {
            Counter.self
            ProjectionTests.totals(version: 3)
        } do: { app in
            try await app.advanceProjections()
        }
        try await stage.application {
            Counter.self
            ProjectionTests.totals(version: 2)
        } do: { app async throws in
            #expect(try await app.advanceProjections() == 0)
            #expect(try await stage.store.versions(of: "totals").map(\.projection.version) == [1, 3])
            let error = try await #require(throws: ProjectionError.self) { try await app.rebuild("totals") }
            #expect(
                "\(error)" == "the projection totals v2 can't be built: its version 3 is read; declare a higher one")
        }
        try await stage.increment("c-0", by: 4)
        try await stage.application {
            Counter.self
            ProjectionTests.totals(version: 1)
        } do: { app async throws in
            #expect(try await app.advanceProjections() == 1)
            #expect(try await stage.store.versions(of: "totals").map(\.isLive) == [false, true])
            let error = try await #require(throws: ProjectionError.self) {
                try await app.dropProjection("totals", version: 3)
            }
            #expect("\(error)" == "the projection totals v3 is read, and can't be dropped")
        }
    }
}

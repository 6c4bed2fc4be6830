import Actors
import EventSourcing
import StateMachines
import Testing

@Suite("What an instance does behind a transition")
struct MachineEffectTests {
    /// What ran, in order.
    private final class Notes: Sendable {
        private let stored = Locked<[String]>([])

        var words: [String] { stored.withLock { $0 } }

        func add(_ word: String) { stored.withLock { $0.append(word) } }
    }

    private let notes = Notes()

    private func machine(failing: String? = nil) throws -> Letters {
        let notes = notes
        let note: @Sendable (String) throws -> Void = { word in
            notes.add(word)
            if word == failing { throw Broken(word: word) }
        }
        return try letters {
            From(.a) {
                On(.e1).goto(.b).onEntry { context, event, state in
                    try note("\(event.rawValue) to \(state.rawValue) as #\(context.sequenceNumber)")
                }
                On(.e2).stay().onEntry { _, _, state in try note("stay in \(state.rawValue)") }
                On(.e3).goto(.b).producing(.e1, .e2) { _, _ in throw Broken(word: "production") }
            }
            .timeout("t", after: .seconds(3), send: .e2)
            .onEntry { _, _ in try note("entry A") }
            .onExit { _, _ in try note("exit A") }
            From(.b) {
                On(.e1).goto(.a).producing(.e1)
                On(.e2).goto(.b)
            }
            .onEntry { _, _ in try note("entry B") }
            .onExit { _, _ in try note("exit B") }
        }
    }

    private struct Broken: Error, Equatable {
        var word: String
    }

    private var words: [String] { notes.words }

    @Test(
        "machines 36, 37, 38: exit, entry and the row's own action run in this order, and never when they are replayed",
        arguments: StoreKind.allCases)
    func order(_ kind: StoreKind) throws {
        let shared = try kind.make()
        let stage = MachineStage(on: shared)
        let ref = try stage.spawn(machine())
        #expect(try stage.send(.e1, to: ref).effectsFailed.isEmpty)
        #expect(words == ["entry A", "exit A", "entry B", "E1 to B as #1"])
        let later = MachineStage(on: shared)
        #expect(try later.instance(try later.spawn(machine())).current == .b)
        #expect(words.count == 4)
    }

    @Test(
        "a row that stays runs its own action alone, and one that leads to its own state leaves and enters it",
        arguments: StoreKind.allCases)
    func stayAndSelf(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        let ref = try stage.spawn(machine())
        _ = try stage.send(.e2, to: ref)
        #expect(words == ["entry A", "stay in A"])
        _ = try stage.send(.e1, to: ref)
        let before = words.count
        _ = try stage.send(.e2, to: ref)
        #expect(words.dropFirst(before) == ["exit B", "entry B"])
    }

    @Test(
        "machines 72: an overriding row without an action does not run that of the row it replaces",
        arguments: StoreKind.allCases)
    func overridden(_ kind: StoreKind) throws {
        let notes = notes
        let stage = try MachineStage(kind)
        let ref = try stage.spawn(
            letters {
                From(.a) {
                    On(.e1).goto(.b).onEntry { _, _, _ in notes.add("old") }
                    On(.e1).goto(.c).overriding()
                }
            })
        #expect(try stage.send(.e1, to: ref).outcome == .moved(from: .a, to: .c))
        #expect(words.isEmpty)
    }

    @Test(
        "machines 39: an action that fails leaves the transition, which says so, and the actions behind it run",
        arguments: StoreKind.allCases)
    func failing(_ kind: StoreKind) throws {
        let stage = try MachineStage(kind)
        let ref = try stage.spawn(machine(failing: "exit A"))
        let transition = try stage.send(.e1, to: ref)
        #expect(transition.outcome == .moved(from: .a, to: .b))
        #expect(transition.effectsFailed.compactMap { $0 as? Broken } == [Broken(word: "exit A")])
        #expect(words.count == 4)
        #expect(try stage.stored("Letters").count == 1)
        #expect(try stage.send(.e1, to: ref).sequenceNumber == 2)
    }

    @Test(
        "machines 42: what can't be produced leaves the transition, nothing of it is written, and the failure is told",
        arguments: StoreKind.allCases)
    func notProduced(_ kind: StoreKind) async throws {
        let stage = try MachineStage(kind)
        let ref = try stage.spawn(machine())
        let transition = try stage.send(.e3, to: ref)
        #expect(transition.outcome == .moved(from: .a, to: .b))
        #expect(transition.effectsFailed.compactMap { $0 as? Broken } == [Broken(word: "production")])
        let store = stage.store
        #expect(try await store.entries(after: 0, limit: 9).isEmpty)
    }

    @Test(
        "timers and what is produced are written with the event: the deadline from its time, the generation its number",
        arguments: StoreKind.allCases)
    func companions(_ kind: StoreKind) async throws {
        let stage = try MachineStage(kind)
        let (store, id) = (stage.store, try PersistenceID("Letters", "1"))
        let ref = try stage.spawn(machine())
        _ = try stage.send(.e1, to: ref)
        _ = try stage.send(.e1, to: ref)
        let timers = try stage.scheduler.run { try await store.timers(of: id) }
        #expect(timers.map(\.name) == ["t"] && timers.map(\.generation) == [2])
        #expect(timers.map(\.deadline) == [Timestamp(microseconds: 4_000_000)])
        let text = { (bytes: [UInt8]?) in String(decoding: bytes ?? [], as: UTF8.self) }
        #expect(timers.map { text($0.payload) } == [#"{"send":"E2","event":{}}"#])
        let rows = try await store.entries(after: 0, limit: 9)
        #expect(rows.map(\.idempotencyKey) == ["Letters|1/2/0"] && rows.map(\.destination) == ["Letters|1"])
        #expect(rows.map { text($0.payload) } == [#"{"send":"E1","event":{}}"#])
        _ = try stage.send(.e1, to: ref)
        #expect(try stage.scheduler.run { try await store.timers(of: id) }.isEmpty)
    }

    @Test(
        "a row of the outbox that no store can write is a failed effect, and the event is taken",
        arguments: StoreKind.allCases, [0, 1, 2])
    func unwritable(_ store: StoreKind, _ kind: Int) async throws {
        let long = String(repeating: "x", count: NewOutboxEntry.longestName + 1)
        let entry =
            switch kind {
            case 0: NewOutboxEntry(to: long, payload: [])
            case 1: NewOutboxEntry(to: "", payload: [])
            default: NewOutboxEntry(to: "mail", payload: [], idempotencyKey: long)
            }
        let stage = try MachineStage(store)
        let machine = try letters {
            From(.a) { On(.e1).goto(.b).posting { _, _ in [NewOutboxEntry(to: "mail", payload: []), entry] } }
            From(.b) { On(.e2).goto(.c) }
        }
        let ref = try stage.spawn(machine)
        let transition = try stage.send(.e1, to: ref)
        #expect(transition.outcome == .moved(from: .a, to: .b))
        #expect(transition.effectsFailed.map { ($0 as? StoreError)?.reason } == [.invalid])
        #expect(try stage.send(.e2, to: ref).sequenceNumber == 2)
        let store = stage.store
        #expect(try await store.entries(after: 0, limit: 9).isEmpty)
    }
}

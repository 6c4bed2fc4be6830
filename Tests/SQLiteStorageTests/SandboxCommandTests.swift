import Actors
import EventSourcing
import SQLiteStorage
import TestSupport
import Testing

@Suite("Commands beneath a sandbox")
struct SandboxCommandTests {
    enum Beneath: CaseIterable, Sendable {
        case memory, file, sandbox
    }

    private typealias Store = any EventStore & CommandStore & TimerStore

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder.inMemory() }

    /// A store, and a sandbox over it.
    private func layers(_ kind: Beneath) throws -> (beneath: Store, sandbox: SandboxStore) {
        switch kind {
        case .memory:
            let store = InMemoryStore()
            return (store, SandboxStore(over: store.reader()))
        case .file:
            let store = try SQLiteStore.create(folder.file(), options: SQLiteStoreOptions(durability: .normal))
            return (store, SandboxStore(over: try SQLiteReader(folder.file(), trust: .own)))
        case .sandbox:
            let store = SandboxStore(over: InMemoryStore().reader())
            return (store, SandboxStore(over: store.reader()))
        }
    }

    private func record(_ number: UInt64, reply: [UInt8]? = nil) -> CommandRecord {
        CommandRecord(id: ULID(high: number, low: number), reply: reply)
    }

    private func order(_ name: String) throws -> PersistenceID { try PersistenceID("Order", name) }

    /// Appends an event for a command.
    private func handle(
        _ command: CommandRecord, on id: PersistenceID, in store: any EventStore, at time: Timestamp = .epoch
    ) async throws {
        let event = NewEvent(type: "Paid", payload: Array("{}".utf8), timestamp: time)
        _ = try await store.append(
            [event], to: id, expecting: .any, by: .first, epoch: nil, with: Companions(command: command))
    }

    @Test("they are known in it with their replies, and none is handled again", arguments: Beneath.allCases)
    func known(_ kind: Beneath) async throws {
        let (beneath, sandbox) = try layers(kind)
        let (id, first, second) = (try order("1"), record(1, reply: [7]), record(2))
        try await handle(first, on: id, in: beneath)
        #expect(try await sandbox.command(first.id) == first)
        #expect(try await sandbox.command(second.id) == nil)
        for stream in [id, try order("2")] {
            let error = try await #require(throws: CommandAlreadyHandledError.self) {
                try await handle(first, on: stream, in: sandbox)
            }
            #expect(error.command == first)
        }
        #expect(try await sandbox.head(of: id)?.sequenceNumber == 1)
        try await handle(second, on: id, in: sandbox)
        #expect(try await sandbox.command(second.id) == second)
        // Also behind the first write.
        #expect(try await sandbox.command(first.id) == first)
        #expect(try await beneath.command(second.id) == nil)
    }

    @Test("one is known that only armed a timer, for a stream that nobody has written to", arguments: Beneath.allCases)
    func withoutEvents(_ kind: Beneath) async throws {
        let (beneath, sandbox) = try layers(kind)
        let command = record(1)
        _ = try await beneath.append(
            [], to: try order("1"), expecting: .any, by: .first, epoch: nil,
            with: Companions(command: command, timers: [.arm(NewTimer("pay", deadline: .epoch))], at: .epoch))
        #expect(try await sandbox.command(command.id) == command)
    }

    @Test(
        "one whose events are not seen, because the stream was written to before they came, is not known either",
        arguments: Beneath.allCases)
    func unseen(_ kind: Beneath) async throws {
        let (beneath, sandbox) = try layers(kind)
        let (touched, other) = (try order("touched"), try order("other"))
        for id in [touched, other] { try await handle(record(UInt64(id.entityID.count)), on: id, in: beneath) }
        try await handle(record(1), on: touched, in: sandbox)
        try await handle(record(2), on: touched, in: beneath)
        try await handle(record(3), on: other, in: beneath)
        #expect(try await sandbox.command(record(2).id) == nil)
        try await handle(record(2), on: touched, in: sandbox)
        for number in [1, 2, 3, 5, 7] as [UInt64] {
            #expect(try await sandbox.command(record(number).id) == record(number), "\(number)")
        }
    }

    @Test("those that are forgotten in it are not known in it", arguments: Beneath.allCases)
    func forgotten(_ kind: Beneath) async throws {
        let (beneath, sandbox) = try layers(kind)
        let id = try order("1")
        for (number, store) in [(1, beneath), (2, beneath), (3, sandbox)] as [(UInt64, any EventStore)] {
            try await handle(record(number), on: id, in: store, at: Timestamp(microseconds: Int64(number)))
        }
        #expect(try await sandbox.forgetCommands(before: Timestamp(microseconds: 2)) == 0)
        #expect(try await sandbox.command(record(1).id) == nil)
        #expect(try await sandbox.command(record(2).id) == record(2))
        #expect(try await sandbox.forgetCommands(before: .epoch) == 0)
        #expect(try await sandbox.command(record(1).id) == nil)
        #expect(try await sandbox.forgetCommands(before: Timestamp(microseconds: 4)) == 1)
        #expect(try await sandbox.command(record(3).id) == nil)
        #expect(try await beneath.command(record(1).id) == record(1))
    }
}
